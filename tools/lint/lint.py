#!/usr/bin/env python3
"""./dev lint: the rules that guard the architecture and the style. Data in rules.toml, exceptions in exceptions.txt."""

import argparse
import pathlib
import sys
import time
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from patterns import matches  # noqa: E402
from rules import RULES  # noqa: E402
from source_tree import Finding, Tree  # noqa: E402


def read_table(path: pathlib.Path, columns: int) -> list[list[str]]:
    """Lines of words separated by blanks, the last column taking the rest; `#` starts a comment line."""
    rows = []
    for line in path.read_text().splitlines() if path.exists() else []:
        if line.strip() and not line.startswith("#"):
            row = line.split(None, columns - 1)
            if len(row) != columns:
                raise SystemExit(f"{path}: `{line}` wants {columns} columns, the last one a reason")
            rows.append(row)
    return rows


def load_data(root: pathlib.Path, fix: bool = False) -> dict:
    folder = root / "tools/lint"
    data = tomllib.loads((folder / "rules.toml").read_text())
    data["exceptions"] = read_table(folder / "exceptions.txt", 3)
    data["system_scope"] = read_table(folder / "system_scope.txt", 2)
    data["fix"] = fix
    return data


def excuse(findings: list[Finding], exceptions: list[list[str]], complete: bool) -> list[Finding]:
    """What no exception covers; when every rule ran, also exceptions that cover nothing."""
    used, left = set(), []
    for finding in findings:
        covering = [index for index, (rule, path, _) in enumerate(exceptions)
                    if rule == finding.rule and matches(finding.path, [path])]
        used.update(covering)
        if not covering:
            left.append(finding)
    for index, (rule, path, _) in enumerate(exceptions):
        if complete and index not in used:
            left.append(Finding("exceptions", "tools/lint/exceptions.txt", 0, f"{rule} {path} excuses nothing; remove it"))
    return left


def run(root: pathlib.Path, only: list[str], fix: bool = False) -> list[Finding]:
    tree, data = Tree(root), load_data(root, fix)
    findings = []
    for name, rule in RULES.items():
        if not only or name in only:
            findings += rule(tree, data)
    return excuse(findings, data["exceptions"], complete=not only)


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev lint")
    parser.add_argument("paths", nargs="*", help="report only what concerns files below these paths")
    parser.add_argument("--only", action="append", default=[], metavar="RULE", choices=sorted(RULES))
    parser.add_argument("--list", action="store_true", help="the rules, a line each")
    parser.add_argument("--fix", action="store_true", help="write what can be generated")
    arguments = parser.parse_args()
    if arguments.list:
        for name, rule in RULES.items():
            print(f"  {name:18} {rule.__doc__}")
        return 0
    started = time.monotonic()
    findings = run(HERE.parent.parent, arguments.only, arguments.fix)
    if arguments.paths:
        below = [path.rstrip("/") for path in arguments.paths]
        findings = [each for each in findings if any(each.path == path or each.path.startswith(path + "/") for path in below)]
    for finding in sorted(findings, key=lambda each: (each.path, each.line)):
        print(finding)
    print(f"lint: {len(findings)} findings ({time.monotonic() - started:.1f} s)")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
