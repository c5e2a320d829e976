#!/usr/bin/env python3
"""Counts test cases over all test programs of one run, and names what failed.

    test_report.py [--ctest-code N] [--log FILE] BUILD     print the report; exit code 1 when anything failed
    test_report.py --count-failed BUILD                    print the number of failed cases
    test_report.py --programs BUILD MODULE...              print the programs of these tests, as targets of the build

Reads what run_ctest wrote to BUILD/results: GoogleTest's XML of each program and ctest's own summary. A program that
died has no XML and counts as one failed case; a program that is no GoogleTest counts its unittest cases, or one.
"""

import argparse
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field


@dataclass
class Report:
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)
    slowest: list[tuple[float, str]] = field(default_factory=list)

    def verdict(self) -> str:
        line = f"{self.passed} passed, {len(self.failed)} failed"
        skipped = sum(self.skipped.values())
        return f"{line}, {skipped} skipped" if skipped else line


def test_programs(build: pathlib.Path) -> dict[str, pathlib.Path]:
    lines = (build / "tests.txt").read_text().splitlines()
    return {name: pathlib.Path(program) for name, program in (line.split(" ", 1) for line in lines if line)}


def read_cases(report: Report, results: pathlib.Path) -> None:
    for case in ElementTree.parse(results).iter("testcase"):
        if case.get("status") != "run":
            continue
        name = f"{case.get('classname')}.{case.get('name')}"
        report.slowest.append((float(case.get("time", "0")), name))
        skip = case.find("skipped")
        if case.find("failure") is not None:
            report.failed.append(name)
        elif skip is not None:
            reason = (skip.get("message") or "no reason given").strip().splitlines()[-1]
            report.skipped[reason] = report.skipped.get(reason, 0) + 1
        else:
            report.passed += 1


def unittest_cases(output: str) -> int:
    """A program that is no GoogleTest: Python's unittest says how many cases it ran, any other is one."""
    found = re.search(r"^Ran (\d+) tests? in", output, re.MULTILINE)
    return int(found.group(1)) if found else 1


def last_started(output: str, what_came: str) -> str:
    started = re.findall(r"\[ RUN      \] (\S+)", output)
    return f"{what_came} in {started[-1]}" if started else f"{what_came} before its first test"


def out_of_time(log: str) -> set[str]:
    """The programs that ctest has stopped, as its last lines name them."""
    return set(re.findall(r"^\s+\d+ - (\S+) \(Timeout\)", log, re.MULTILINE))


def collect(build: pathlib.Path, log: str = "") -> Report:
    report = Report()
    results = build / "results"
    summary = results / "ctest.junit"
    if not summary.exists():
        report.failed.append("no test program ran")
        return report
    programs = test_programs(build)
    for test in ElementTree.parse(summary).iter("testcase"):
        name = test.get("name")
        cases = results / f"{programs[name].name}.xml" if name in programs else results / "none"
        failed_before = len(report.failed)
        if cases.exists():
            read_cases(report, cases)
        output = test.findtext("system-out") or ""
        if test.get("status") == "run":
            if not cases.exists():
                report.passed += unittest_cases(output)
        elif len(report.failed) == failed_before:
            # Failed as a program: it crashed, leaked, ran out of time, or is no GoogleTest.
            what_came = "was stopped, because it took too long," if name in out_of_time(log) else "died"
            died = what_came != "died" or "[ RUN" in output
            report.failed.append(f"{name}: {last_started(output, what_came) if died else 'the program failed'}")
    return report


def print_report(report: Report, log: str) -> None:
    for seconds, name in sorted(report.slowest, reverse=True)[:3]:
        if seconds >= 5:
            print(f"    slow: {seconds:5.1f} s  {name}")
    for reason, count in report.skipped.items():
        print(f"    skipped {count}: {reason}")
    for name in report.failed:
        print(f"    FAILED  {name}")
    if report.failed:
        print(f"    the output of what failed: {log}")
    print(report.verdict())


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--programs", action="store_true")
    parser.add_argument("--count-failed", action="store_true")
    parser.add_argument("--ctest-code", type=int, default=0)
    parser.add_argument("--log", default="build/log/test.log")
    arguments = parser.parse_args()
    if arguments.programs:
        programs = test_programs(arguments.build)
        for module in arguments.modules:
            if module in programs:
                print(programs[module].relative_to(arguments.build.resolve()))
        return 0
    log = pathlib.Path(arguments.log)
    report = collect(arguments.build, log.read_text(errors="replace") if log.exists() else "")
    if arguments.count_failed:
        print(len(report.failed))
        return 0
    if report.passed == 0 and not report.failed:
        report.failed.append("no test matched")
    if arguments.ctest_code != 0 and not report.failed:
        report.failed.append(f"ctest ended with exit code {arguments.ctest_code}")
    print_report(report, arguments.log)
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
