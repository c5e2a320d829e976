"""The tree as the rules see it: files, modules with their declared dependencies, C++ without comments and strings."""

import pathlib
import re
import subprocess
from dataclasses import dataclass, field
from functools import cache, cached_property

IGNORED_FOLDERS = {"build", ".git", ".cache", "node_modules"}
LITERAL_OR_COMMENT = re.compile(
    r'//[^\n]*|/\*.*?\*/|(?:u8|[uUL])?R"([^()\\\s]{0,16})\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Za-z_])\'(?:\\.|[^\'\\\n])+\'',
    re.DOTALL,
)


def blank(text: str) -> str:
    """The same text with everything but line ends replaced by spaces: offsets and line numbers stay."""
    return re.sub(r"[^\n]", " ", text)


def without_literals(text: str, keep_includes: bool = False) -> str:
    """C++ code with the insides of comments, strings and characters blanked."""

    def replace(match: re.Match[str]) -> str:
        found = match.group(0)
        if found.startswith("/"):
            return blank(found)
        if keep_includes and text.rfind("#include", text.rfind("\n", 0, match.start()) + 1, match.start()) >= 0:
            return found
        quote = found[-1]
        start = found.index(quote)
        return found[:start] + quote + blank(found[start + 1 : -1]) + quote

    return LITERAL_OR_COMMENT.sub(replace, text)


@dataclass(eq=False)
class Finding:
    rule: str
    path: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.rule}: {self.message}"


