"""Carries IP packets between the two ends of the link, on a thread of its own.

The kernel's netem could delay and lose packets too. Many small kernels lack it, its jitter brings packets out
of order, and before Linux 6.6 it has no seed; so every machine gets this one.
"""
import fcntl
import os
import selectors
import struct
import threading
import time

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
# More than any packet of an interface with an MTU of 1500.
PACKET_MAXIMUM = 4096


def open_tun(name):
    """A new network interface in this thread's namespace: reading gives what was sent into it, writing makes
    it receive. It goes away when the descriptor is closed."""
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


class Forwarder:
    """From `start` to `stop`, reads from each end and writes to the other one what the way lets out."""

    def __init__(self, phone, server, up, down, clock):
        self.up, self.down = up, down
        # What ended it before its time, None = nothing.
        self.failure = None
        self._clock = clock
        self._routes = {phone: (up, server), server: (down, phone)}
        self._wake, self._waker = os.pipe()
        self._thread = threading.Thread(target=self._run, name="forwarder", daemon=True)
        self._idle_since = clock()

    def start(self):
        self._thread.start()

    def stop(self):
        os.write(self._waker, b"\0")
        self._thread.join()
        os.close(self._wake)
        os.close(self._waker)

    def is_idle(self, seconds):
        """Nothing waits here and nothing came for that long."""
        return self._next_due() is None and self._clock() - self._idle_since >= seconds

    def _next_due(self):
        times = [way.next_due() for way, _ in self._routes.values()]
        return min((time for time in times if time is not None), default=None)

    def _run(self):
        try:
            with selectors.DefaultSelector() as selector:
                for descriptor in (self._wake, *self._routes):
                    selector.register(descriptor, selectors.EVENT_READ)
                while self._step(selector):
                    pass
        except OSError as error:
            self.failure = error

    def _step(self, selector):
        due = self._next_due()
        wait = None if due is None else max(0, due - self._clock())
        for key, _ in selector.select(wait):
            if key.fd == self._wake:
                return False
            self._read(key.fd)
        now = self._clock()
        for way, target in self._routes.values():
            for packet in way.leaving(now):
                os.write(target, packet)
        return True

    def _read(self, descriptor):
        way, _ = self._routes[descriptor]
        while True:
            try:
                packet = os.read(descriptor, PACKET_MAXIMUM)
            except BlockingIOError:
                return
            self._idle_since = self._clock()
            way.take(packet, self._idle_since)


def clock_from(start):
    """Seconds since now, plus `start`."""
    zero = time.monotonic() - start
    return lambda: time.monotonic() - zero
