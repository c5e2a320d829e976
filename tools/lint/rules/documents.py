"""Documents that agree with the tree: module pages, the map, paths that are named."""

import posixpath
import re
from collections.abc import Iterator

from source_tree import Finding, Module, Source, Tree

HEADINGS = ["## Map", "## Rules", "## Change"]
MAP_START, MAP_END = "<!-- modules: written by ./dev lint --fix -->", "<!-- end of modules -->"
SHORTER = "wrap at 200 columns; a rule beside another that it belongs to needs no line of its own, and few of its tests say all of it"
SUFFIX = r"\.(?:hpp|cpp|md|sh|py|txt|cmake|patch|toml)"
NAMED_PATH = re.compile(
    rf"`((?:src|tests|tools|bench|docs|cmake|deploy|ui|\.ci)/[^`\s]*|[\w-]+(?:/[\w.-]+)+{SUFFIX})`"
    r"|\]\((?!https?:|#|mailto:)([^)#\s]+)(?=[)#])"  # not the parameters of a lambda
)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)\)")
# `decide.hpp/.cpp` in a module's own map.
NAMED_FILE = re.compile(r"`([\w-]+)((?:\.hpp|\.cpp)(?:/\.cpp)?)`")


def readmes(tree: Tree, data: dict) -> Iterator[Finding]:
    """every module has a README.md of at most 60 lines with Map, Rules and Change"""
    for module in tree.product_modules:
        path = f"{module.folder}/README.md"
        if path not in tree.path_set:
            yield Finding("module-readme", path, 0, "missing; a page with `# name`, ## Map, ## Rules, ## Change")
            continue
        lines = tree.source(path).lines
        if not lines or not re.match(r"# \S", lines[0]):
            yield Finding("module-readme", path, 1, "starts with `# name`")
        headings = [line for line in lines if line.startswith("## ")]
        if headings[: len(HEADINGS)] != HEADINGS:
            yield Finding("module-readme", path, 0, f"has {', '.join(headings) or 'no headings'}; wanted: {', '.join(HEADINGS)}")
        if len(lines) > data["limits"]["readme_lines"]:
            yield Finding("module-readme", path, 0, f"{len(lines)} lines, {data['limits']['readme_lines']} at most: {SHORTER}")


def rule_tests(tree: Tree, data: dict) -> Iterator[Finding]:
    """every name under ## Rules is an existing test, and every rule has one"""
    for module in tree.product_modules:
        path = f"{module.folder}/README.md"
        if path in tree.path_set:
            for line, problem in rule_problems(tree.source(path).lines, tree.test_names):
                yield Finding("rule-tests", path, line, problem)


def rule_problems(lines: list[str], tests: set[str]) -> Iterator[tuple[int, str]]:
    """A rule is a list item or a row of a table, with its continuation lines."""
    inside, items = False, []
    for number, line in enumerate(lines, 1):
        if line.startswith("## "):
            inside = line == "## Rules"
        elif inside and re.match(r"[-*] |\| ", line) and not re.match(r"\|[\s:|-]+\|?$", line):
            items.append((number, line))
        elif inside and line.startswith(" ") and items:
            items[-1] = (items[-1][0], items[-1][1] + line)
    # The heading row of a table names no test.
    items = [item for item in items if not re.match(r"\| (Rule|Invariant)\b", item[1], re.IGNORECASE)]
    for number, item in items:
        # Names of code have fewer words than a sentence.
        names = [name for name in re.findall(r"`([\w.]+)`", item) if "." in name or name.count("_") >= 3 or name in tests]
        for name in names:
            if name not in tests and not name.endswith((".hpp", ".cpp")):
                yield number, f"`{name}` is no test of this tree"
        if not any(name in tests for name in names):
            yield number, "this rule names no test that guards it"


