"""Sizes of change-sets before and after zstd: measure-dictionary.py DICTIONARY SETS (of outbox-sets.py)."""

import pathlib
import subprocess
import sys
import tempfile

KINDS = {1: "meeting", 2: "records", 3: "decision"}
# zstd's magic number, which does not travel.
MAGIC_BYTES = 4

dictionary, sets = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])


def sizes(*options):
    """Bytes of each set, by name, as `zstd` with these options writes it."""
    with tempfile.TemporaryDirectory() as folder:
        names = "\n".join(str(path) for path in sorted(sets.iterdir()))
        listing = pathlib.Path(folder) / "names"
        listing.write_text(names)
        pathlib.Path(folder, "out").mkdir()
        subprocess.run(
            ["zstd", "-q", "--no-check", "--no-content-size", "--no-dictID", *options,
             "--output-dir-flat", f"{folder}/out", "--filelist", str(listing)], check=True)
        return {path.stem: path.stat().st_size - MAGIC_BYTES for path in pathlib.Path(folder, "out").iterdir()}


plain = {path.name: path.stat().st_size for path in sets.iterdir()}
columns = {
    "plain": plain,
    "zstd -19": sizes("-19"),
    "dictionary -3": sizes("-3", "-D", str(dictionary)),
    "dictionary -19": sizes("-19", "-D", str(dictionary)),
}
print(f"{'kind':10}{'sets':>7}{'changes':>9}" + "".join(f"{name:>16}" for name in columns) + "   bytes a set, mean")
for number, kind in KINDS.items():
    names = [name for name in plain if name.startswith(f"{number}-")]
    if not names:
        continue
    changes = sum(int(name.split("-")[1]) for name in names) / len(names)
    means = (sum(column[name] for name in names) / len(names) for column in columns.values())
    print(f"{kind:10}{len(names):7}{changes:9.1f}" + "".join(f"{mean:16.1f}" for mean in means))
