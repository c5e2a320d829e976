#!/usr/bin/env python3
"""Breaks one promise at a time and expects the tests to notice.

    mutants.py [--preset PRESET] [--jobs N] [NAME...]

A mutant is a patch tests/mutants/NAME.patch. Before its first `--- ` line it says:

    Mutant: what is broken, in a sentence
    Test: MODULE PATTERN        one or more: test program and GoogleTest pattern that must turn red

Everything happens in build/mutants/tree, a copy of this tree with a build folder of its own; the copy is made equal to
the tree at each start, so a run that was broken off leaves nothing that the next one would see. First all the tests
that any mutant names are built and must be green; then each mutant is applied, built, must turn one of its tests red,
and is taken back. A mutant that does not apply, does not compile or survives fails the run.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEST_SECONDS_MAX = 600


class Broken(Exception):
    """A mutant that proves nothing; the text says why."""


@dataclass
class Mutant:
    name: str
    patch: pathlib.Path
    sentence: str
    tests: list[tuple[str, str]]

    @property
    def programs(self) -> list[str]:
        return sorted({program for program, _ in self.tests})


@dataclass
class Run:
    passed: int = 0
    failed: list[str] = field(default_factory=list)


def read_mutant(patch: pathlib.Path) -> Mutant:
    head = re.split(r"^--- ", patch.read_text(), maxsplit=1, flags=re.MULTILINE)[0]
    sentence = re.search(r"^Mutant: *(\S.*)$", head, re.MULTILINE)
    tests = re.findall(r"^Test: *(\S+) +(\S+)$", head, re.MULTILINE)
    if not sentence or not tests:
        raise Broken(f"{patch} does not say Mutant: and Test: before its first --- line")
    return Mutant(patch.stem, patch, sentence.group(1), tests)


def tree_files(root: pathlib.Path) -> list[str]:
    listing = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"],
                             cwd=root, capture_output=True, check=False) if (root / ".git").exists() else None
    if listing is not None and listing.returncode == 0:
        names = listing.stdout.decode().split("\0")
    else:
        names = [str(path.relative_to(root)) for path in root.rglob("*") if path.relative_to(root).parts[0] != "build"]
    return [name for name in names if name and (root / name).is_file()]


def copy_tree(root: pathlib.Path, tree: pathlib.Path) -> int:
    """Makes `tree` equal to `root` but for its build folder; what is equal already is not touched. Counts changes."""
    wanted, changes = set(tree_files(root)), 0
    for name in wanted:
        source, target = root / name, tree / name
        if target.is_file() and target.read_bytes() == source.read_bytes():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        shutil.copymode(source, target)
        changes += 1
    for path in list(tree.rglob("*")) if tree.exists() else []:
        name = path.relative_to(tree)
        if name.parts[0] != "build" and path.is_file() and str(name) not in wanted:
            path.unlink()
            changes += 1
    return changes


class Laboratory:
    """The copy of the tree in which mutants live."""

    def __init__(self, root: pathlib.Path, preset: str, jobs: int):
        self.root = root
        self.tree = root / "build/mutants/tree"
        self.build_folder = self.tree / "build" / preset
        self.preset = preset
        self.jobs = jobs

    def prepare(self) -> None:
        copy_tree(self.root, self.tree)
        self.command(["cmake", "--preset", self.preset], "configure the copy")

    def programs(self) -> dict[str, pathlib.Path]:
        lines = (self.build_folder / "tests.txt").read_text().splitlines()
        return {name: pathlib.Path(program) for name, program in (line.split(" ", 1) for line in lines if line)}

    def build(self, programs: list[str]) -> None:
        known = self.programs()
        missing = [name for name in programs if name not in known]
        if missing:
            raise Broken(f"there is no test program {', '.join(missing)}")
        targets = [str(known[name].relative_to(self.build_folder)) for name in programs]
        self.command(["ninja", "-C", str(self.build_folder), "-j", str(self.jobs), *targets], "does not compile")

    def run(self, tests: list[tuple[str, str]]) -> Run:
        result = Run()
        for program in sorted({name for name, _ in tests}):
            pattern = ":".join(each for name, each in tests if name == program)
            self.run_program(self.programs()[program], pattern, result)
        return result

    def run_program(self, program: pathlib.Path, pattern: str, result: Run) -> None:
        report = self.build_folder / "mutants.json"
        report.unlink(missing_ok=True)
        try:
            code = subprocess.run([program, f"--gtest_filter={pattern}", f"--gtest_output=json:{report}"],
                                  cwd=self.tree, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  errors="replace", timeout=TEST_SECONDS_MAX, check=False)
        except subprocess.TimeoutExpired:
            result.failed.append(f"{program.name} did not end")
            return
        failed_before = len(result.failed)
        for suite in json.loads(report.read_text())["testsuites"] if report.exists() else []:
            for case in suite["testsuite"]:
                if case["status"] != "RUN" or "SKIPPED" in case["result"]:
                    continue
                if case.get("failures"):
                    result.failed.append(f"{case['classname']}.{case['name']}")
                else:
                    result.passed += 1
        if code.returncode != 0 and len(result.failed) == failed_before:
            started = re.findall(r"\[ RUN      \] (\S+)", code.stdout)
            result.failed.append(f"{started[-1] if started else program.name} (the program died)")

    def apply(self, mutant: Mutant) -> dict[pathlib.Path, bytes]:
        """What the patch changed, as it was."""
        names = re.findall(r"^\+\+\+ b/(\S+)", mutant.patch.read_text(), re.MULTILINE)
        before = {self.tree / name: (self.tree / name).read_bytes() for name in names if (self.tree / name).is_file()}
        self.command(["git", "apply", "--whitespace=nowarn", str(mutant.patch)], "does not apply")
        return before

    def command(self, command: list[str], what: str) -> None:
        # Not the repository that the copy happens to stand in.
        environment = dict(os.environ, GIT_CEILING_DIRECTORIES=str(self.tree.parent))
        done = subprocess.run(command, cwd=self.tree, env=environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
        if done.returncode != 0:
            lines = done.stdout.strip().splitlines()
            raise Broken("\n    ".join([what + ":", *([line for line in lines if "error:" in line] or lines)[-8:]]))


def examine(laboratory: Laboratory, mutant: Mutant) -> str:
    """The tests that turn red; empty when the mutant survives."""
    before = laboratory.apply(mutant)
    try:
        laboratory.build(mutant.programs)
        return shown(laboratory.run(mutant.tests).failed)
    finally:
        for path, content in before.items():
            path.write_bytes(content)


def shown(failed: list[str]) -> str:
    return failed[0] + (f" and {len(failed) - 1} more" if len(failed) > 1 else "") if failed else ""


def expect_green(laboratory: Laboratory, mutants: list[Mutant]) -> int:
    """Without a mutant every test that one names exists and passes."""
    laboratory.build(sorted({program for mutant in mutants for program in mutant.programs}))
    for test in sorted({test for mutant in mutants for test in mutant.tests}):
        run = laboratory.run([test])
        if run.failed:
            raise Broken(f"{test[0]} is red without any mutant: {shown(run.failed)}")
        if run.passed == 0:
            raise Broken(f"no test of {test[0]} matches {test[1]}")
    return len({test for mutant in mutants for test in mutant.tests})


def choose(root: pathlib.Path, names: list[str]) -> list[Mutant]:
    folder = root / "tests/mutants"
    patches = [folder / f"{name}.patch" for name in names] or sorted(folder.glob("*.patch"))
    for patch in patches:
        if not patch.is_file():
            raise Broken(f"there is no {patch.relative_to(root)}")
    if not patches:
        raise Broken("there is no patch in tests/mutants/")
    return [read_mutant(patch) for patch in patches]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--preset", default="sanitize")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    started = time.monotonic()
    counts = {"caught": 0, "SURVIVED": 0, "BROKEN": 0}
    try:
        mutants = choose(ROOT, arguments.names)
        laboratory = Laboratory(ROOT, arguments.preset, arguments.jobs)
        laboratory.prepare()
        green = expect_green(laboratory, mutants)
    except Broken as broken:
        print(f"mutants: {broken}", file=sys.stderr)
        return 1
    print(f"  {green} tests and patterns green without mutants {time.monotonic() - started:32.1f} s", flush=True)
    for mutant in mutants:
        begun = time.monotonic()
        try:
            red = examine(laboratory, mutant)
            verdict = "caught" if red else "SURVIVED"
        except Broken as broken:
            verdict, red = "BROKEN", str(broken)
        counts[verdict] += 1
        print(f"  {verdict:9} {mutant.name:34} {time.monotonic() - begun:6.1f} s  {red or mutant.sentence}", flush=True)
    print(f"{counts['caught']} mutants caught, {counts['SURVIVED']} survived, {counts['BROKEN']} broken "
          f"({time.monotonic() - started:.0f} s)")
    return 0 if counts["caught"] == len(mutants) else 1


if __name__ == "__main__":
    sys.exit(main())
