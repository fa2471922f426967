"""What benches make of what was measured: ratios, and results that disagree."""
import copy
import unittest

from benchmarks import anki_peer, charts, code, conversations, day, download, idle, merge, scale, upload
from benchmarks.figures import Wrong
from benchmarks.run import Run


def down(kind, groups, changes, seconds, **more):
    one = {"seconds": seconds, "serverCPUSeconds": 0.01, "sets": changes // 50, "changes": changes,
           "setBytes": changes * 20, **more}
    return {"kind": kind, "groups": groups, "rounds": [one, dict(one)]}


OWN = {"setsPerGroup": 5, "groups": 4, "serverResidentBytesMost": 1, "rows": [
    down("sets", 0, 1_000, 0.1, wireBytes=2_000, microseconds=[100_000]),
    {**down("snapshots", 0, 0, 0.1, wireBytes=10, snapshots=4), "warmUpSeconds": 1.0},
    down("catchUp", 0, 500, 0.1, wireBytes=900, microseconds=[1_000, 2_000, 3_000])]}
PEER = {"rows": [down("sets", 0, 1_000, 0.2), down("catchUp", 0, 500, 0.4)]}
LOAD = {"groups": 4, "meetings": 3, "devices": 3}


SLOWER = {"rows": [down("sets", 0, 1_000, 0.8), down("catchUp", 0, 500, 0.8)]}


def downloaded(peer=PEER):
    others = {"sqlite": peer, "memory": peer, "postgres_usual": SLOWER, "postgres_ours": peer}
    return download._report(copy.deepcopy(OWN), copy.deepcopy(others), LOAD)


class DownloadTests(unittest.TestCase):
    def test_the_target_is_about_the_whole_block(self):
        ratios = {row["what"]: row for row in downloaded()["ratios"]}
        self.assertAlmostEqual(ratios["the whole block ÷ PostgreSQL (ours layout)"]["ratio"], 2)
        self.assertFalse(ratios["the whole block ÷ PostgreSQL (ours layout)"]["isKept"])
        self.assertIsNone(ratios["100 changes to each of 3 phones ÷ PostgreSQL (ours layout)"]["target"])

    def test_the_target_is_against_the_faster_layout(self):
        ratios = {row["what"]: row for row in downloaded()["ratios"]}
        self.assertAlmostEqual(ratios["the whole block ÷ PostgreSQL (usual layout)"]["ratio"], 8)
        self.assertIsNone(ratios["the whole block ÷ PostgreSQL (usual layout)"]["target"])

    def test_a_peer_that_gave_other_sets_counts_for_nothing(self):
        peer = {"rows": [down("sets", 0, 950, 0.2), PEER["rows"][1]]}
        self.assertRaises(Wrong, downloaded, peer)

    def test_a_snapshot_that_did_not_come_is_noticed(self):
        row = {**down("snapshots", 0, 0, 0.1, wireBytes=10, snapshots=3), "warmUpSeconds": 1.0}
        self.assertRaises(Wrong, download._snapshots, row, 4)

    def test_its_text_names_every_peer(self):
        words = download.text(downloaded(), False)
        for name in download.NAMES.values():
            self.assertIn(name, words)


class UploadTests(unittest.TestCase):
    def test_the_load_of_the_targets_is_always_measured(self):
        self.assertEqual(upload.chosen(Run("loksync", loads=((16, 7_241), (16, 64)))), [(16, 64), (16, 7_241)])
        self.assertEqual(upload.chosen(Run("loksync")), upload.FULL)
        self.assertEqual(upload.chosen(Run("loksync", quick=True)), upload.QUICK)


class ConversationTests(unittest.TestCase):
    REPORT = {"seed": 2, "changesPerMeeting": {"count": 3, "minimum": 28, "maximum": 36}, "ankiRequestsPerMeeting": 7,
              "rows": [{"name": "meeting_up", "what": "a meeting up", "budget": 240, "json_over_http": 900,
                        "anki": 3_000, "bytes": {"median": 200, "minimum": 190, "maximum": 210}},
                       {"name": "first_sync", "what": "all books", "json_over_http": None, "anki": None,
                        "bytes": {"median": 5_000, "minimum": 5_000, "maximum": 5_000}}]}

    def test_each_peer_has_its_ratio(self):
        self.assertEqual(list(conversations.rows(self.REPORT)), [
            ["a meeting up", "200", 240, "900", "4.5", "3,000", "15.0"], ["all books", "5,000", "", "", "", "", ""]])
        self.assertIn("7 requests", conversations.text(self.REPORT, True))

    def test_a_chart_has_a_value_of_each_for_each_conversation(self):
        chart, = conversations.charts(self.REPORT)
        self.assertEqual([len(one["values"]) for one in chart["series"]], [1, 1, 1])

    def test_records_that_did_not_reach_the_other_client_count_for_nothing(self):
        self.assertEqual(anki_peer.checked({"meeting_up": 1, "isSame": True}), {"meeting_up": 1})
        self.assertRaises(Wrong, anki_peer.checked, {"meeting_up": 1, "isSame": False})


