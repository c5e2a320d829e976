"""Mutants that still break something: ./dev test --mutants would find out too, but later."""

import re
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatchcase

from source_tree import Finding, Tree

HEADER_END = re.compile(r"^--- ", re.MULTILINE)


def mutants(tree: Tree, data: dict) -> Iterator[Finding]:
    """every mutant applies to this tree, and names what is broken and tests that exist"""
    folder = data["mutants"]["folder"]
    for path in tree.paths:
        if path.startswith(folder + "/") and path.endswith(".patch"):
            head = HEADER_END.split(tree.source(path).text, maxsplit=1)[0]
            for problem in [*header_problems(tree, head), *apply_problems(tree, path)]:
                yield Finding("mutants", path, 0, problem)


def header_problems(tree: Tree, head: str) -> Iterator[str]:
    if not re.search(r"^Mutant: *\S", head, re.MULTILINE):
        yield "says no `Mutant: sentence` before its first --- line"
    tests = re.findall(r"^Test: *(\S+) +(\S+)$", head, re.MULTILINE)
    if not tests:
        yield "says no `Test: MODULE PATTERN` before its first --- line"
    for program, pattern in tests:
        if program not in tree.test_programs:
            yield f"there is no test program {program}"
        for name in pattern.split(":"):
            if not any(fnmatchcase(test, f"*{name}*") for test in tree.test_names):
                yield f"no test of this tree matches {name}"


def apply_problems(tree: Tree, path: str) -> Iterator[str]:
    done = subprocess.run(["git", "apply", "--check", path], cwd=tree.root, capture_output=True, check=False, text=True)
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["git apply failed"])[0]
        yield f"does not apply any more ({reason}); make it anew against what stands there now"


RULES = {"mutants": mutants}
