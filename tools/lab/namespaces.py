"""Network namespaces: what is in one sees its interfaces only, and none of this machine's."""
import contextlib
import ctypes
import json
import os
import pathlib
import re
import signal
import subprocess
import time

from .profiles import BUCKET_BYTES, QUEUE_BYTES

INTERFACE = "link0"
NAMES = pathlib.Path("/run/netns")
PREFIX = "poor-link-"
CLONE_NEWNET = 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)
# Where a user's PATH has no administrator's folders.
_environment = {**os.environ, "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/bin:/bin"}


class NotAllowed(Exception):
    """This machine lacks or forbids something without which there is no lab."""


def call(*words, text=None):
    """What the command printed.

    Raises NotAllowed with the command's own words; whoever knows that it is no question of rights catches it.
    """
    try:
        done = subprocess.run(words, input=text, env=_environment, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False)
    except OSError as error:
        package = {"nft": "nftables", "mount": "mount"}.get(words[0], "iproute2")
        raise NotAllowed(f"{words[0]}: {error.strerror}; it is in Debian's package {package}") from None
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[0]
        raise NotAllowed(f"{' '.join(words)}: {said}")
    return done.stdout


def _enter(descriptor):
    if _libc.setns(descriptor, CLONE_NEWNET) != 0:
        error = ctypes.get_errno()
        raise NotAllowed(f"entering a network namespace: {os.strerror(error)}")


class Namespace:
    """One end of the link. `remove` ends every process that lives in it."""

    def __init__(self, end):
        self.name = f"{PREFIX}{os.getpid()}-{end}"
        call("ip", "netns", "add", self.name)
        self._descriptor = os.open(NAMES / self.name, os.O_RDONLY | os.O_CLOEXEC)

    @contextlib.contextmanager
    def inside(self):
        """Sockets that this thread makes and processes that it starts meanwhile belong to the namespace, for
        as long as they live."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            _enter(self._descriptor)
            try:
                yield
            finally:
                _enter(home)
        finally:
            os.close(home)

    def call(self, *words, text=None):
        with self.inside():
            return call(*words, text=text)

    def address(self, own, other):
        """Gives the link's interface its address, without IPv6 and its chatter."""
        self.call("ip", "link", "set", "lo", "up")
        self.call("ip", "link", "set", INTERFACE, "addrgenmode", "none")
        self.call("ip", "address", "add", own, "peer", other, "dev", INTERFACE)
        self.call("ip", "link", "set", INTERFACE, "up")

    def limit_rate(self, rate):
        self.call(*rate_command(rate))

    def drop_long_packets(self, maximum):
        self.call("nft", "-f", "-", text=hole_rules(maximum))

    def set_congestion_control(self, name):
        """Linux's name of it. What the kernel does not have stays as it is.

        Returns what holds now.
        """
        file = pathlib.Path("/proc/sys/net/ipv4/tcp_congestion_control")
        with self.inside():
            with contextlib.suppress(OSError):
                file.write_text(name)
            return file.read_text().strip()

    def interface_counts(self):
        """Of `link0` since it was made, IP packets and their bytes: {"tx": {"bytes", "packets"}, "rx": …}"""
        return json.loads(self.call("ip", "-s", "-j", "link", "show", INTERFACE))[0]["stats64"]

    def queue_counts(self):
        """(packets the full queue dropped, bytes that wait in it)"""
        queue = json.loads(self.call("tc", "-s", "-j", "qdisc", "show", "dev", INTERFACE))[0]
        return queue.get("drops", 0), queue.get("backlog", 0)

    def hole_count(self):
        """Packets that arrived here and were too long."""
        listed = json.loads(self.call("nft", "-j", "list", "counters", "table", "ip", "poor_link"))
        return sum(item["counter"]["packets"] for item in listed["nftables"] if "counter" in item)

    def processes(self):
        """Ids of the processes that live here, whoever started them."""
        return [int(word) for word in call("ip", "netns", "pids", self.name).split()]

    def end_processes(self, seconds):
        """SIGTERM, and SIGKILL for what is still there after that many seconds."""
        deadline = time.monotonic() + seconds
        for each in (signal.SIGTERM, signal.SIGKILL):
            for process in self.processes():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, each)
            while self.processes() and time.monotonic() < deadline:
                time.sleep(0.05)
            deadline = time.monotonic() + 2

    def remove(self, seconds=10):
        self.end_processes(seconds)
        os.close(self._descriptor)
        call("ip", "netns", "delete", self.name)


def rate_command(rate):
    """A token bucket: nothing leaves faster than `rate` bits a second."""
    return ("tc", "qdisc", "add", "dev", INTERFACE, "root", "tbf", "rate", f"{rate}bit",
            "burst", str(BUCKET_BYTES), "limit", str(QUEUE_BYTES))


def hole_rules(maximum):
    """Before anything could put fragments together, so that what fits by fragments passes."""
    return f"""
        table ip poor_link {{
          counter hole {{ }}
          chain arriving {{
            type filter hook prerouting priority -450; policy accept;
            iifname "{INTERFACE}" meta length > {maximum} counter name "hole" drop
          }}
        }}
        """


def remove_orphans():
    """Removes what was left by a poor-link that was killed: its process is no more."""
    for file in NAMES.glob(f"{PREFIX}*"):
        found = re.fullmatch(rf"{PREFIX}(\d+)-\w+", file.name)
        if found and not pathlib.Path("/proc", found[1]).exists():
            with contextlib.suppress(NotAllowed):
                call("ip", "netns", "delete", file.name)
