"""Whether the shards that a load has left are what their commands make of them."""
import contextlib
import random
import sqlite3
import subprocess

from . import figures


def verify(loksync, data, most):
    """`loksync shard verify` on at most so many of a data directory's shards; no server has it open."""
    found = sorted(data.glob("shards/*/*.sqlite"))
    if not found:
        raise figures.Wrong(f"no shards in {data}")
    for path in random.Random(1).sample(found, min(most, len(found))):
        command = [loksync, "shard", "verify", path.stem, "--data", str(data)]
        shown = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if shown.returncode:
            raise figures.Wrong(shown.stdout)


def total(data, question):
    """The sum of one number of every shard."""
    whole = 0
    for path in data.glob("shards/*/*.sqlite"):
        with contextlib.closing(sqlite3.connect(path)) as shard:
            whole += shard.execute(question).fetchone()[0] or 0
    return whole
