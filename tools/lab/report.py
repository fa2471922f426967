"""What the link carried, counted where it happened: interfaces and queues by the kernel, losses and cuts by
the forwarder, too long packets by the kernel's packet filter."""
import dataclasses
import json


@dataclasses.dataclass(frozen=True)
class Carried:
    """One way of the link. Bytes are those of IP packets, headers included."""
    packets_sent: int
    bytes_sent: int
    # That reached the other end's interface; those that are too long do and then vanish.
    packets_received: int
    bytes_received: int
    lost: int
    cut: int
    too_long: int
    queue_full: int

    @property
    def dropped(self):
        return self.lost + self.cut + self.too_long + self.queue_full


def carried(lab):
    """(up, down), by the counters as they stand."""
    phone, server = lab.phone.interface_counts(), lab.server.interface_counts()
    return (_way(lab, lab.up, lab.phone, lab.server, phone, server),
            _way(lab, lab.down, lab.server, lab.phone, server, phone))


def _way(lab, way, sender, receiver, sent, received):
    return Carried(
        packets_sent=sent["tx"]["packets"], bytes_sent=sent["tx"]["bytes"],
        packets_received=received["rx"]["packets"], bytes_received=received["rx"]["bytes"],
        lost=way.counts.lost, cut=way.counts.cut,
        too_long=receiver.hole_count() if lab.profile.packet_maximum else 0,
        queue_full=sender.queue_counts()[0])


@dataclasses.dataclass(frozen=True)
class Report:
    profile: str
    seed: int
    congestion: str
    seconds: float
    exit_code: int
    cuts: int
    cut_seconds: float
    up: Carried
    down: Carried

    def text(self):
        lines = [f"poor-link {self.profile}: {self.seconds:.1f} s, exit code {self.exit_code}"]
        lines += [_line(name, way) for name, way in (("up", self.up), ("down", self.down))]
        if self.cuts:
            lines.append(f"  {self.cuts} cut{'s' if self.cuts > 1 else ''}, {self.cut_seconds:.1f} s")
        return "\n".join(lines)

    def json(self):
        value = dataclasses.asdict(self)
        for name, way in (("up", self.up), ("down", self.down)):
            value[name]["dropped"] = way.dropped
        return json.dumps(value, indent=2) + "\n"


def _line(name, way):
    dropped = [(way.lost, "lost"), (way.cut, "in cuts"), (way.too_long, "too long"),
               (way.queue_full, "by the full queue")]
    said = ", ".join(f"{count} {how}" for count, how in dropped if count) or "none"
    return f"  {name:4} {way.bytes_sent:9,} bytes in {way.packets_sent:5,} packets; dropped: {said}"
