"""Ratios and their limits."""
import unittest

from benchmarks import figures


class RatioTests(unittest.TestCase):
    def test_a_least_is_kept_at_its_limit_and_above(self):
        self.assertTrue(figures.ratio("", 2.5, 2.5)["isKept"])
        self.assertFalse(figures.ratio("", 2.49, 2.5)["isKept"])

    def test_a_most_is_kept_at_its_limit_and_below(self):
        self.assertTrue(figures.ratio("", 2, 2, is_least=False)["isKept"])
        self.assertFalse(figures.ratio("", 2.01, 2, is_least=False)["isKept"])

    def test_a_stretch_that_is_missed_does_not_fail(self):
        self.assertEqual(figures.not_kept([figures.ratio("uploads", 3, 2.5, 4)]), [])

    def test_what_has_no_target_is_only_told(self):
        ratios = [figures.ratio("decode", 7)]
        self.assertEqual(figures.not_kept(ratios), [])
        self.assertIn("7.00", figures.ratios_text(ratios, False))

    def test_a_missed_target_is_named(self):
        ratios = [figures.ratio("uploads", 2, 2.5, 4)]
        self.assertEqual(figures.not_kept(ratios), ["target of 2.5 not kept: uploads"])
        self.assertIn("not kept", figures.ratios_text(ratios, False))

    def test_a_spread_is_median_and_ends(self):
        self.assertEqual(figures.spread([5, 1, 3]), {"median": 3, "least": 1, "most": 5})


if __name__ == "__main__":
    unittest.main()
