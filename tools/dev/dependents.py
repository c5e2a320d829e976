#!/usr/bin/env python3
"""Prints the named modules and those that depend on them, one a line: what a change of theirs may break.

    dependents.py MODULE...

Modules of src alone: the programs under tests are built of nearly all of it.
"""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/lint"))

from source_tree import Tree  # noqa: E402


def dependents(tree: Tree, names: list[str]) -> list[str]:
    """Tests that need a module count; what only such a test needs does not lead on."""
    modules = tree.product_modules
    found = list(names)
    for name in found:
        found += [each.name for each in modules if name in each.depends and each.name not in found]
    tests = [each.name for each in modules if set(each.test_depends) & set(found) and each.name not in found]
    return found + tests


if __name__ == "__main__":
    print("\n".join(dependents(Tree(ROOT), sys.argv[1:])))