@dataclass(eq=False)
class Source:
    """One text file; `path` is relative to the tree."""

    path: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")[: -1 if self.text.endswith("\n") else None]

    @cached_property
    def code(self) -> str:
        return without_literals(self.text)

    @cached_property
    def includes(self) -> list[tuple[int, str]]:
        """Line number and spelling (with its delimiters) of every include."""
        code = without_literals(self.text, keep_includes=True)
        pattern = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(<[^>\n]+>|"[^"\n]+")', re.MULTILINE)
        return [(code.count("\n", 0, found.start()) + 1, found.group(1)) for found in pattern.finditer(code)]

    @property
    def is_cpp(self) -> bool:
        return self.path.endswith((".cpp", ".hpp"))

    @property
    def is_test_source(self) -> bool:
        """Told by its name or place. Headers for tests are told by what they include: Tree.is_test."""
        return self.path.startswith(("tests/", "bench/", "src/testing/")) or bool(
            re.search(r"_(test|fuzz|benchmark)\.cpp$|_for_test\.hpp$", self.path)
        )

    def line_of(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1


@dataclass(eq=False)
class Module:
    """A folder with a CMakeLists.txt that calls kontor_module, kontor_tests or kontor_program."""

    folder: str
    depends: list[str] = field(default_factory=list)
    test_depends: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """src/base/json is base/json; other folders keep their path."""
        return self.folder.removeprefix("src/")


class Tree:
    def __init__(self, root: pathlib.Path):
        self.root = root

    @cached_property
    def paths(self) -> list[str]:
        listing = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"],
            cwd=self.root, capture_output=True, check=False,
        ) if (self.root / ".git").exists() else None
        if listing is not None and listing.returncode == 0:
            names = listing.stdout.decode().split("\0")
        else:
            names = [str(path.relative_to(self.root)) for path in self.root.rglob("*")]
        return sorted(
            name for name in names
            if name and not IGNORED_FOLDERS.intersection(name.split("/")) and (self.root / name).is_file()
        )

    @cached_property
    def path_set(self) -> set[str]:
        """Files and the folders they are in."""
        found = set(self.paths)
        for path in self.paths:
            found.update(str(parent) for parent in pathlib.PurePosixPath(path).parents)
        return found

    @cache
    def source(self, path: str) -> Source:
        return Source(path, (self.root / path).read_text(encoding="utf-8", errors="replace"))

    @cached_property
    def texts(self) -> list[Source]:
        """Every file that is text (no NUL in its first kilobyte)."""
        found = []
        for path in self.paths:
            with open(self.root / path, "rb") as file:
                if b"\0" not in file.read(1024):
                    found.append(self.source(path))
        return found

    @cached_property
    def cpp(self) -> list[Source]:
        return [self.source(path) for path in self.paths if path.endswith((".cpp", ".hpp"))]

    @cached_property
    def test_headers(self) -> set[str]:
        """Headers that see GoogleTest, RapidCheck or src/testing, directly or by another such header."""
        found: set[str] = set()
        headers = [source for source in self.cpp if source.path.endswith(".hpp")]
        grown = True
        while grown:
            grown = False
            for source in headers:
                if source.path not in found and any(self.includes_test_code(spelling, found) for _, spelling in source.includes):
                    found.add(source.path)
                    grown = True
        return found

    def includes_test_code(self, spelling: str, test_headers: set[str]) -> bool:
        path = spelling[1:-1]
        return path.startswith(("gtest/", "gmock/", "rapidcheck", "testing/")) or f"src/{path}" in test_headers

    def is_test(self, source: Source) -> bool:
        """Code that only tests see: sources of tests, contract suites, fixtures."""
        return source.is_test_source or source.path in self.test_headers

    @cached_property
    def modules(self) -> dict[str, Module]:
        """By folder."""
        found = {}
        for path in self.paths:
            if path.endswith("/CMakeLists.txt") and path.startswith(("src/", "tests/", "bench/")):
                module = read_module(path.removesuffix("/CMakeLists.txt"), self.source(path).text)
                if module is not None:
                    found[module.folder] = module
        return found

    @property
    def product_modules(self) -> list[Module]:
        return [module for folder, module in sorted(self.modules.items()) if folder.startswith("src/")]

    def module_of(self, path: str) -> Module | None:
        """The innermost module that holds the path."""
        for parent in pathlib.PurePosixPath(path).parents:
            if str(parent) in self.modules:
                return self.modules[str(parent)]
        return None

    @cached_property
    def test_programs(self) -> set[str]:
        """The names under which ./dev test knows them: modules with tests, and what kontor_tests() names beside."""
        programs = {
            module.name for module in self.product_modules
            if any(re.fullmatch(re.escape(module.folder) + r"/(?:internal/)?\w+_test\.cpp", path) for path in self.paths)
        }
        for path in self.paths:
            if path.startswith("tests/") and path.endswith("/CMakeLists.txt"):
                programs.update(re.findall(r"\bkontor_tests\(\s*\S+\s+(\S+)", self.source(path).text))
        return programs

    @cached_property
    def test_names(self) -> set[str]:
        """`case` and `Suite.case` of every test of the tree, with the file names of scripts' own tests left out."""
        pattern = re.compile(
            r"^\s*(?:TYPED_TEST|TEST)(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)|^\s*RC_GTEST_(?:FIXTURE_)?PROP\(\s*(\w+)\s*,\s*(\w+)",
            re.MULTILINE,
        )
        names = set()
        for source in self.cpp:
            for found in pattern.finditer(source.code):
                suite, case = found.group(1) or found.group(3), found.group(2) or found.group(4)
                names.update({case, f"{suite}.{case}"})
        return names


def read_module(folder: str, cmake: str) -> Module | None:
    cmake = re.sub(r"#[^\n]*", "", cmake)
    calls = re.findall(r"\b(?!kontor_use_precompiled\b)kontor_\w+\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)", cmake)
    if not calls:
        return None
    module = Module(folder)
    for call in calls:
        section = None
        for word in call.split():
            if word.isupper() or re.fullmatch(r"[A-Z_]+", word):
                section = word
            elif section == "DEPENDS":
                module.depends.append(word)
            elif section == "TEST_DEPENDS":
                module.test_depends.append(word)
    return module
