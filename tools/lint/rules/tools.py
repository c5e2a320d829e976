"""Checks that other programs make: clang-format and shellcheck."""

import hashlib
import os
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from source_tree import Finding, Source, Tree


def format_problem(tree: Tree, source: Source) -> Finding | None:
    run = subprocess.run(["clang-format-19", "--style=file", f"--assume-filename={source.path}"], input=source.text.encode(),
                         cwd=tree.root, capture_output=True, check=False)
    if run.returncode != 0:
        return Finding("format", source.path, 0, f"clang-format failed: {run.stderr.decode().strip()}")
    formatted = run.stdout.decode(errors="replace")
    if formatted == source.text:
        return None
    pairs = zip(formatted.split("\n"), source.text.split("\n"))
    line = next((number for number, (new, old) in enumerate(pairs, 1) if new != old), len(source.lines))
    return Finding("format", source.path, line, f"run ./dev fmt {source.path}")


def clang_format(tree: Tree, data: dict) -> Iterator[Finding]:
    """sources are formatted by clang-format"""
    # A file that was found good is remembered by its content.
    known_path = tree.root / "build/lint/formatted.txt"
    known = set(known_path.read_text().split()) if known_path.exists() else set()
    style = (tree.root / ".clang-format").read_bytes() if (tree.root / ".clang-format").exists() else b""
    keys = {source.path: hashlib.sha256(style + source.text.encode()).hexdigest() for source in tree.cpp}
    unknown = [source for source in tree.cpp if keys[source.path] not in known]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = [problem for problem in pool.map(lambda source: format_problem(tree, source), unknown) if problem]
    bad = {problem.path for problem in problems}
    known_path.parent.mkdir(parents=True, exist_ok=True)
    known_path.write_text("\n".join(sorted(key for path, key in keys.items() if path not in bad)))
    yield from problems


def scripts(tree: Tree) -> list[str]:
    return [source.path for source in tree.texts
            if source.path.endswith(".sh") or re.match(r"#!.*\b(ba)?sh\b", source.text)]


def shellcheck(tree: Tree, data: dict) -> Iterator[Finding]:
    """scripts pass shellcheck"""
    if not scripts(tree):
        return
    run = subprocess.run(["shellcheck", "--external-sources", "--format=gcc", *scripts(tree)], cwd=tree.root,
                         capture_output=True, check=False, text=True)
    for found in re.finditer(r"^(.+?):(\d+):\d+: (.*)$", run.stdout, re.MULTILINE):
        yield Finding("shellcheck", found.group(1), int(found.group(2)), found.group(3))


RULES = {"format": clang_format, "shellcheck": shellcheck}
