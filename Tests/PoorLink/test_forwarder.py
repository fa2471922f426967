import socket
import time
import unittest

from lab.forwarder import Forwarder, clock_from
from lab.profiles import Profile
from lab.weather import Timetable, Way

QUICK = Profile("quick", "", rate=1_000_000, round_trip=0.1, jitter=0, loss=0)


class ForwarderTests(unittest.TestCase):
    """Pairs of sockets stand for the interfaces: one packet a read there too."""

    def setUp(self):
        self.phone, phone_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.server, server_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        for each in (self.phone, phone_end, self.server, server_end):
            self.addCleanup(each.close)
            each.settimeout(5)
        for each in (phone_end, server_end):
            each.setblocking(False)
        up, down = (Way(QUICK, Timetable(None, 1), name, 1) for name in ("up", "down"))
        self.forwarder = Forwarder(phone_end.fileno(), server_end.fileno(), up, down, clock_from(0))
        self.forwarder.start()
        self.addCleanup(self.forwarder.stop)

    def test_packets_go_both_ways_whole_and_late(self):
        start = time.monotonic()
        self.phone.send(b"up 1")
        self.phone.send(b"up 2")
        self.server.send(b"down")
        self.assertEqual([self.server.recv(99), self.server.recv(99), self.phone.recv(99)],
                         [b"up 1", b"up 2", b"down"])
        self.assertGreaterEqual(time.monotonic() - start, 0.05)
        self.assertEqual((self.forwarder.up.counts.passed, self.forwarder.down.counts.passed), (2, 1))
        self.assertIsNone(self.forwarder.failure)

    def test_it_is_idle_when_nothing_waits_and_nothing_came_for_a_while(self):
        self.phone.send(b"up")
        deadline = time.monotonic() + 5
        while self.forwarder.up.counts.taken == 0 and time.monotonic() < deadline:
            time.sleep(0.001)
        self.assertFalse(self.forwarder.is_idle(0.1))
        self.server.recv(99)
        while not self.forwarder.is_idle(0.1) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertTrue(self.forwarder.is_idle(0.1))


if __name__ == "__main__":
    unittest.main()
