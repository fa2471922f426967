"""Writes each change-set of phones' outboxes as a file: outbox-sets.py PHONES OUT.

OUT/KIND-CHANGES-NUMBER, so that a reader knows a set's kind (loksync.v1.SetKind) and its changes.
"""

import pathlib
import sqlite3
import sys

phones, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
out.mkdir(parents=True)
number = 0
for path in sorted(phones.rglob("*")):
    if not path.is_file() or path.open("rb").read(16) != b"SQLite format 3\0":
        continue
    store = sqlite3.connect(path)
    # The first field of a set is its kind.
    for (count, data) in store.execute("SELECT count, bytes FROM device_outbox ORDER BY first_device_seq"):
        number += 1
        (out / f"{data[1]}-{count}-{number:06}").write_bytes(data)
    store.close()
