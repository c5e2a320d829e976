#!/usr/bin/env python3
"""Tests of the linter itself: each rule refuses what it is there for, and lets the rest pass. Run by ./dev test."""

import pathlib
import shutil
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from functions import find_functions  # noqa: E402
from lint import excuse, load_data  # noqa: E402
from patterns import matches  # noqa: E402
from rules import RULES  # noqa: E402
from source_tree import Finding, Tree, without_literals  # noqa: E402

PAGE = "# base/json\n\nReads JSON.\n\n## Map\n\n## Rules\n\n- Bad text is refused: `bad_text_is_refused`.\n\n## Change\n"
TEST = "TEST(Json, bad_text_is_refused) {}\n"


class LintTest(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        shutil.copytree(HERE, self.root / "tools/lint", ignore=shutil.ignore_patterns("__pycache__"))

    def write(self, files: dict[str, str]) -> None:
        for path, text in files.items():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text(text)

    def findings(self, rule: str, fix: bool = False) -> list[Finding]:
        data = load_data(self.root, fix)
        return [each for each in RULES[rule](Tree(self.root), data) if not each.path.startswith("tools/lint/")]

    def assert_refused(self, rule: str, files: dict[str, str], *wanted: str) -> None:
        self.write(files)
        found = self.findings(rule)
        self.assertEqual(len(found), 1, "\n".join(map(str, found)) or "nothing was found")
        for text in wanted:
            self.assertIn(text, str(found[0]))

    def assert_passes(self, rule: str, files: dict[str, str]) -> None:
        self.write(files)
        self.assertEqual([str(each) for each in self.findings(rule)], [])


class Mutants(LintTest):
    TREE = {
        "src/base/json/CMakeLists.txt": "kontor_module()",
        "src/base/json/json.cpp": "int depth_max = 64;\n",
        "src/base/json/json_test.cpp": "TEST(Json, depth_is_bounded) {}\n",
    }
    EDIT = "--- a/src/base/json/json.cpp\n+++ b/src/base/json/json.cpp\n@@ -1 +1 @@\n-int depth_max = 64;\n+int depth_max = 0;\n"
    HEAD = "Mutant: nothing bounds the depth\nTest: base/json *depth_is_bounded*:Json.*\n\n"
    PATH = "tests/mutants/depth.patch"

    def test_a_mutant_that_applies_passes(self):
        self.assert_passes("mutants", self.TREE | {self.PATH: self.HEAD + self.EDIT})

    def test_a_mutant_may_name_a_program_that_crosses_modules_and_no_module_without_tests(self):
        tree = self.TREE | {"tests/kit/CMakeLists.txt": "kontor_tests(\n  kit_tests tests/kit/one SOURCES a_test.cpp)\n",
                            "src/base/id/CMakeLists.txt": "kontor_module()"}
        self.assert_passes("mutants", tree | {self.PATH: self.HEAD.replace("base/json", "tests/kit/one") + self.EDIT})
        self.assert_refused("mutants", tree | {self.PATH: self.HEAD.replace("base/json", "base/id") + self.EDIT},
                            "there is no test program base/id")

    def test_a_mutant_of_what_has_changed_is_refused(self):
        stale = self.EDIT.replace("64", "32")
        self.assert_refused("mutants", self.TREE | {self.PATH: self.HEAD + stale}, self.PATH, "does not apply any more")

    def test_a_mutant_names_what_is_broken_and_tests_that_exist(self):
        for head, wanted in ((self.HEAD.replace("Mutant", "M"), "no `Mutant: sentence`"),
                             (self.HEAD.replace("Test", "T"), "no `Test: MODULE PATTERN`"),
                             (self.HEAD.replace("base/json", "base/xml"), "there is no test program base/xml"),
                             (self.HEAD.replace("is_bounded", "is_free"), "no test of this tree matches *depth_is_free*")):
            self.assert_refused("mutants", self.TREE | {self.PATH: head + self.EDIT}, wanted)


class Dependencies(LintTest):
    MODULES = {
        "src/base/json/CMakeLists.txt": "kontor_module(LIBRARIES fmt::fmt)",
        "src/base/json/json.hpp": "#pragma once\n",
        "src/base/text/CMakeLists.txt": "kontor_module(DEPENDS base/json TEST_DEPENDS base/id)",
        "src/base/text/text.hpp": '#include "base/json/json.hpp"\n',
        "src/base/id/CMakeLists.txt": "kontor_module()",
        "src/base/id/id.hpp": "#pragma once\n",
        "src/base/text/text_test.cpp": '#include "base/id/id.hpp"\n',
    }

    def test_declared_includes_pass(self):
        self.assert_passes("includes", self.MODULES)
        self.assert_passes("unused-dependency", {})

    def test_an_include_without_declaration_is_refused_although_it_would_compile_through_another_module(self):
        files = self.MODULES | {
            "src/protocol/dsp/CMakeLists.txt": "kontor_module(DEPENDS base/text)",
            "src/protocol/dsp/a.cpp": '#include "base/json/json.hpp"\n#include "base/text/text.hpp"\n',
        }
        self.assert_refused("includes", files, "src/protocol/dsp/a.cpp:1", "add that to DEPENDS")

    def test_product_code_does_not_see_what_is_declared_for_tests(self):
        self.assert_refused("includes", self.MODULES | {"src/base/text/a.cpp": '#include "base/id/id.hpp"\n'}, "a.cpp:1")

    def test_a_commented_include_is_no_include(self):
        self.assert_passes("includes", self.MODULES | {"src/base/id/a.hpp": '// #include "base/json/json.hpp"\n'})

    def test_who_uses_precompiled_headers_is_no_module_for_that(self):
        files = self.MODULES | {"tests/kit/CMakeLists.txt": "kontor_use_precompiled(kit tests/kit)",
                                "tests/kit/main.cpp": '#include "base/text/text.hpp"\n'}
        self.assert_passes("includes", files)

    def test_a_nested_module_is_a_module_of_its_own(self):
        files = {
            "src/platform/store/CMakeLists.txt": "kontor_module()",
            "src/platform/store/sqlite/CMakeLists.txt": "kontor_module(DEPENDS platform/store)",
            "src/platform/store/sqlite/sqlite.hpp": '#include "platform/store/store.hpp"\n',
            "src/platform/store/store.hpp": '#include "platform/store/sqlite/sqlite.hpp"\n',
        }
        self.assert_refused("includes", files, "platform/store/sqlite; add that")

    def test_a_foreign_internal_header_is_refused(self):
        files = self.MODULES | {
            "src/base/json/internal/a.hpp": "",
            "src/base/json/b.cpp": '#include "base/json/internal/a.hpp"\n',
            "src/base/text/b.cpp": '#include "base/json/internal/a.hpp"\n',
        }
        self.assert_refused("internal", files, "src/base/text/b.cpp:1")

    def test_a_dependency_that_nobody_includes_is_refused(self):
        files = self.MODULES | {"src/base/id/CMakeLists.txt": "kontor_module(DEPENDS base/json)"}
        self.assert_refused("unused-dependency", files, "src/base/id/CMakeLists.txt", "base/json")

    def test_a_dependency_that_nobody_includes_can_be_removed_for_one(self):
        files = self.MODULES | {"src/base/id/CMakeLists.txt": "kontor_module(DEPENDS base/json base/text TEST_DEPENDS base/result)\n",
                                "src/base/id/a.hpp": '#include "base/text/text.hpp"\n'}
        self.write(files)
        self.assertEqual(len(self.findings("unused-dependency")), 2)
        self.findings("unused-dependency", fix=True)
        self.assertEqual((self.root / "src/base/id/CMakeLists.txt").read_text(), "kontor_module(DEPENDS base/text)\n")

    def test_a_header_that_sees_a_test_library_is_for_tests_and_so_is_what_includes_it(self):
        files = self.MODULES | {"src/base/text/fixture.hpp": '#include <gtest/gtest.h>\n#include "base/id/id.hpp"\n',
                                "src/base/text/contract.hpp": '#include "base/text/fixture.hpp"\n#include "base/id/id.hpp"\n'}
        self.assert_passes("includes", files)
        self.assert_refused("includes", {"src/base/text/a.cpp": '#include "base/text/contract.hpp"\n'}, "product code")

    def test_a_heavy_library_has_its_folders(self):
        code = "#include <boost/asio/awaitable.hpp>\n#include <boost/asio/ip/tcp.hpp>\n"
        self.assert_refused("heavy-includes", {"src/platform/auth/a.cpp": code}, "a.cpp:2", "Boost.Asio")
        self.assert_passes("heavy-includes", {"src/platform/auth/a.cpp": "", "src/platform/async/a.cpp": code})

    def test_a_pure_layer_does_not_see_even_the_light_part_of_asio(self):
        self.assert_refused("heavy-includes", {"src/domain/offer/a.hpp": "#include <boost/asio/awaitable.hpp>\n"}, "pure layer")


class Words(LintTest):
    def test_each_banned_word_is_refused(self):
        for code in (
            "auto now = std::chrono::system_clock::now();", "std::random_device device;", "std::thread thread;",
            'auto home = std::getenv("HOME");', "std::this_thread::sleep_for(1s);", "boost::asio::steady_timer timer;",
            "co_spawn(executor, f(), detached);", "sleep(1);", "std::cerr << 1;",
        ):
            with self.subTest(code):
                self.assert_refused("banned-words", {"src/runtime/catalog/a.cpp": code + "\n"}, "a.cpp:1")

    def test_words_have_their_place_and_comments_are_free(self):
        self.assert_passes("banned-words", {
            "src/platform/async/clock.cpp": "auto now = std::chrono::system_clock::now();\n",
            "src/runtime/catalog/a.cpp": '// never std::thread\nauto text = "co_spawn";\n',
            "src/runtime/catalog/a_test.cpp": 'auto folder = std::getenv("KONTOR_SPEC_DIR");\n',
        })

    def test_nothing_sleeps_not_even_where_timers_live(self):
        self.assert_refused("banned-words", {"src/platform/async/a.cpp": "std::this_thread::sleep_until(then);\n"}, "sleep")

    def test_open_ends_and_foreign_paths_are_refused_in_any_text(self):
        for text in ("# TODO later", "see ../shared/notes", "cd /home/ada/kontor", "TEST(A, DISABLED_b) {}"):
            with self.subTest(text):
                self.assert_refused("banned-text", {"src/page.md": text + "\n"}, "src/page.md:1")

    def test_a_skipped_test_says_why(self):
        self.assert_refused("banned-text", {"src/a_test.cpp": "GTEST_SKIP();\n"}, "say why")
        self.assert_passes("banned-text", {"src/a_test.cpp": 'GTEST_SKIP() << "no folder";\n'})

    def test_commented_out_code_is_refused_and_prose_is_not(self):
        for code in ("// return value;", "// if (a) {", "// store.commit(change);", "// #include <a>", "// }", "// a = b + 1;"):
            with self.subTest(code):
                self.assert_refused("commented-out", {"src/a.cpp": code + "\n"})
        self.assert_passes("commented-out", {"src/a.cpp": "// Returns the value; never blocks.\n// if it fails, so be it\n/// f(x);\n"})

    def test_a_system_scope_is_made_only_where_it_is_listed(self):
        code = 'co_await store.due(store::SystemScope("why"), now);\n'
        self.assert_refused("system-scope", {"src/runtime/catalog/a.cpp": code}, "a.cpp:1")
        self.assert_refused("system-scope", {"src/runtime/catalog/a.cpp": 'SystemScope scope{"why"};\n'}, "a.cpp:1")
        with open(self.root / "tools/lint/system_scope.txt", "a") as listed:
            listed.write("src/runtime/catalog/a.cpp because\n")
        self.assert_passes("system-scope", {})

    def test_passing_a_system_scope_on_is_no_call_site(self):
        self.assert_passes("system-scope", {"src/a.hpp": "class SystemScope {\n  explicit SystemScope(int);\n};\nvoid f(SystemScope scope);\n"})

    def test_a_namespace_follows_its_path(self):
        files = {"src/domain/offer/CMakeLists.txt": "kontor_module()", "src/domain/offer/a.hpp": "namespace kontor::domain::offer {}\n"}
        self.assert_passes("namespace", files)
        self.assert_refused("namespace", {"src/domain/offer/b.hpp": "namespace kontor::offer {}\n"}, "kontor::domain::offer")


class Limits(LintTest):
    def test_a_long_file_line_or_function_is_refused(self):
        self.assert_refused("limits", {"src/a.cpp": "int x;\n" * 401}, "401 lines")
        self.assert_refused("limits", {"src/a.cpp": "// " + "ä" * 108 + "\n"}, "111 columns")
        self.assert_refused("limits", {"src/a.cpp": "void f() {\n" + "  g();\n" * 59 + "}\n"}, "f has 61 lines")
        self.assert_passes("limits", {"src/a.cpp": "void f() {\n" + "  g();\n" * 58 + "}\n"})


class Functions(unittest.TestCase):
    def names(self, code: str) -> list[tuple[str, int]]:
        return [(each.name, each.lines) for each in find_functions(without_literals(code))]

    def test_free_functions_members_and_templates_are_found(self):
        code = "namespace a {\nstruct S : B {\n  int get() const noexcept {\n    return 1;\n  }\n};\ntemplate <class T>\nauto f(T t) -> int {\n}\n}\n"
        self.assertEqual(self.names(code), [("get", 3), ("f", 3)])

    def test_a_constructor_with_member_initialisers_is_one_function(self):
        code = "S::S(int a, int b)\n    : a_{a}, b_(b), c_{std::move(b)} {\n  f();\n}\nint g() {\n}\n"
        self.assertEqual(self.names(code), [("S::S", 4), ("g", 2)])

    def test_lambdas_belong_to_their_function(self):
        self.assertEqual(self.names("int f() {\n  auto g = [](int a) {\n    return a;\n  };\n  return g(1);\n}\n"), [("f", 6)])

    def test_tables_types_and_initialisers_are_no_functions(self):
        code = "constexpr std::array rows{\n  row(1),\n  row{2},\n};\nenum class E : int { a };\nauto x = f({\n  1});\nconst S table[] = {\n{1, f(2)},\n};\n"
        self.assertEqual(self.names(code), [])

    def test_braces_in_strings_comments_and_raw_strings_do_not_count(self):
        code = 'int f() {\n  a("}");  // }\n  b(R"({{{)");\n  char c = \'{\';\n  int n = 1\'000;\n}\nint g() {\n}\n'
        self.assertEqual(self.names(code), [("f", 6), ("g", 2)])

    def test_tests_are_named_whole(self):
        self.assertEqual(self.names("TEST(Json, bad_text) {\n}\n"), [("TEST(Json, bad_text)", 2)])

    def test_default_arguments_operators_and_requires_do_not_confuse(self):
        code = "bool operator==(const A& a, const A& b) {\n}\nvoid f(int a = 1, S s = {}) {\n}\ntemplate <class T>\n  requires C<T>\nvoid g(T) {\n}\n"
        self.assertEqual([lines for _, lines in self.names(code)], [2, 2, 4])

    def test_macros_with_braces_do_not_count(self):
        self.assertEqual(self.names("#define A(x) \\\n  void x() { \\\n  }\nint f() {\n}\n"), [("f", 2)])


class Documents(LintTest):
    MODULE = {"src/base/json/CMakeLists.txt": "kontor_module()", "src/base/json/README.md": PAGE, "src/base/json/a_test.cpp": TEST}

    def test_a_module_without_page_or_headings_is_refused(self):
        self.assert_passes("module-readme", self.MODULE)
        self.assert_refused("module-readme", {"src/base/json/README.md": PAGE.replace("## Map", "## Files")}, "## Files")
        (self.root / "src/base/json/README.md").unlink()
        self.assert_refused("module-readme", {}, "missing")

    def test_a_rule_names_an_existing_test(self):
        self.assert_passes("rule-tests", self.MODULE)
        self.assert_refused("rule-tests", {"src/base/json/README.md": PAGE + "\n## Rules\n- x: `Json.no_such_test`, `bad_text_is_refused`\n"},
                            "Json.no_such_test")
        self.assert_refused("rule-tests", {"src/base/json/README.md": PAGE + "\n## Rules\n- x stays x\n"}, "names no test")

    def test_rules_may_stand_in_a_table(self):
        table = PAGE.replace("- Bad text", "| Rule | Test |\n|---|---|\n| Good text passes | `Json.good_text_passes` |\n\n- Bad text")
        self.write(self.MODULE | {"src/base/json/README.md": table})
        self.assertEqual(len(self.findings("rule-tests")), 2)
        self.assert_passes("rule-tests", {"src/base/json/b_test.cpp": "TEST(Json, good_text_passes) {}\n"})

    def test_the_map_is_written_and_compared(self):
        start, end = "<!-- modules: written by ./dev lint --fix -->", "<!-- end of modules -->"
        self.assert_refused("module-map", self.MODULE | {"src/README.md": f"# Map\n{start}\n{end}\n"}, "--fix")
        self.findings("module-map", fix=True)
        self.assertIn("[`base/json`](base/json/README.md): Reads JSON.", (self.root / "src/README.md").read_text())
        self.assert_passes("module-map", {})

    def test_a_link_of_a_page_leads_there_from_the_map_too(self):
        start, end = "<!-- modules: written by ./dev lint --fix -->", "<!-- end of modules -->"
        page = PAGE.replace("Reads JSON", "Reads JSON ([why](../../../docs/why.md))")
        self.write(self.MODULE | {"src/base/json/README.md": page, "src/README.md": f"# Map\n{start}\n{end}\n"})
        self.findings("module-map", fix=True)
        self.assertIn("Reads JSON ([why](../docs/why.md)).", (self.root / "src/README.md").read_text())

    def test_a_path_that_a_page_names_exists(self):
        self.assert_refused("named-paths", self.MODULE | {"docs/a.md": "`src/base/json` and `src/base/jason`\n"}, "src/base/jason")
        self.assert_refused("named-paths", {"docs/a.md": "[map](../src/README.md)\n"}, "../src/README.md")
        self.assert_passes("named-paths", {"docs/a.md": "[page](../src/base/json/README.md), `src/*/x.hpp`, `build/log`\n"})
        self.assert_refused("named-paths", {"docs/a.md": "[page](../../../src/base/json/README.md)\n"}, "does not exist")
        self.assert_passes("named-paths", {"docs/a.md": "```cpp\nlog = [&all](std::string_view line) { all += line; };\n```\n"})
        self.assert_refused("named-paths", {"docs/a.md": "[map](nowhere.md#a-heading)\n"}, "nowhere.md")

    def test_a_file_that_a_modules_page_names_exists(self):
        self.assert_refused("named-paths", self.MODULE | {"src/base/json/README.md": PAGE + "`json.hpp`\n"}, "no json.hpp")
        self.assert_refused("named-paths", {"src/base/json/json.hpp": "", "src/base/json/README.md": PAGE + "`json.hpp/.cpp`\n"}, "no json.cpp")


class Decisions(LintTest):
    RECORD = "# 0001 One thing\n\n" + "\n\n".join(
        f"**{name}:** text" for name in ("Status", "Context", "Decision", "Alternatives", "Consequences", "Check", "Supersedes")) + "\n"

    def test_a_record_has_its_sections_in_order(self):
        self.assert_passes("decision-shape", {"docs/decisions/0001-one-thing.md": self.RECORD})
        self.assert_refused("decision-shape", {"docs/decisions/0001-one-thing.md": self.RECORD.replace("Check", "Proof")}, "Proof")

    def test_the_index_is_generated(self):
        self.assert_refused("decision-index", {"docs/decisions/0001-one-thing.md": self.RECORD}, "--fix")
        self.findings("decision-index", fix=True)
        self.assertIn("| [0001 One thing](0001-one-thing.md) | text |", (self.root / "docs/decisions/README.md").read_text())
        self.assert_passes("decision-index", {})


class Exceptions(unittest.TestCase):
    def test_an_exception_excuses_its_rule_at_its_path(self):
        finding, other = Finding("limits", "src/a/b.cpp", 1, ""), Finding("limits", "src/c.cpp", 1, "")
        self.assertEqual(excuse([finding, other], [["limits", "src/a/*.cpp", "why"]], complete=True), [other])

    def test_an_exception_that_excuses_nothing_is_refused(self):
        left = excuse([], [["limits", "src/a.cpp", "why"]], complete=True)
        self.assertIn("excuses nothing", str(left[0]))
        self.assertEqual(excuse([], [["limits", "src/a.cpp", "why"]], complete=False), [])

    def test_patterns(self):
        self.assertTrue(matches("src/a/b/c.cpp", ["src/**"]) and matches("src/a/c.cpp", ["src/*/c.cpp"]) and matches(".ci/run", ["**"]))
        self.assertTrue(matches("src/app/main.cpp", ["src/app/**/*.cpp"]))
        self.assertFalse(matches("src/a/b/c.cpp", ["src/*/c.cpp"]) or matches("src/a/c.hpp", ["src/**/*.cpp"]))


if __name__ == "__main__":
    unittest.main()
