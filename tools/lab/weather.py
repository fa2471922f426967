"""What becomes of the packets on a link. Pure: time is handed in, in seconds, and chance comes from a seed.

The rate is not here: the kernel's token bucket lets packets out at it, before they come here.
"""
import collections
import dataclasses
import random


class Timetable:
    """When the link is down. Begun anywhere within a time up, and endless."""

    def __init__(self, cuts, seed):
        self._cuts = cuts
        self._chance = random.Random(f"{seed} cuts")
        self._known = []
        self._until = 0.0
        if cuts:
            self._add(self._chance.uniform(0, cuts.up[1]))

    def _add(self, up):
        start = self._until + up
        self._until = start + self._chance.uniform(*self._cuts.down)
        self._known.append((start, self._until))

    def begun(self, at):
        """The cuts (start, end) that have begun by then."""
        while self._cuts and self._until <= at:
            self._add(self._chance.uniform(*self._cuts.up))
        return [cut for cut in self._known if cut[0] <= at]

    def first(self):
        return self._known[0] if self._known else None

    def is_down(self, at):
        begun = self.begun(at)
        return bool(begun) and at < begun[-1][1]


@dataclasses.dataclass
class Counts:
    """Packets that came to the forwarder, and what became of them."""
    taken: int = 0
    lost: int = 0
    cut: int = 0
    passed: int = 0


class Way:
    """One way of the link: up or down.

    Packets wait in the order in which they came and leave in that order: jitter makes one late, and those
    behind it with it, as on a radio link that repeats what was damaged.
    """

    def __init__(self, profile, timetable, name, seed):
        self.counts = Counts()
        self._profile = profile
        self._timetable = timetable
        # Apart, so that the tenth packet is lost or not whatever the jitter of the nine before it was.
        self._loss = random.Random(f"{seed} {name} loss")
        self._jitter = random.Random(f"{seed} {name} jitter")
        self._waiting = collections.deque()

    def take(self, packet, now):
        self.counts.taken += 1
        is_lost = self._loss.random() < self._profile.loss
        jitter = self._jitter.uniform(-self._profile.jitter, self._profile.jitter)
        if self._timetable.is_down(now):
            self.counts.cut += 1
        elif is_lost:
            self.counts.lost += 1
        else:
            due = now + self._profile.round_trip / 2 + jitter
            if self._waiting:
                due = max(due, self._waiting[-1][0])
            self._waiting.append((due, packet))

    def next_due(self):
        """When the next packet leaves; None = none waits."""
        return self._waiting[0][0] if self._waiting else None

    def leaving(self, now):
        """The packets whose time has come."""
        packets = []
        while self._waiting and self._waiting[0][0] <= now:
            packets.append(self._waiting.popleft()[1])
        self.counts.passed += len(packets)
        return packets
