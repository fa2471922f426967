"""The links there are. Rates, losses and lengths hold for each way by itself; the round trip is both ways."""
import dataclasses
import typing

# As deep as the queue of a base station: a sender fills it and waits, it does not hear of loss early.
QUEUE_BYTES = 30_000
# What may leave at once after a pause: one packet.
BUCKET_BYTES = 1_600


@dataclasses.dataclass(frozen=True)
class Cuts:
    """The link goes down, again and again: seconds up and seconds down, shortest and longest."""
    up: typing.Tuple[float, float]
    down: typing.Tuple[float, float]


@dataclasses.dataclass(frozen=True)
class Profile:
    name: str
    about: str
    # Bits of IP packets in a second.
    rate: int
    # Seconds, there and back, of an empty link and without the time a packet takes at `rate`.
    round_trip: float
    # Seconds by which one way of a packet is shorter or longer, at most.
    jitter: float
    # The fraction of packets that never arrive.
    loss: float
    cuts: typing.Optional[Cuts] = None
    # Longer IP packets vanish and nobody is told.
    packet_maximum: typing.Optional[int] = None

    def words(self):
        """`40 kbit/s, 800 ms, 3 % loss`"""
        said = [f"{self.rate // 1000} kbit/s", f"{self.round_trip * 1000:.0f} ms", f"{self.loss:.0%} loss"]
        if self.cuts:
            times = (*self.cuts.down, *self.cuts.up)
            said.append("cuts of {:.0f}–{:.0f} s after {:.0f}–{:.0f} s".format(*times))
        if self.packet_maximum:
            said.append(f"packets above {self.packet_maximum} bytes vanish")
        return ", ".join(said).replace("%", " %")


PROFILES = {profile.name: profile for profile in [
    Profile("edge", "EDGE in a small town", rate=200_000, round_trip=0.4, jitter=0.02, loss=0.01),
    Profile("2g", "GPRS at the edge of a cell", rate=40_000, round_trip=0.8, jitter=0.05, loss=0.03),
    Profile("hill", "a hill village: walk up to where there is a bar", rate=20_000, round_trip=1.5,
            jitter=0.2, loss=0.15, cuts=Cuts(up=(20, 60), down=(5, 20))),
    Profile("mtu-hole", "GPRS through a tunnel that is narrower than it says", rate=40_000, round_trip=0.8,
            jitter=0.05, loss=0.03, packet_maximum=600),
]}
