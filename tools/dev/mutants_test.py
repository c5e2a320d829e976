#!/usr/bin/env python3
"""Tests of the mutants' laboratory: what it reads of a patch, and that its copy follows the tree. Run by ./dev test."""

import pathlib
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from mutants import Broken, Laboratory, choose, copy_tree, read_mutant  # noqa: E402

PATCH = ("Mutant: one is two\nTest: base/a *one*\nTest: base/b B.two\n\n"
         "--- a/src/a.cpp\n+++ b/src/a.cpp\n@@ -1 +1 @@\n-int one = 1;\n+int one = 2;\n")


class MutantsTest(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        self.write("src/a.cpp", "int one = 1;\n")
        self.write("tests/mutants/two.patch", PATCH)
        self.laboratory = Laboratory(self.root, "debug", 1)
        self.copy = self.laboratory.tree / "src/a.cpp"

    def write(self, path: str, text: str) -> pathlib.Path:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)
        return self.root / path

    def test_a_patch_says_what_is_broken_and_who_must_notice(self):
        mutant = read_mutant(self.root / "tests/mutants/two.patch")
        self.assertEqual((mutant.name, mutant.sentence), ("two", "one is two"))
        self.assertEqual(mutant.tests, [("base/a", "*one*"), ("base/b", "B.two")])
        with self.assertRaises(Broken):
            read_mutant(self.write("tests/mutants/three.patch", PATCH.replace("Test:", "Tests:")))

    def test_a_name_that_is_no_mutant_is_refused(self):
        self.assertEqual([mutant.name for mutant in choose(self.root, [])], ["two"])
        with self.assertRaises(Broken):
            choose(self.root, ["four"])

    def test_a_mutant_is_applied_to_the_copy_alone_and_is_gone_at_the_next_start(self):
        copy_tree(self.root, self.laboratory.tree)
        self.laboratory.apply(choose(self.root, ["two"])[0])
        self.assertEqual(self.copy.read_text(), "int one = 2;\n")
        self.assertEqual((self.root / "src/a.cpp").read_text(), "int one = 1;\n")
        self.assertEqual(copy_tree(self.root, self.laboratory.tree), 1, "what a run that was broken off has left")
        self.assertEqual(self.copy.read_text(), "int one = 1;\n")

    def test_the_copy_keeps_what_is_equal_and_what_was_built_and_loses_what_is_gone(self):
        copy_tree(self.root, self.laboratory.tree)
        built = self.laboratory.tree / "build/debug/a.o"
        built.parent.mkdir(parents=True)
        built.touch()
        written = self.copy.stat().st_mtime_ns
        self.write("src/b.cpp", "")
        copy_tree(self.root, self.laboratory.tree)
        (self.root / "src/b.cpp").unlink()
        copy_tree(self.root, self.laboratory.tree)
        self.assertTrue(built.exists())
        self.assertFalse((self.laboratory.tree / "src/b.cpp").exists())
        self.assertEqual(self.copy.stat().st_mtime_ns, written)

    def test_a_patch_that_does_not_apply_proves_nothing(self):
        self.write("src/a.cpp", "int one = 3;\n")
        copy_tree(self.root, self.laboratory.tree)
        with self.assertRaises(Broken):
            self.laboratory.apply(choose(self.root, ["two"])[0])


if __name__ == "__main__":
    unittest.main()
