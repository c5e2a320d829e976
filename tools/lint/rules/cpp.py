"""What C++ sources may say, and how long they may be."""

import re
from collections.abc import Iterator

from functions import find_functions
from patterns import matches
from source_tree import Finding, Source, Tree

LOOKS_LIKE_CODE = re.compile(
    r"^\s*//(?!/)\s*(?:"
    r"#\s*(?:include|if|define|endif)\b"
    r"|(?:if|for|while|switch)\s*\(.*\)\s*\{?\s*$"
    r"|(?:return|co_return|co_await|auto|const|static|using|namespace|TEST(?:_F|_P)?|EXPECT_\w+|ASSERT_\w+)\b.*[;{]\s*$"
    r"|[\w:.>\[\]()-]+\(.*\)\s*;\s*$"
    r"|[\w:.>\[\]-]+\s*[-+|&]?=\s*\S.*;\s*$"
    r"|[{}]\s*;?\s*$"
    r")"
)


def banned(rule: dict, source: Source, text: str, name: str) -> Iterator[Finding]:
    if not matches(source.path, rule["where"]) or matches(source.path, rule.get("except", [])):
        return
    for found in re.finditer(rule["word"], text):
        yield Finding(name, source.path, source.line_of(found.start()), f"`{found.group(0).strip()}`: {rule['message']}")


def banned_words(tree: Tree, data: dict) -> Iterator[Finding]:
    """clocks, randomness, threads, environment, timers, spawning and sleeping have one place"""
    for source in tree.cpp:
        for rule in data["banned_word"]:
            if not tree.is_test(source):
                yield from banned(rule, source, source.code, "banned-words")


def banned_text(tree: Tree, data: dict) -> Iterator[Finding]:
    """no open ends, no path of somebody's machine, no disabled test"""
    for source in tree.texts:
        for rule in data["banned_text"]:
            yield from banned(rule, source, source.text, "banned-text")


def limits(tree: Tree, data: dict) -> Iterator[Finding]:
    """functions, files and lines of a length that one reads"""
    limit = data["limits"]
    for source in tree.cpp:
        if len(source.lines) > limit["file_lines"]:
            yield Finding("file-length", source.path, 0,
                          f"{len(source.lines)} lines, {limit['file_lines']} at most: split it by what it is about")
        for number, line in enumerate(source.lines, 1):
            if len(line) > limit["columns"]:
                yield Finding("line-length", source.path, number, f"{len(line)} columns, {limit['columns']} at most")
        for function in find_functions(source.code):
            if function.lines > limit["function_lines"]:
                yield Finding("function-length", source.path, function.first_line,
                              f"{function.name} has {function.lines} lines, {limit['function_lines']} at most: "
                              "name its parts")


def commented_out(tree: Tree, data: dict) -> Iterator[Finding]:
    """commented-out code is deleted; history remembers"""
    for source in tree.cpp:
        for number, line in enumerate(source.lines, 1):
            if LOOKS_LIKE_CODE.match(line):
                yield Finding("commented-out", source.path, number, "reads like code; delete it, or say it in words")


def system_scope(tree: Tree, data: dict) -> Iterator[Finding]:
    """a call across contexts is made only where tools/lint/system_scope.txt says why"""
    listed = {path for path, _ in data["system_scope"]}
    used = set()
    for source in tree.cpp:
        if tree.is_test(source) or not source.path.startswith("src/"):
            continue
        # Made with parentheses or braces, named or not; not its own definition.
        for found in re.finditer(r"(?<!class )(?<!struct )(?<!explicit )(?<!~)\bSystemScope\b(?:\s+\w+)?\s*[({]", source.code):
            used.add(source.path)
            if source.path not in listed:
                yield Finding("system-scope", source.path, source.line_of(found.start()),
                              "reaches across contexts; name a context, or list this file with its reason in "
                              "tools/lint/system_scope.txt")
    for path in sorted(listed - used):
        yield Finding("system-scope", "tools/lint/system_scope.txt", 0, f"{path} makes no SystemScope; remove the line")


def pragma_once(tree: Tree, data: dict) -> Iterator[Finding]:
    """a header starts with #pragma once"""
    for source in tree.cpp:
        if source.path.endswith(".hpp") and not re.search(r"^#pragma once$", source.code, re.MULTILINE):
            yield Finding("pragma-once", source.path, 1, "add #pragma once")


def namespaces(tree: Tree, data: dict) -> Iterator[Finding]:
    """namespace = path"""
    for source in tree.cpp:
        module = tree.module_of(source.path)
        if module is None or not source.path.startswith("src/") or not source.path.endswith(".hpp"):
            continue
        parts = module.name.split("/")
        wanted = "kontor::" + "::".join(parts)
        allowed = {wanted, "kontor", f"kontor::{parts[-1]}"} if parts[0] == "base" else {wanted}
        if parts[0] == "testing":
            allowed |= {"kontor::testing"}
        spelled = re.findall(r"^(?:inline )?namespace (kontor[\w:]*)", source.code, re.MULTILINE)
        for name in spelled:
            if not any(name == good or name.startswith(good + "::") for good in allowed):
                yield Finding("namespace", source.path, 0, f"namespace {name} in the folder of {wanted}")


RULES = {
    "banned-words": banned_words,
    "banned-text": banned_text,
    "limits": limits,
    "commented-out": commented_out,
    "system-scope": system_scope,
    "pragma-once": pragma_once,
    "namespace": namespaces,
}
