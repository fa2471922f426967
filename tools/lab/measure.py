"""Measurements on a lab, with sockets at its two ends."""
import concurrent.futures
import contextlib
import socket
import statistics
import struct
import threading
import time

from .lab import PHONE, SERVER
from .profiles import BUCKET_BYTES, QUEUE_BYTES

# Of IPv4 and UDP.
HEADER_BYTES = 28
# A probe carries its number: four bytes.
PROBE_BYTES = HEADER_BYTES + 4
PORT = 9
# A packet is lost if it is this much later than it should be.
PATIENCE_SECONDS = 3


def ways(lab):
    """(name, sender (namespace, address), receiver (namespace, address)) of both ways."""
    phone, server = (lab.phone, PHONE), (lab.server, SERVER)
    return [("up", phone, server), ("down", server, phone)]


def both_ways(lab, measurement):
    """(name, result) up and down, measured at the same time: one way does not bother the other."""
    with concurrent.futures.ThreadPoolExecutor(2) as threads:
        running = [(name, threads.submit(measurement, lab, *ends)) for name, *ends in ways(lab)]
        return [(name, result.result()) for name, result in running]


def _open(end, kind=socket.SOCK_DGRAM, port=PORT):
    namespace, address = end
    with namespace.inside():
        opened = socket.socket(type=kind)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    opened.bind((address, port))
    return opened


class _Arrivals:
    """Receives at one end, on a thread, {number: when} of probes, until it is closed."""

    def __init__(self, end, answer=False):
        self.times = {}
        self._socket = _open(end)
        self._socket.settimeout(0.1)
        self._answer = answer
        self._is_open = True
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while self._is_open:
            try:
                packet, sender = self._socket.recvfrom(4096)
            except socket.timeout:
                continue
            self.times[struct.unpack(">I", packet[:4])[0]] = time.monotonic()
            if self._answer:
                self._socket.sendto(packet, sender)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._is_open = False
        self._thread.join()
        self._socket.close()


def _send(sender, receiver, count, length, pause):
    """Probes of `length` bytes without headers, `pause` seconds apart; {number: when}."""
    times = {}
    with _open(sender, port=PORT + 1) as opened:
        next_time = time.monotonic()
        for number in range(count):
            times[number] = time.monotonic()
            opened.sendto(struct.pack(">I", number).ljust(length, b"."), (receiver[1], PORT))
            next_time += pause
            time.sleep(max(0, next_time - time.monotonic()))
    return times


def _wait(lab):
    time.sleep(lab.profile.round_trip + PATIENCE_SECONDS)


def round_trip(lab, count=30, pause=0.25):
    """Seconds: the median of probes that are sent back."""
    _, phone, server = ways(lab)[0]
    times, sent = [], {}
    with _Arrivals(server, answer=True), _open(phone, port=PORT + 1) as opened:
        opened.settimeout(lab.profile.round_trip + PATIENCE_SECONDS)
        prober = threading.Thread(target=_probe, args=(opened, server[1], sent, count, pause))
        prober.start()
        with contextlib.suppress(socket.timeout):
            while len(times) < count:
                number, = struct.unpack(">I", opened.recv(4096))
                times.append(time.monotonic() - sent[number])
        prober.join()
    return statistics.median(times) if times else float("inf")


def _probe(opened, address, sent, count, pause):
    for number in range(count):
        sent[number] = time.monotonic()
        opened.sendto(struct.pack(">I", number), (address, PORT))
        time.sleep(pause)


def rate(lab, sender, receiver):
    """Bits of IP packets a second: of a train of packets that just fits into the queue. Between the first and
    the last that arrive, lost ones took their time too."""
    length = 500
    count = QUEUE_BYTES * 9 // 10 // (length + HEADER_BYTES)
    with _Arrivals(receiver) as arrivals:
        _send(sender, receiver, count, length, pause=0)
        time.sleep(8 * QUEUE_BYTES / lab.profile.rate)
        _wait(lab)
        # The full bucket let the first ones out at once.
        numbers = [number for number in arrivals.times if number * (length + HEADER_BYTES) > BUCKET_BYTES]
        if len(numbers) < 2:
            return 0
        first, last = min(numbers), max(numbers)
        return 8 * (last - first) * (length + HEADER_BYTES) / (arrivals.times[last] - arrivals.times[first])


def losses(lab, sender, receiver):
    """(sent, arrived) in 15 s at three fifths of the rate."""
    pause = 8 * PROBE_BYTES / (0.6 * lab.profile.rate)
    count = int(15 / pause)
    return count, arrived(lab, sender, receiver, count, 4, pause)


def arrived(lab, sender, receiver, count, length, pause=None):
    """How many of the probes do."""
    pause = pause or 8 * (length + HEADER_BYTES) / lab.profile.rate
    with _Arrivals(receiver) as arrivals:
        _send(sender, receiver, count, length, pause)
        _wait(lab)
        return len(arrivals.times)


def silence(lab, seconds):
    """Probes up, ten a second, for that long: the longest time between two that arrive."""
    _, sender, receiver = ways(lab)[0]
    with _Arrivals(receiver) as arrivals:
        _send(sender, receiver, int(10 * seconds), 4, 0.1)
        _wait(lab)
        times = sorted(arrivals.times.values())
    return max((later - earlier for earlier, later in zip(times, times[1:])), default=0)


def transfer(lab, segment):
    """Bits a second of TCP up: of five seconds' worth of bytes, what came in 60 s."""
    size = 5 * lab.profile.rate // 8
    _, sender, receiver = ways(lab)[0]
    received, last, start = 0, 0, time.monotonic()
    with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
        listener = stack.enter_context(_open(receiver, socket.SOCK_STREAM))
        client = stack.enter_context(_open(sender, socket.SOCK_STREAM, port=0))
        for opened in (listener, client):
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, segment)
            opened.settimeout(20)
        listener.listen()
        client.connect((receiver[1], PORT))
        accepted = stack.enter_context(listener.accept()[0])
        accepted.settimeout(20)
        # It may not fit into the socket's buffer.
        threading.Thread(target=_send_all, args=(client, size), daemon=True).start()
        while received < size and time.monotonic() - start < 60:
            received += len(accepted.recv(65536))
            last = time.monotonic()
    return 8 * received / (last - start) if received else 0


def _send_all(opened, size):
    with contextlib.suppress(OSError):
        opened.sendall(bytes(size))
