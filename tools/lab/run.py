"""Runs a server and a client at the two ends of the link, within a time, and tells what the link carried."""
import contextlib
import ctypes
import os
import pathlib
import shlex
import signal
import subprocess
import sys
import tempfile
import time

from .lab import SERVER, Lab
from .report import Report, carried

TIMED_OUT, NO_SERVER, NOT_FOUND = 124, 69, 127
SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
PR_SET_PDEATHSIG = 1
# In /proc/net/tcp.
LISTENING = "0A"
# How long the last packets of a client that has ended may take.
SETTLE_SECONDS = 5

_libc = ctypes.CDLL(None)


class Ended(Exception):
    """Before its time: the text for a person, "" = none, and our exit code."""

    def __init__(self, text, code):
        super().__init__(text)
        self.text, self.code = text, code


def run(profile, command, serve, port, timeout, seed, congestion, log, write_json):
    """The exit code. Raises NotAllowed where there can be no lab."""
    deadline = time.monotonic() + timeout
    for each in SIGNALS:
        signal.signal(each, _raise)
    try:
        with contextlib.ExitStack() as stack:
            # Making and removing are short, and half of either would leave something.
            lab = stack.enter_context(_Unbroken(Lab(profile, seed, congestion)))
            server = _start_server(stack, lab, serve, port, deadline, log) if serve else None
            return _run_client(lab, server, command, port, deadline, timeout, write_json)
    except Ended as ended:
        if ended.text:
            print(f"poor-link: {ended.text}", file=sys.stderr)
        return ended.code


def _raise(number, _):
    raise Ended("", 128 + number)


class _Unbroken:
    """Signals wait while `manager` enters and exits."""

    def __init__(self, manager):
        self._manager = manager

    def __enter__(self):
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            entered = self._manager.__enter__()
        except BaseException:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            raise
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        except Ended:
            self.__exit__(None, None, None)
            raise
        return entered

    def __exit__(self, *error):
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        return self._manager.__exit__(*error)


def _start(namespace, words, port, profile, **options):
    """A process that does not outlive this one, even if this one is killed."""
    words = [word.replace("{server}", SERVER) for word in words]
    environment = {**os.environ, "POOR_LINK_SERVER": SERVER, "POOR_LINK_PORT": str(port),
                   "POOR_LINK_PROFILE": profile.name}
    with namespace.inside():
        try:
            return subprocess.Popen(words, env=environment, **options,
                                    preexec_fn=lambda: _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM))
        except OSError as error:
            raise Ended(f"{words[0]}: {error.strerror}", NOT_FOUND) from None


def _start_server(stack, lab, serve, port, deadline, log):
    """Comes back when the server takes connections. What it says goes into `log`, a file."""
    output = stack.enter_context(open(log, "w+b") if log else tempfile.TemporaryFile())
    # A session of its own: at Control-C the client ends, and then the server, by us.
    server = _start(lab.server, shlex.split(serve), port, lab.profile, stdin=subprocess.DEVNULL,
                    stdout=output, stderr=output, start_new_session=True)
    while not _listens(lab, port):
        late = time.monotonic() >= deadline
        if late or server.poll() is not None:
            output.seek(0)
            sys.stderr.buffer.write(b"".join(output.readlines()[-20:]))
            why = "does not listen" if late else f"ended, exit code {server.returncode}, without listening"
            raise Ended(f"the server {why} on {SERVER}:{port}", NO_SERVER)
        time.sleep(0.05)
    return server


def _listens(lab, port):
    """By the kernel's list of the server's end: the server is not bothered, no packet goes over the link."""
    with lab.server.inside():
        lines = [line.split() for name in ("tcp", "tcp6")
                 for line in pathlib.Path("/proc/thread-self/net", name).read_text().splitlines()[1:]]
    return any(line[3] == LISTENING and int(line[1].rpartition(":")[2], 16) == port for line in lines)


def _run_client(lab, server, command, port, deadline, timeout, write_json):
    start = lab.clock()
    client = _start(lab.phone, command, port, lab.profile)
    try:
        code = client.wait(max(0, deadline - time.monotonic()))
        code = 128 - code if code < 0 else code
    except subprocess.TimeoutExpired:
        print(f"poor-link: ended after {timeout:g} s (--timeout)", file=sys.stderr)
        code = TIMED_OUT
    end = lab.clock()
    if code == TIMED_OUT:
        lab.phone.end_processes(2)
    if server and server.poll() is not None:
        print(f"poor-link: the server ended meanwhile, exit code {server.returncode}", file=sys.stderr)
    if lab.forwarder.failure:
        raise Ended(f"the link broke: {lab.forwarder.failure}", 70)
    lab.settle(SETTLE_SECONDS)
    report = _report(lab, start, end, code)
    print(report.text(), file=sys.stderr)
    if write_json:
        write_json(report.json())
    return code


def _report(lab, start, end, code):
    cuts = [(max(start, first), min(end, last)) for first, last in lab.timetable.begun(end) if last > start]
    up, down = carried(lab)
    return Report(
        profile=lab.profile.name, seed=lab.seed, congestion=lab.congestion, seconds=round(end - start, 3),
        exit_code=code, cuts=len(cuts), cut_seconds=round(sum(last - first for first, last in cuts), 3),
        up=up, down=down)
