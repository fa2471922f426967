"""Measures whether each link is what its profile says, with sockets of its own at both ends."""
import dataclasses
import functools
import pathlib
import subprocess
import sys

from . import measure
from .lab import Lab
from .weather import Timetable

# Chance is allowed four standard deviations: one measurement in 16,000 is outside of them.
DEVIATIONS = 4


@dataclasses.dataclass(frozen=True)
class Finding:
    """What was expected, within `tolerance`, and what was measured, all in `unit`."""
    what: str
    expected: float
    tolerance: float
    measured: float
    unit: str

    @property
    def holds(self):
        return abs(self.measured - self.expected) <= self.tolerance

    def text(self):
        return (f"  {self.what:34} {self.expected:8.1f} {self.measured:8.1f}   "
                f"± {self.tolerance:.1f} {self.unit}{'' if self.holds else '   WRONG'}")


HEADER = f"  {'':34} {'expected':>8} {'measured':>8}   tolerance"


def check(profiles, seed):
    """The exit code: 0 all hold, 1 one does not. Several profiles are measured at once, in processes."""
    if len(profiles) == 1:
        return _check_one(profiles[0], seed)
    for profile in profiles:
        # What is not allowed is told once, not by each process.
        with Lab(profile):
            pass
    program = pathlib.Path(__file__).parent.parent / "poor-link"
    running = [subprocess.Popen([sys.executable, str(program), "--check", profile.name, "--seed", str(seed)],
                                stdout=subprocess.PIPE, text=True) for profile in profiles]
    for process in running:
        print(process.communicate()[0], end="", flush=True)
    return max(process.returncode for process in running)


def _check_one(profile, seed):
    with Lab(dataclasses.replace(profile, cuts=None), seed) as lab:
        findings = [*_times(lab), *_losses(lab), *_lengths(lab), *_transfers(lab)]
    if profile.cuts:
        findings.append(_cut(profile, seed))
    print(f"{profile.name}: {profile.words()}\n{HEADER}")
    for finding in findings:
        print(finding.text())
    return 0 if all(finding.holds for finding in findings) else 1


def _times(lab):
    profile = lab.profile
    trip = (profile.round_trip + 2 * 8 * measure.PROBE_BYTES / profile.rate) * 1000
    measured = measure.round_trip(lab) * 1000
    yield Finding("round trip, half of all below", trip, 0.1 * trip + 20, measured, "ms")
    rate = profile.rate / 1000
    for name, measured in measure.both_ways(lab, measure.rate):
        yield Finding(f"rate {name}", rate, 0.05 * rate, measured / 1000, "kbit/s")


def _losses(lab):
    loss = lab.profile.loss
    for name, (sent, arrived) in measure.both_ways(lab, measure.losses):
        deviation = (loss * (1 - loss) / sent) ** 0.5
        yield Finding(f"lost of {sent:,} {name}", 100 * loss, 100 * DEVIATIONS * deviation,
                      100 * (1 - arrived / sent), "%")


def _lengths(lab):
    """UDP of two lengths, 28 bytes of headers not counted."""
    sent, loss, most = 20, lab.profile.loss, lab.profile.packet_maximum
    for length in (500, 700):
        passes = most is None or length + measure.HEADER_BYTES <= most
        expected = sent * (1 - loss) if passes else 0
        tolerance = DEVIATIONS * (sent * loss * (1 - loss)) ** 0.5 if passes else 0
        probe = functools.partial(measure.arrived, count=sent, length=length)
        for name, arrived in measure.both_ways(lab, probe):
            yield Finding(f"of {sent} with {length} bytes {name}", expected, tolerance, arrived, "arrive")


def _transfers(lab):
    """TCP is never faster than the link, whatever the link's losses make of it; it is as slow as half of it
    where few packets are lost. Through an MTU hole no full segment comes."""
    profile = lab.profile
    rate = profile.rate / 1000
    least = 0.5 * rate if profile.loss < 0.05 else 0
    small = measure.transfer(lab, segment=500) / 1000
    yield Finding("TCP up, segments of 500 bytes", (rate + least) / 2, (rate - least) / 2, small, "kbit/s")
    if profile.packet_maximum:
        full = measure.transfer(lab, segment=1460) / 1000
        yield Finding("TCP up, segments of 1460 bytes", 0, 0, full, "kbit/s")


def _cut(profile, seed):
    """The first one of the seed; the timetable is begun shortly before it. Probes get lost too, so they see
    its length to about a second."""
    start, end = Timetable(profile.cuts, seed).first()
    with Lab(profile, seed, start=max(0, start - 3)) as lab:
        seen = measure.silence(lab, 3 + (end - start) + 5)
    return Finding("a cut", end - start, 1.5, seen, "s")
