import unittest

from lab.check import Finding


class FindingTests(unittest.TestCase):
    def test_a_measurement_holds_up_to_its_tolerance(self):
        cases = [(38.0, True), (37.9, False), (42.0, True), (42.1, False), (float("inf"), False)]
        for measured, holds in cases:
            with self.subTest(measured=measured):
                finding = Finding("rate up", 40.0, 2.0, measured, "kbit/s")
                self.assertEqual(finding.holds, holds)
                self.assertEqual(finding.text().endswith("WRONG"), not holds)

    def test_expected_and_measured_stand_side_by_side_with_the_tolerance(self):
        self.assertEqual(Finding("rate up", 40.0, 2.0, 41.23, "kbit/s").text().split(),
                         ["rate", "up", "40.0", "41.2", "±", "2.0", "kbit/s"])


if __name__ == "__main__":
    unittest.main()
