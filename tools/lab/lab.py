"""Two ends and the link between them:

    phone's namespace                                               server's namespace
    client ── link0 ── token bucket ──▶ forwarder: loss, delay, cuts ──▶ MTU hole ── link0 ── server
              link0 ◀── MTU hole ◀── forwarder: loss, delay, cuts ◀── token bucket ── link0
"""
import contextlib
import os
import time

from .forwarder import Forwarder, clock_from, open_tun
from .namespaces import INTERFACE, Namespace, NotAllowed, remove_orphans
from .weather import Timetable, Way

# The same in every lab, so that a phone that has registered finds its server in the next one.
SERVER, PHONE = "10.213.0.1", "10.213.0.2"


class Lab:
    """Use it by `with`: whatever happens inside, nothing is left."""

    def __init__(self, profile, seed=1, congestion="cubic", start=0.0):
        """`start`: seconds that the timetable of cuts has already run."""
        self.profile, self.seed = profile, seed
        self._congestion, self._start = congestion, start
        self.timetable = Timetable(profile.cuts, seed)

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            remove_orphans()
            self.server, server_tun = self._end(stack, "server", SERVER, PHONE)
            self.phone, phone_tun = self._end(stack, "phone", PHONE, SERVER)
            self._start_link(stack, phone_tun, server_tun)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def _end(self, stack, name, own, other):
        namespace = Namespace(name)
        stack.callback(namespace.remove)
        with namespace.inside():
            try:
                tun = open_tun(INTERFACE)
            except OSError as error:
                raise NotAllowed(f"/dev/net/tun: {error.strerror}") from None
        stack.callback(os.close, tun)
        namespace.limit_rate(self.profile.rate)
        if self.profile.packet_maximum:
            namespace.drop_long_packets(self.profile.packet_maximum)
        namespace.address(own, other)
        self.congestion = namespace.set_congestion_control(self._congestion)
        return namespace, tun

    def _start_link(self, stack, phone_tun, server_tun):
        self.up, self.down = (Way(self.profile, self.timetable, way, self.seed) for way in ("up", "down"))
        self.clock = clock_from(self._start)
        self.forwarder = Forwarder(phone_tun, server_tun, self.up, self.down, self.clock)
        self.forwarder.start()
        stack.callback(self.forwarder.stop)

    def settle(self, seconds):
        """Waits until what was sent has arrived or is lost, at most so long."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            queued = any(end.queue_counts()[1] for end in (self.phone, self.server))
            if not queued and self.forwarder.is_idle(self.profile.round_trip + self.profile.jitter):
                return
            time.sleep(0.1)
