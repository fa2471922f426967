"""Anki's own client against Anki's own sync server, with the records of `loksync wire measure` as notes. Runs in an
environment that has the package `anki`; reads {"meetings": [[record, ...], ...], "first": [[record, ...], ...]} and
prints what each conversation cost in bytes of HTTP, counted between the two.

A record is a note of one card (`anki_note.py`).
"""
import contextlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time

import anki_note
from anki.collection import Collection

USER, PASSWORD = "asha", "not-a-secret"


class Relay:
    """Passes bytes on to a port and counts them."""

    def __init__(self, port):
        self._port, self._counts, self._requests = port, [0, 0], 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"
        threading.Thread(target=self._accept, daemon=True).start()

    def taken(self):
        """Bytes up, bytes down and requests since the last time."""
        counts, (self._counts, self._requests) = (*self._counts, self._requests), ([0, 0], 0)
        return counts

    def _accept(self):
        while True:
            client, _ = self._listener.accept()
            server = socket.create_connection(("127.0.0.1", self._port))
            for way, ends in enumerate([(client, server), (server, client)]):
                threading.Thread(target=self._pass, args=(*ends, way), daemon=True).start()

    def _pass(self, source, target, way):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                # Before it is passed on: who has an answer looks here at once.
                self._counts[way] += len(data)
                self._requests += way == 0 and data.startswith(b"POST ")
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def served(folder):
    """A relay before a server of its own."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    settings = {"SYNC_USER1": f"{USER}:{PASSWORD}", "SYNC_BASE": str(folder / "server"), "SYNC_HOST": "127.0.0.1",
                "SYNC_PORT": str(port), "RUST_LOG": "error"}
    with subprocess.Popen([sys.executable, "-m", "anki.syncserver"], env={**os.environ, **settings},
                          stdout=subprocess.DEVNULL) as server:
        try:
            wait_for(port, server)
            yield Relay(port)
        finally:
            server.terminate()


def wait_for(port, server):
    for _ in range(200):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        if server.poll() is not None:
            break
        time.sleep(0.05)
    sys.exit("Anki's sync server does not start")


class Phone:
    """A collection and its place on the server."""

    def __init__(self, path, relay):
        self._relay = relay
        self.collection = Collection(str(path))
        self._auth = self.collection.sync_login(USER, PASSWORD, relay.address)

    def make_kind(self):
        """Before the first sync: a new kind of note asks for all to be sent again."""
        models = self.collection.models
        kind = models.new("record")
        for name in ["kind", "fields"]:
            models.add_field(kind, models.new_field(name))
        card = models.new_template("card")
        card["qfmt"], card["afmt"] = "{{kind}}", "{{fields}}"
        models.add_template(kind, card)
        models.add(kind)

    def write(self, records):
        kind = self.collection.models.by_name("record")
        deck = self.collection.decks.id("books")
        for record in records:
            note = self.collection.new_note(kind)
            for name, value in anki_note.fields(record).items():
                note[name] = value
            self.collection.add_note(note, deck)

    def sync(self):
        """What it cost: (bytes up, bytes down, requests)."""
        self._relay.taken()
        answer = self.collection.sync_collection(self._auth, False)
        if answer.required != answer.NO_CHANGES:
            sys.exit(f"Anki asks for a sync of another kind: {answer.required}")
        return self._relay.taken()

    def sync_whole(self, upload):
        """The whole file, one way."""
        self._relay.taken()
        self.collection.sync_collection(self._auth, False)
        self.collection.close_for_full_sync()
        self.collection.full_upload_or_download(auth=self._auth, server_usn=None, upload=upload)
        self.collection.reopen(after_full_sync=True)
        return self._relay.taken()

    def records(self):
        return sorted(self.collection.db.list("SELECT flds FROM notes"))

    def close(self):
        self.collection.close()


def measure(given, folder):
    with served(folder) as relay:
        first, second = (Phone(folder / f"{name}.anki2", relay) for name in ("first", "second"))
        first.make_kind()
        first.write([])
        first.sync_whole(upload=True)
        second.sync_whole(upload=False)
        ups, downs, nothings = [], [], []
        for records in given["meetings"]:
            first.write(records)
            ups.append(first.sync())
            downs.append(second.sync())
            nothings.append(second.sync())
        agree = first.records() == second.records()
        written = len(first.records())
        for phone in (first, second):
            phone.close()
    return {"meeting_up": median(up for up, _, _ in ups), "acknowledgement": median(down for _, down, _ in ups),
            "meeting_down": median(down for _, down, _ in downs),
            "nothing_new": median(up + down for up, down, _ in nothings),
            "requests": median(count for _, _, count in ups),
            "isSame": agree and written == sum(len(records) for records in given["meetings"])}


def measure_first(given, folder):
    """A phone that has nothing fetches what a bookkeeper has of her groups."""
    with served(folder) as relay:
        first, second = (Phone(folder / f"{name}.anki2", relay) for name in ("first", "second"))
        first.make_kind()
        for records in given["first"]:
            first.write(records)
        first.sync_whole(upload=True)
        up, down, _ = second.sync_whole(upload=False)
        agree = first.records() == second.records()
        for phone in (first, second):
            phone.close()
    return {"history": up + down, "isSame": agree}


def median(values):
    values = sorted(values)
    return values[len(values) // 2]


def main():
    given = json.load(sys.stdin)
    with tempfile.TemporaryDirectory(prefix="anki-") as name:
        folder = pathlib.Path(name)
        for part in ("meetings", "first"):
            (folder / part).mkdir()
        meetings = measure(given, folder / "meetings")
        first = measure_first(given, folder / "first")
    print(json.dumps({**meetings, **first, "isSame": meetings["isSame"] and first["isSame"]}))


if __name__ == "__main__":
    main()
