"""Decision records: one shape, and an index that is generated."""

import re
from collections.abc import Iterator

from source_tree import Finding, Tree

FOLDER = "docs/decisions"
SECTIONS = ["Status", "Context", "Decision", "Alternatives", "Consequences", "Check", "Supersedes"]


def records(tree: Tree) -> list[str]:
    return [path for path in tree.paths if re.fullmatch(rf"{FOLDER}/\d{{4}}-[a-z0-9-]+\.md", path)]


def title(tree: Tree, path: str) -> str:
    return tree.source(path).lines[0].removeprefix("# ")


def status(tree: Tree, path: str) -> str:
    found = re.search(r"^\*\*Status:\*\* (.+)$", tree.source(path).text, re.MULTILINE)
    return found.group(1).rstrip(".") if found else ""


def shape(tree: Tree, data: dict) -> Iterator[Finding]:
    """a record has its seven sections and at most 60 lines"""
    numbers: dict[str, str] = {}
    for path in tree.paths:
        if path.startswith(f"{FOLDER}/") and path != f"{FOLDER}/README.md" and path not in records(tree):
            yield Finding("decision-shape", path, 0, "is named NNNN-sentence-as-title.md")
    for path in records(tree):
        source = tree.source(path)
        number = path.rsplit("/", 1)[1][:4]
        if number in numbers:
            yield Finding("decision-shape", path, 0, f"the number is taken by {numbers[number]}")
        numbers[number] = path
        found = re.findall(r"^\*\*(\w+):\*\*|^## (\w+)", source.text, re.MULTILINE)
        present = [name or heading for name, heading in found]
        if present != SECTIONS:
            yield Finding("decision-shape", path, 0, f"has {', '.join(present)}; wanted in this order: {', '.join(SECTIONS)}")
        if len(source.lines) > data["limits"]["decision_lines"]:
            yield Finding("decision-shape", path, 0, f"{len(source.lines)} lines, {data['limits']['decision_lines']} at most")
        if not source.lines or not source.lines[0].startswith(f"# {number} "):
            yield Finding("decision-shape", path, 1, f"starts with `# {number} sentence`")


def index_text(tree: Tree) -> str:
    lines = [
        "# Decisions",
        "",
        "Why things are as they are. A record is at most a page; undoing a decision is a record like any other.",
        "This list is written by `./dev lint --fix`.",
        "",
        "| Record | Status |",
        "|---|---|",
    ]
    lines += [f"| [{title(tree, path)}]({path.rsplit('/', 1)[1]}) | {status(tree, path)} |" for path in records(tree)]
    return "\n".join(lines) + "\n"


def index(tree: Tree, data: dict) -> Iterator[Finding]:
    """docs/decisions/README.md lists every record"""
    if not records(tree):
        return
    path = f"{FOLDER}/README.md"
    current = tree.source(path).text if path in tree.path_set else ""
    if current != index_text(tree):
        if data["fix"]:
            (tree.root / path).write_text(index_text(tree))
        else:
            yield Finding("decision-index", path, 0, "differs from the records; run ./dev lint --fix")


RULES = {"decision-shape": shape, "decision-index": index}
