"""What peers are made of, where it cannot be had."""
import pathlib
import subprocess
import tempfile
import unittest
from unittest import mock

from benchmarks import anki_peer, peers
from benchmarks.peers import anki_note


class NoteTests(unittest.TestCase):
    def test_a_note_has_the_records_kind_and_all_its_fields(self):
        record = {"entity": "meeting", "id": 7, "updated_at": 9, "type": 1, "name": "आशा"}
        self.assertEqual(anki_note.fields(record), {"kind": "meeting", "fields": '{"type":1,"name":"आशा"}'})


class EnvironmentTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        patch = mock.patch.object(peers, "ENVIRONMENTS", pathlib.Path(folder.name))
        patch.start()
        self.addCleanup(patch.stop)

    def made(self, *effects):
        with mock.patch("subprocess.run", side_effect=list(effects)) as run:
            try:
                return peers.environment(["anki==1.2"]), run.call_count
            except peers.Missing as reason:
                return reason, run.call_count

    @staticmethod
    def venv(command, **_):
        pathlib.Path(command[-1]).mkdir(parents=True)

    def test_it_is_made_once(self):
        with mock.patch("subprocess.run", side_effect=lambda command, **more: (
                self.venv(command) if "venv" in command else None)) as run:
            first = peers.environment(["anki==1.2"])
            self.assertEqual(peers.environment(["anki==1.2"]), first)
        self.assertEqual(run.call_count, 2)
        self.assertIn("anki==1.2", run.call_args[0][0])

    def test_one_that_was_not_finished_is_made_anew(self):
        failure = subprocess.CalledProcessError(1, "pip")
        for _ in range(2):
            reason, count = self.made(None, failure)
            self.assertIsInstance(reason, peers.Missing)
            self.assertIn("anki==1.2", str(reason))
            self.assertEqual(count, 2)

    def test_a_client_that_does_not_sync_fails_the_bench(self):
        with mock.patch.object(peers, "environment", return_value="/nowhere/python"):
            self.assertRaises(peers.Missing, anki_peer.measure, {"meetings": [], "first": []})


if __name__ == "__main__":
    unittest.main()
