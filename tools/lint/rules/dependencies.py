"""The tree is the architecture: who includes whom, and who sees which library."""

import re
from collections.abc import Iterator

from patterns import matches
from source_tree import Finding, Module, Source, Tree


def includes(tree: Tree, data: dict) -> Iterator[Finding]:
    """an include names its module, and the module is declared in DEPENDS"""
    for source in tree.cpp:
        module = tree.module_of(source.path)
        if module is None:
            continue
        for line, spelling in source.includes:
            problem = include_problem(tree, source, module, spelling)
            if problem:
                yield Finding("includes", source.path, line, problem)


def include_problem(tree: Tree, source: Source, module: Module, spelling: str) -> str | None:
    path = spelling[1:-1]
    if path.startswith("."):
        return f"{spelling} is relative; write the path below src/"
    if not tree.is_test(source) and tree.includes_test_code(spelling, tree.test_headers):
        return f"{spelling} is for tests, and this is product code"
    target = tree.module_of(f"src/{path}")
    if target is None or f"src/{path}" not in tree.path_set:
        return None
    if spelling.startswith("<"):
        return f"{spelling} is ours; write it in quotes"
    if target.folder == module.folder:
        return None
    declared = module.depends + (module.test_depends if tree.is_test(source) else [])
    if target.name not in declared:
        where = "TEST_DEPENDS or DEPENDS" if tree.is_test(source) else "DEPENDS"
        return f"{spelling} belongs to {target.name}; add that to {where} in {module.folder}/CMakeLists.txt, or do without"
    return None


def internal(tree: Tree, data: dict) -> Iterator[Finding]:
    """internal/ is seen by its own module only"""
    for source in tree.cpp:
        module = tree.module_of(source.path)
        for line, spelling in source.includes:
            target = tree.module_of(f"src/{spelling[1:-1]}")
            if "/internal/" in spelling and target is not None and target is not module:
                yield Finding("internal", source.path, line,
                              f"{spelling} is private to {target.name}; use what that module offers, or offer it there")


def unused(tree: Tree, data: dict) -> Iterator[Finding]:
    """what DEPENDS names is included somewhere in the module"""
    for module in tree.modules.values():
        used, used_by_tests = set(), set()
        for source in tree.cpp:
            if tree.module_of(source.path) is module:
                targets = {tree.module_of(f"src/{spelling[1:-1]}") for _, spelling in source.includes}
                (used_by_tests if tree.is_test(source) else used).update(target.name for target in targets if target)
        if not module.folder.startswith("src/") or module.folder.startswith("src/testing/"):
            used |= used_by_tests
        path = f"{module.folder}/CMakeLists.txt"
        for name in module.depends:
            if name not in used and not (data["fix"] and drop_dependency(tree, path, name)):
                yield Finding("unused-dependency", path, 0, f"{name} stands in DEPENDS and no source includes it; remove it"
                              + (" or move it to TEST_DEPENDS" if name in used_by_tests else ""))
        for name in module.test_depends:
            if name not in used_by_tests and not (data["fix"] and drop_dependency(tree, path, name)):
                yield Finding("unused-dependency", path, 0,
                              f"{name} stands in TEST_DEPENDS and no test includes it; remove it")


def drop_dependency(tree: Tree, path: str, name: str) -> bool:
    """Removes a name that stands once in the file; what is said twice is left to people."""
    text = (tree.root / path).read_text()
    shorter, count = re.subn(rf"\s+{re.escape(name)}(?![\w/])", "", text)
    if count == 1:
        # A heading that has lost its last name goes too.
        (tree.root / path).write_text(re.sub(r"\s*\b(?:TEST_)?DEPENDS(?=\s+[A-Z_]+\b|\s*\))", "", shorter))
    return count == 1


def heavy_includes(tree: Tree, data: dict) -> Iterator[Finding]:
    """a heavy library is seen by few sources"""
    for source in tree.cpp:
        if not source.path.startswith("src/") or tree.is_test(source):
            continue
        for line, spelling in source.includes:
            for rule in data["heavy_include"]:
                if not re.match(rule["include"], spelling):
                    continue
                if "light" in rule and re.match(rule["light"], spelling):
                    continue
                allowed = rule.get("allowed")
                refused = not matches(source.path, allowed) if allowed else matches(source.path, rule["forbidden"])
                if refused:
                    yield Finding("heavy-includes", source.path, line, f"{spelling} ({rule['library']}): {rule['message']}")


RULES = {"includes": includes, "internal": internal, "unused-dependency": unused, "heavy-includes": heavy_includes}
