#!/usr/bin/env python3
"""Tests of the test report: what ran is counted once, and nothing that failed is lost. Run by ./dev test."""

import pathlib
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from dependents import ROOT, dependents  # noqa: E402
from source_tree import Tree  # noqa: E402
from test_report import collect  # noqa: E402

CASES = """<testsuites><testsuite name="Json">
  <testcase name="a" status="run" result="completed" time="0.1" classname="Json" />
  <testcase name="b" status="run" result="completed" time="0.1" classname="Json"><failure message="no"/></testcase>
  <testcase name="c" status="run" result="skipped" time="0" classname="Json"><skipped message="file:1&#x0A;no folder"/></testcase>
  <testcase name="d" status="notrun" result="suppressed" time="0" classname="Json" />
</testsuite></testsuites>"""


class TestReport(unittest.TestCase):
    def setUp(self):
        self.build = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.build)
        (self.build / "results").mkdir()
        (self.build / "tests.txt").write_text("base/json /x/json_tests\nbase/text /x/text_tests\n")

    def ctest(self, *tests: tuple[str, str, str]) -> None:
        rows = "".join(f'<testcase name="{name}" status="{status}"><system-out>{output}</system-out></testcase>'
                       for name, status, output in tests)
        (self.build / "results/ctest.junit").write_text(f"<testsuite>{rows}</testsuite>")

    def test_cases_are_counted_and_a_filtered_one_is_not(self):
        self.ctest(("base/json", "fail", ""))
        (self.build / "results/json_tests.xml").write_text(CASES)
        report = collect(self.build)
        self.assertEqual(report.verdict(), "1 passed, 1 failed, 1 skipped")
        self.assertEqual(report.failed, ["Json.b"])
        self.assertEqual(report.skipped, {"no folder": 1})

    def test_a_program_that_died_is_a_failed_case_named_by_what_ran_last(self):
        self.ctest(("base/text", "fail", "[ RUN      ] Text.a\n[       OK ] Text.a\n[ RUN      ] Text.b\n"))
        self.assertEqual(collect(self.build).failed, ["base/text: died in Text.b"])

    def test_a_program_that_took_too_long_is_named_with_what_it_was_doing(self):
        self.ctest(("base/text", "fail", "[ RUN      ] Text.a\n"))
        log = "The following tests FAILED:\n\t  7 - base/text (Timeout)\n"
        self.assertEqual(collect(self.build, log).failed,
                         ["base/text: was stopped, because it took too long, in Text.a"])

    def test_a_program_that_fails_after_its_cases_passed_is_a_failed_case(self):
        self.ctest(("base/json", "fail", "leak"))
        (self.build / "results/json_tests.xml").write_text(CASES.replace('<failure message="no"/>', ""))
        self.assertEqual(collect(self.build).failed, ["base/json: the program failed"])

    def test_a_unittest_program_counts_its_cases_and_any_other_is_one(self):
        self.ctest(("tools/lint", "run", "Ran 38 tests in 0.6s\n\nOK"), ("tools/other", "run", ""))
        self.assertEqual(collect(self.build).verdict(), "39 passed, 0 failed")

    def test_a_run_that_did_not_happen_has_failed(self):
        self.assertEqual(collect(self.build).failed, ["no test program ran"])


class Dependents(unittest.TestCase):
    def test_a_change_may_break_who_depends_on_it_however_far_away(self):
        found = dependents(Tree(ROOT), ["base/regex"])
        self.assertEqual(found[0], "base/regex")
        self.assertIn("protocol/cel", found)
        self.assertIn("runtime/contract_negotiation", found)
        self.assertNotIn("base/id", found)


if __name__ == "__main__":
    unittest.main()
