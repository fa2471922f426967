"""Which machine a figure is of."""
import os
import pathlib
import platform
import sqlite3
import subprocess


def facts():
    return {"processor": _processor(), "cores": os.cpu_count(), "memoryGiB": round(_memory_bytes() / 2 ** 30, 1),
            "kernel": platform.release(), "sqlite": sqlite3.sqlite_version,
            "postgresql": _version(["/usr/lib/postgresql/15/bin/postgres", "--version"]),
            "redis": _version(["redis-server", "--version"]), "swift": _version(["swift", "--version"])}


def text():
    known = facts()
    versions = [f"SQLite {known['sqlite']}"] + [known[name] for name in ("postgresql", "redis", "swift") if known[name]]
    return (f"{known['processor']}, {known['cores']} cores, {known['memoryGiB']} GiB, Linux {known['kernel']}; "
            + "; ".join(versions))


def _processor():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory_bytes():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _version(command):
    try:
        ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return ran.stdout.splitlines()[0].strip()