class MergeTests(unittest.TestCase):
    OWN = {"editsPerRound": 12, "setsPerTransaction": 30,
           "parts": [{"conflictPercent": 10, "conflicts": 36, "nanoseconds": [20.0, 30.0, 40.0]}]}

    def test_an_edit_is_compared_with_the_peer_s(self):
        peer = {"parts": [{"conflictPercent": 10, "conflicts": 36, "nanoseconds": [10.0, 15.0, 20.0]}]}
        self.assertAlmostEqual(merge._report(self.OWN, peer)["ratios"][0]["ratio"], 2)

    def test_another_number_of_conflicts_is_no_comparison(self):
        peer = {"parts": [{"conflictPercent": 10, "conflicts": 35, "nanoseconds": [10.0]}]}
        self.assertRaises(Wrong, merge._report, self.OWN, peer)


class ScaleTests(unittest.TestCase):
    def test_each_size_is_compared_with_the_first(self):
        def step(size, seconds):
            return scale._step(size, [{"serverCPUSeconds": seconds, "seconds": 2 * seconds, "changes": 1_000_000}])
        report = {"records": [step(10_000, 10), step(100_000, 15), step(1_000_000, 21)], "blocks": [step(1, 10)]}
        ratios = list(scale._ratios(report))
        self.assertEqual([round(row["ratio"], 2) for row in ratios], [1.5, 2.1])
        self.assertEqual([row["isKept"] for row in ratios], [True, False])


class DayTests(unittest.TestCase):
    @staticmethod
    def report(**other):
        times = {"count": 9, "p50": 10.0, "p99": 400.0}
        row = {"seconds": 20.0, "syncs": 5_000, "offeredChanges": 208_000, "committedChanges": 207_000, "small": times,
               "lagging": times, "repeated": {**times, "p99": 1_700.0}, "looks": times,
               "firstSyncs": {**times, "count": 0}, "cameAgain": 0, "reconnected": 3,
               "serverCPUSeconds": 20.0, "otherCPUSeconds": 1.0}
        proof = {"setsWritten": 7, "setsInShards": 7, "setsProven": 7, "changesWritten": 224, "changesInShards": 224,
                 "paiseWritten": 70_00, "paiseInShards": 70_00, "blocksDiffering": 0, "differences": [],
                 "notAccepted": 0, "findings": [], "shards": 7_241, "shardsVerified": 64, **other}
        return {"hours": [{**row, "hour": 20}], "burst": row, "proof": proof, "burstRate": 10_400, "serverExitCode": 0,
                "serverResidentBytesMost": 2 ** 29, "blocks": 7_241, "phones": 9_083, "isInsecure": False,
                "hourSeconds": 8.0, "burstSeconds": 20.0, "drainSeconds": 0.1}

    def test_the_burst_is_held_by_rate_and_by_time(self):
        ratios = day.judged(self.report())["ratios"]
        self.assertEqual([round(row["ratio"], 3) for row in ratios], [0.995, 0.4, 0.5])
        slow = self.report()
        slow["burst"] = {**slow["burst"], "committedChanges": 200_000, "small": {"count": 9, "p50": 1, "p99": 1_001.0}}
        self.assertEqual([row["isKept"] for row in day.judged(slow)["ratios"][:2]], [False, False])

    def test_a_set_that_is_missing_or_there_twice_makes_it_void(self):
        for other in ({"setsInShards": 8}, {"paiseInShards": 69_99}, {"setsProven": 6}, {"notAccepted": 1},
                      {"blocksDiffering": 2, "differences": [{"block": 900_001}, {"block": 900_002}]},
                      {"findings": ["900001: a balance"]}):
            self.assertRaises(Wrong, day.judged, self.report(**other))

    def test_its_text_says_what_was_shortened(self):
        words = day.text(day.judged(self.report()), False)
        self.assertIn("20–21", words)
        self.assertIn("each hour is played 8 s, the burst minute 20 s", words)
        self.assertIn("1,700", words)
        self.assertIn("20–21", charts.svg(next(day.charts(self.report()))))


class OtherTests(unittest.TestCase):
    def test_times_are_of_the_run_without_counting(self):
        timed = {"stages": [{"name": "decode", "nanoseconds": [1, 2, 3]}]}
        counted = {"stages": [{"name": "decode", "nanoseconds": [9, 9, 9], "allocations": 4}]}
        stage = code._merged(timed, counted)["stages"][0]
        self.assertEqual((stage["nanoseconds"]["median"], stage["allocations"]), (2, 4))

    def test_what_the_open_files_do_not_allow_is_said(self):
        row = {"connections": 1_000, "tls": True, "bytesEach": {"median": 24 * 1024, "least": 1, "most": 2},
               "rounds": [{"bytesWith": 1, "idleCPUSeconds": 0, "connectSeconds": 1}]}
        report = {"filesAllowed": 20_000, "skipped": [50_000], "rows": [row]}
        report["ratios"] = list(idle._ratios(report))
        self.assertIn("Skipped: 50,000 connections need 58,000 open files", idle.text(report, False))
        self.assertAlmostEqual(report["ratios"][0]["ratio"], 24)

    def test_only_a_quick_run_has_fewer_than_five_rounds(self):
        self.assertEqual((Run("").rounds(), Run("").rounds(3), Run("").rounds(7)), (5, 5, 7))
        self.assertLess(Run("", quick=True).rounds(7), 5)


if __name__ == "__main__":
    unittest.main()
