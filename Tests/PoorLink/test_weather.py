import dataclasses
import unittest

from lab.profiles import Cuts, Profile
from lab.weather import Timetable, Way

CALM = Profile("calm", "", rate=1_000_000, round_trip=0.8, jitter=0, loss=0)


def way(seed=1, name="up", **changes):
    profile = dataclasses.replace(CALM, **changes)
    return Way(profile, Timetable(profile.cuts, seed), name, seed)


def sent(way, count, pause=0.1):
    """What leaves within ten seconds after the last of them: [(packet, when)], looked at every millisecond
    that something is due."""
    left = []
    for number in range(count):
        left += leaving(way, number * pause)
        way.take(number, number * pause)
    return left + leaving(way, count * pause + 10)


def leaving(way, until):
    left = []
    while way.next_due() is not None and way.next_due() <= until:
        now = way.next_due()
        left += [(packet, now) for packet in way.leaving(now)]
    return left


class DelayTests(unittest.TestCase):
    def test_a_packet_leaves_after_half_a_round_trip_and_not_before(self):
        calm = way()
        calm.take("a", 5.0)
        self.assertEqual(calm.next_due(), 5.4)
        self.assertEqual(calm.leaving(5.399), [])
        self.assertEqual(calm.leaving(5.4), ["a"])
        self.assertIsNone(calm.next_due())

    def test_a_pause_between_packets_stays_as_it_was(self):
        times = [when for _, when in sent(way(), 3, pause=0.25)]
        self.assertEqual(times, [0.4, 0.65, 0.9])

    def test_jitter_moves_packets_both_ways_within_its_bounds(self):
        late = [when - number - 0.4 for number, when in sent(way(jitter=0.1), 500, pause=1)]
        self.assertLess(min(late), -0.09)
        self.assertGreater(max(late), 0.09)
        self.assertLessEqual(max(map(abs, late)), 0.1 + 1e-9)
        self.assertAlmostEqual(sum(late) / len(late), 0, delta=0.01)

    def test_jitter_never_changes_the_order(self):
        left = sent(way(jitter=0.3), 500, pause=0.001)
        self.assertEqual([packet for packet, _ in left], list(range(500)))
        times = [when for _, when in left]
        self.assertEqual(times, sorted(times))


class LossTests(unittest.TestCase):
    def test_as_many_are_lost_as_the_profile_says(self):
        for loss in (0, 0.01, 0.15):
            with self.subTest(loss=loss):
                lossy = way(loss=loss)
                left = sent(lossy, 20_000, pause=0.001)
                # Four standard deviations.
                self.assertAlmostEqual(lossy.counts.lost / 20_000, loss, delta=4 * (loss / 20_000) ** 0.5)
                self.assertEqual(lossy.counts.taken, lossy.counts.passed + lossy.counts.lost)
                self.assertEqual(len(left), lossy.counts.passed)

    def test_the_same_seed_loses_the_same_packets_whatever_the_pause_and_the_jitter(self):
        def kept(**how):
            pause = how.pop("pause", 0.1)
            return [packet for packet, _ in sent(way(loss=0.2, **how), 300, pause)]
        self.assertEqual(kept(), kept(pause=0.01, jitter=0.1))
        self.assertNotEqual(kept(), kept(seed=2))
        self.assertNotEqual(kept(), kept(name="down"))


class CutTests(unittest.TestCase):
    PLAN = Cuts(up=(20, 60), down=(5, 20))

    def test_times_up_and_down_are_as_long_as_planned(self):
        for seed in range(20):
            cuts = Timetable(self.PLAN, seed).begun(10_000)
            self.assertLessEqual(cuts[0][0], 60)
            for (_, end), (start, _) in zip(cuts, cuts[1:]):
                self.assertTrue(20 <= start - end <= 60)
            for start, end in cuts:
                self.assertTrue(5 <= end - start <= 20)

    def test_it_is_down_from_the_start_of_a_cut_until_before_its_end(self):
        table = Timetable(self.PLAN, 7)
        for start, end in Timetable(self.PLAN, 7).begun(1_000):
            self.assertEqual([table.is_down(at) for at in (start - 0.01, start, end - 0.01, end)],
                             [False, True, True, False])

    def test_the_timetable_is_the_seeds_however_often_one_looks(self):
        often = Timetable(self.PLAN, 3)
        for second in range(500):
            often.is_down(second)
        self.assertEqual(often.begun(500), Timetable(self.PLAN, 3).begun(500))
        self.assertNotEqual(often.begun(500), Timetable(self.PLAN, 4).begun(500))

    def test_what_is_sent_during_a_cut_is_lost_and_counted_apart(self):
        hill = way(cuts=self.PLAN)
        start, end = Timetable(self.PLAN, 1).first()
        for at in (start - 0.1, start, end - 0.1, end):
            hill.take(at, at)
        self.assertEqual(hill.leaving(end + 10), [start - 0.1, end])
        self.assertEqual((hill.counts.cut, hill.counts.lost, hill.counts.passed), (2, 0, 2))

    def test_a_link_without_cuts_is_never_down(self):
        table = Timetable(None, 1)
        self.assertEqual(table.begun(1e6), [])
        self.assertFalse(table.is_down(1e6))


if __name__ == "__main__":
    unittest.main()
