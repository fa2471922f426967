"""Seconds and IP bytes of two syncs over each poor link: nothing new, and a group that goes up."""
import contextlib
import json
import os
import pathlib
import subprocess
import tempfile

from . import table

HEADING = ["Link", "nothing new", "IP bytes", "three sets up", "IP bytes"]
NOT_POSSIBLE = 77
PORT = 7711


class NotPossible(Exception):
    """There is no poor link on this machine."""


def measure(loksync, profiles, seed):
    """[(profile, {nothing: carried, up: carried})], carried as tools/poor-link --json has it."""
    with tempfile.TemporaryDirectory(prefix="loksync-links-") as folder:
        lab = _Phone(loksync, pathlib.Path(folder), seed)
        lab.register()
        return [(profile, lab.sync_twice(profile)) for profile in profiles]


class _Phone:
    def __init__(self, loksync, folder, seed):
        self.loksync, self.folder, self.seed = loksync, folder, seed
        self.data, self.store = folder / "data", folder / "asha.sqlite"
        self.groups = 0

    def run(self, *words):
        done = subprocess.run([self.loksync, *words], check=True, stdout=subprocess.PIPE, text=True)
        return done.stdout.strip()

    def register(self):
        self.run("init", "--data", self.data, "--directory", "tools/sample/blocks.csv")
        code = self.run("device", "enrol-code", "--data", self.data, "--block", "900001", "--role", "EBK_SHG",
                        "--scope", "block").split()[-1]
        self.over("edge", "device", "register", "--store", self.store, "--server", f"{{server}}:{PORT}",
                  "--certificate", self.data / "tls-certificate.pem", "--code", code)
        self.over("edge", "device", "sync", "--store", self.store)

    def sync_twice(self, profile):
        nothing = self.over(profile, "device", "sync", "--store", self.store)
        for _ in range(3):
            self.groups += 1
            self.run("device", "record", "cbo", "--store", self.store, "--tier", "SHG", "--name",
                     f"Pragati {self.groups}", "--formed", "2025-10-01")
        return {"nothing": nothing, "up": self.over(profile, "device", "sync", "--store", self.store)}

    def over(self, profile, *words):
        report = self.folder / "carried.json"
        serve = f"{self.loksync} serve --data {self.data} --listen {{server}}:{PORT}"
        with contextlib.suppress(FileNotFoundError):
            os.remove(report)
        done = subprocess.run(
            ["tools/poor-link", profile, "--seed", str(self.seed), "--timeout", "300", "--serve", serve, "--json",
             report, "--", self.loksync, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode == NOT_POSSIBLE:
            raise NotPossible(done.stderr.strip().splitlines()[-1])
        if done.returncode:
            raise SystemExit(f"tools/bench: over {profile}: {done.stdout}{done.stderr}")
        return json.loads(report.read_text())


def carried(link):
    return link["up"]["bytes_sent"] + link["down"]["bytes_sent"]


def text(measured, as_markdown):
    rows = [[profile] + [cell for name in ("nothing", "up")
                         for cell in (f"{syncs[name]['seconds']:.1f} s", f"{carried(syncs[name]):,}")]
            for profile, syncs in measured]
    return (table.markdown if as_markdown else table.text)(HEADING, rows) + (
        "\n\nWith TLS 1.3 and TCP: bytes of IP packets both ways, as the interfaces count them. Each sync is a "
        "connection of its own.")
