"""The lab on this machine's kernel, as far as it lets us; else one line says why not."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

from lab import measure
from lab.lab import Lab
from lab.namespaces import NAMES, NotAllowed
from lab.profiles import Profile
from lab.report import carried

QUICK = Profile("quick", "", rate=2_000_000, round_trip=0.2, jitter=0, loss=0, packet_maximum=600)
TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "poor-link"
SERVER = ("import http.server as h;"
          "h.HTTPServer(('{server}', 7711), h.SimpleHTTPRequestHandler).serve_forever()")
CLIENT = ("import http.client as h, os, sys; c = h.HTTPConnection(sys.argv[1], 7711); c.request('HEAD', '/');"
          "print(c.getresponse().status, os.environ['POOR_LINK_SERVER'])")


def setUpModule():
    try:
        with Lab(QUICK):
            pass
    except NotAllowed as reason:
        print(f"SKIPPED: the poor link is not tried in real namespaces: {reason}", file=sys.stderr)
        raise unittest.SkipTest(str(reason)) from None


def poor_link(*words, before=()):
    return subprocess.run([*before, TOOL, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=60, check=False)


class LabTests(unittest.TestCase):
    def test_the_link_delays_and_swallows_long_packets_and_counts_them(self):
        with Lab(QUICK) as lab, mock.patch.object(measure, "PATIENCE_SECONDS", 0.3):
            trip = measure.round_trip(lab, count=5, pause=0.01)
            short, long = [measure.both_ways(lab, lambda *ends, length=length:
                                             measure.arrived(*ends, count=5, length=length))
                           for length in (500, 700)]
            up, down = carried(lab)
        self.assertAlmostEqual(trip, 0.2, delta=0.05)
        self.assertEqual((short, long), ([("up", 5), ("down", 5)], [("up", 0), ("down", 0)]))
        self.assertEqual((up.too_long, down.too_long), (5, 5))
        self.assertEqual(up.bytes_sent, 5 * measure.PROBE_BYTES + 5 * 528 + 5 * 728)
        self.assertEqual((up.bytes_received, up.packets_sent, up.lost), (up.bytes_sent, 15, 0))

    def test_whatever_happens_inside_nothing_is_left(self):
        with self.assertRaises(ZeroDivisionError), Lab(QUICK) as lab:
            with lab.phone.inside():
                sleeper = subprocess.Popen(["sleep", "60"])
            name = lab.phone.name
            1 / 0
        self.assertEqual(sleeper.wait(5), -signal.SIGTERM)
        self.assertFalse((NAMES / name).exists())


class ToolTests(unittest.TestCase):
    def test_a_client_finds_the_server_and_its_exit_code_comes_back(self):
        with tempfile.TemporaryDirectory() as folder:
            told = pathlib.Path(folder, "told.json")
            done = poor_link("edge", "--json", told, "--serve", f'{sys.executable} -c "{SERVER}"', "--",
                             "sh", "-c", f'{sys.executable} -c "{CLIENT}" {{server}}; exit 7')
            report = json.loads(told.read_text())
        self.assertEqual((done.returncode, done.stdout), (7, "200 10.213.0.1\n"), done.stderr)
        self.assertEqual((report["profile"], report["exit_code"]), ("edge", 7))
        # A connection and an answer: two round trips, a handful of packets.
        self.assertGreater(report["seconds"], 0.7)
        self.assertGreater(report["up"]["packets_sent"], 3)
        self.assertGreater(report["down"]["bytes_sent"], 150)

    def test_the_time_is_bounded(self):
        done = poor_link("edge", "--timeout", "0.5", "--", "sleep", "60")
        self.assertEqual(done.returncode, 124, done.stderr)
        self.assertIn("--timeout", done.stderr)

    def test_a_server_that_does_not_come_is_told_with_its_own_words(self):
        done = poor_link("edge", "--serve", "sh -c 'echo no such folder; exit 3'", "--", "true")
        self.assertEqual(done.returncode, 69)
        self.assertIn("no such folder\n", done.stderr)
        self.assertIn("exit code 3", done.stderr)

    def test_a_signal_ends_both_ends_and_removes_them(self):
        process = subprocess.Popen([TOOL, "edge", "--", "sh", "-c", "echo up; exec sleep 60"],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        with process.stdout:
            self.assertEqual(process.stdout.readline(), "up\n")
            process.terminate()
            self.assertEqual(process.wait(20), 128 + signal.SIGTERM)
            # The sleeper held the other end of the pipe.
            self.assertEqual(process.stdout.read(), "")
        self.assertEqual(list(NAMES.glob(f"*-{process.pid}-*")), [])

    def test_what_a_killed_one_left_is_removed_by_the_next(self):
        process = subprocess.Popen([TOOL, "edge", "--", "sh", "-c", "echo up; exec sleep 60"],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        with process.stdout:
            process.stdout.readline()
            process.kill()
            process.wait(20)
            self.assertEqual(process.stdout.read(), "", "the client outlived it")
        self.assertEqual(poor_link("edge", "--", "true").returncode, 0)
        self.assertEqual(list(NAMES.glob(f"*-{process.pid}-*")), [])

    def test_a_wrong_command_line_is_told(self):
        for words in ([], ["2g"], ["5g", "--", "true"], ["2g", "--port", "0", "--", "true"]):
            with self.subTest(words=words):
                self.assertEqual(poor_link(*words).returncode, 2)


class RightsTests(unittest.TestCase):
    def test_where_it_is_not_allowed_one_line_says_so(self):
        if os.geteuid() != 0:
            self.skipTest("only root can give rights away")
        without = "-sys_admin,-net_admin"
        done = poor_link("edge", "--", "true",
                         before=["setpriv", "--bounding-set", without, "--inh-caps", without])
        self.assertEqual((done.returncode, done.stderr.count("\n")), (77, 1), done.stderr)
        self.assertTrue(done.stderr.startswith("SKIPPED: no poor link on this machine: "))


if __name__ == "__main__":
    unittest.main()