def summary(tree: Tree, module: Module) -> str:
    """The first sentence of the module's page."""
    path = f"{module.folder}/README.md"
    if path not in tree.path_set:
        return ""
    body = tree.source(path).text.split("\n## ")[0].split("\n", 1)
    text = " ".join(body[1].split()) if len(body) > 1 else ""
    sentence = re.split(r"(?<=[.!?]) (?=[A-Z`])", text)[0]
    return LINK.sub(lambda link: f"]({posixpath.relpath(posixpath.join(module.folder, link.group(1)), 'src')})", sentence)


def module_map(tree: Tree) -> str:
    lines, layer = [], ""
    for module in tree.product_modules:
        if module.name.split("/")[0] != layer:
            layer = module.name.split("/")[0]
            lines.append(f"\n**{layer}**\n")
        if summary(tree, module):
            lines.append(f"- [`{module.name}`]({module.name}/README.md): {summary(tree, module)}")
    return "\n".join(lines).strip() + "\n"


def expected_map(tree: Tree) -> str | None:
    text = tree.source("src/README.md").text
    if MAP_START not in text or MAP_END not in text:
        return None
    before, rest = text.split(MAP_START, 1)
    return f"{before}{MAP_START}\n\n{module_map(tree)}\n{MAP_END}{rest.split(MAP_END, 1)[1]}"


def map_of_modules(tree: Tree, data: dict) -> Iterator[Finding]:
    """src/README.md has one line a module, the first sentence of its page"""
    if "src/README.md" not in tree.path_set:
        yield Finding("module-map", "src/README.md", 0, "missing")
        return
    expected = expected_map(tree)
    if expected is None:
        yield Finding("module-map", "src/README.md", 0, f"the list stands between {MAP_START} and {MAP_END}")
    elif expected != tree.source("src/README.md").text:
        if data["fix"]:
            (tree.root / "src/README.md").write_text(expected)
        else:
            yield Finding("module-map", "src/README.md", 0, "differs from the modules' pages; run ./dev lint --fix")


def named_paths(tree: Tree, data: dict) -> Iterator[Finding]:
    """every path that a page names exists"""
    for source in tree.texts:
        if not source.path.endswith(".md") or source.path.startswith("docs/decisions/README"):
            continue
        folder = source.path.rsplit("/", 1)[0] if "/" in source.path else ""
        for found in NAMED_PATH.finditer(source.text):
            named = found.group(1) or found.group(2)
            if not path_exists(tree, folder, named.rstrip("/").removesuffix("/…"), link=bool(found.group(2))):
                yield Finding("named-paths", source.path, source.line_of(found.start()), f"{named} does not exist")
        if folder in tree.modules:
            yield from named_files(tree, source, folder)


def named_files(tree: Tree, source: Source, folder: str) -> Iterator[Finding]:
    """A module's page names its files without their folder."""
    for found in NAMED_FILE.finditer(source.text):
        for suffix in found.group(2).split("/"):
            name = found.group(1) + suffix
            beside = [folder, f"{folder}/internal", folder.rsplit("/", 1)[0]]
            if not any(f"{place}/{name}" in tree.path_set for place in beside):
                yield Finding("named-paths", source.path, source.line_of(found.start()), f"{folder} has no {name}")


def path_exists(tree: Tree, folder: str, named: str, link: bool) -> bool:
    # Patterns, and parts in capitals that stand for a name: tests/mutants/NAME.patch.
    if re.search(r"[*<>{}…]|\b(?!README\b)[A-Z]{4,}\b", named):
        return True
    named = re.sub(r":\d+$", "", named).removeprefix("./")
    if re.match(r"(build|data)/", named):
        return True
    candidates = [f"{folder}/{named}".strip("/")] if link else [named, f"src/{named}", f"{folder}/{named}".strip("/")]
    return any(normal(candidate) in tree.path_set for candidate in candidates)


def normal(path: str) -> str:
    parts: list[str] = []
    for part in path.split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in (".", ""):
            parts.append(part)
    return "/".join(parts)


RULES = {"module-readme": readmes, "rule-tests": rule_tests, "module-map": map_of_modules, "named-paths": named_paths}
