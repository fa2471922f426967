import unittest

from lab.namespaces import hole_rules, rate_command
from lab.profiles import BUCKET_BYTES, PROFILES, QUEUE_BYTES

FULL_PACKET = 1500


class ProfileTests(unittest.TestCase):
    def test_the_links_are_those_that_the_documentation_promises(self):
        told = {name: (each.rate, each.round_trip, each.loss, each.packet_maximum)
                for name, each in PROFILES.items()}
        self.assertEqual(told, {
            "edge": (200_000, 0.4, 0.01, None), "2g": (40_000, 0.8, 0.03, None),
            "hill": (20_000, 1.5, 0.15, None), "mtu-hole": (40_000, 0.8, 0.03, 600)})
        self.assertEqual(PROFILES["hill"].cuts.down, (5, 20))

    def test_only_the_hill_has_cuts(self):
        self.assertEqual([name for name, each in PROFILES.items() if each.cuts], ["hill"])

    def test_jitter_never_brings_a_packet_before_it_was_sent(self):
        for profile in PROFILES.values():
            with self.subTest(profile.name):
                self.assertLess(profile.jitter, profile.round_trip / 2)

    def test_a_full_packet_fits_into_bucket_and_queue(self):
        self.assertGreater(BUCKET_BYTES, FULL_PACKET)
        self.assertGreater(QUEUE_BYTES, BUCKET_BYTES)

    def test_a_profile_says_in_words_what_it_is(self):
        self.assertEqual(PROFILES["2g"].words(), "40 kbit/s, 800 ms, 3 % loss")
        self.assertEqual(PROFILES["hill"].words(),
                         "20 kbit/s, 1500 ms, 15 % loss, cuts of 5–20 s after 20–60 s")
        self.assertTrue(PROFILES["mtu-hole"].words().endswith("packets above 600 bytes vanish"))

    def test_the_kernel_is_told_the_rate_in_bits(self):
        command = " ".join(rate_command(PROFILES["2g"].rate))
        self.assertIn("tbf rate 40000bit burst 1600 limit 30000", command)

    def test_the_kernel_is_told_to_drop_what_is_longer_and_to_say_nothing(self):
        rules = hole_rules(600)
        self.assertIn("meta length > 600", rules)
        self.assertIn("drop", rules)
        self.assertNotIn("reject", rules)


if __name__ == "__main__":
    unittest.main()
