"""Opening shards: one, all with a few kept open, all by their phones at once; and a log that has to be replayed."""
import json
import pathlib
import subprocess
import tempfile

from . import blocks, figures, shards, table

KEPT = 512
CONNECTIONS = 64


def measure(run):
    """A report as JSON has it: openings, storms, uploads to all shards, and the replay."""
    count = 300 if run.quick else blocks.COUNTRY
    with tempfile.TemporaryDirectory(prefix="loksync-bench-") as folder:
        directory = pathlib.Path(folder) / "blocks.csv"
        blocks.write(directory)
        data = pathlib.Path(folder) / "data"
        report = {"uploads": _uploads(run, directory, data, count)}
        report["opening"] = _opening(run, data)
        subprocess.run(["rm", "-rf", str(data)], check=True)
        report["replay"] = _replay(run, directory, data)
    report["ratios"] = list(_ratios(report))
    return report


def _ran(command):
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=3_600).stdout)


def _uploads(run, directory, data, count):
    """A phone of every block sends one meeting, and the next when it has its receipt."""
    ran = _ran([run.loksync, "load", "--directory", str(directory), "--data", str(data), "--blocks", str(count),
                "--connections", str(CONNECTIONS), "--sets", str(count), "--rounds", str(run.rounds()),
                "--warm-up", "1", "--one-by-one"])
    if ran["serverExitCode"]:
        raise figures.Wrong(f"the server ended with {ran['serverExitCode']}")
    shards.verify(run.loksync, data, 32)
    rounds = ran["rounds"]
    return {"shards": count, "perSecond": figures.spread([each["sets"] / each["seconds"] for each in rounds]),
            "p50": figures.spread([each["committedMicrosecondsMedian"] / 1e3 for each in rounds]),
            "p99": figures.spread([each["committedMicroseconds99"] / 1e3 for each in rounds]),
            "residentBytesMost": ran["serverResidentBytesMost"]}


def _opening(run, data):
    ran = _ran([run.loksync, "bench", "open", "--data", str(data), "--kept", str(32 if run.quick else KEPT), "--rounds",
                str(run.rounds())])
    storms = ran["storms"]
    return {"shards": ran["shards"], "kept": ran["kept"], "bytes": ran["bytes"],
            "alone": {name: figures.spread(values) for name, values in ran["openings"].items()},
            "perSecond": figures.spread([ran["shards"] / storm["seconds"] for storm in storms]),
            "p50": figures.spread([storm["microsecondsMedian"] for storm in storms]),
            "p99": figures.spread([storm["microseconds99"] for storm in storms])}


def _replay(run, directory, data):
    entries, count = (20_000, 8) if run.quick else (1_000_000, 64)
    ran = _ran([run.loksync, "bench", "replay", "--directory", str(directory), "--data", str(data), "--blocks",
                str(count), "--entries", str(entries)])
    # Beside them, the set that founds each group.
    found = shards.total(data, "SELECT sets FROM rollup")
    if ran["serverExitCode"] or ran["unavailable"] or found != entries + count:
        raise figures.Wrong(f"after the replay the shards hold {found:,} sets instead of {entries + count:,}, "
                            f"{ran['unavailable']} blocks are not served")
    shards.verify(run.loksync, data, 2)
    return ran


def _ratios(report):
    uploads = report["uploads"]
    yield figures.ratio(f"memory with {uploads['shards']:,} shards in rotation ÷ 1 GiB",
                        uploads["residentBytesMost"] / 2 ** 30, 1, 0.5, is_least=False)


def text(report, as_markdown):
    write = table.markdown if as_markdown else table.text
    opening, uploads, replay = report["opening"], report["uploads"], report["replay"]
    alone = [[name, *figures.cell(values)] for name, values in sorted(opening["alone"].items())]
    storms = [[f"{opening['shards']:,} shards opened to read, {opening['kept']} kept",
               *figures.cell(opening["perSecond"]), f"{opening['p50']['median'] / 1e3:.2f}",
               f"{opening['p99']['median'] / 1e3:.2f}", figures.number(opening["bytes"] / 2 ** 20)],
              [f"a meeting to each of {uploads['shards']:,} blocks, {CONNECTIONS} phones at a time",
               *figures.cell(uploads["perSecond"]), figures.number(uploads["p50"]["median"]),
               figures.number(uploads["p99"]["median"]), figures.number(uploads["residentBytesMost"] / 2 ** 20)]]
    caught_up = replay["caughtUpSeconds"]
    return "\n\n".join([
        write(["One shard, opened and asked", "µs", "min–max"], alone),
        write(["Storms", "a second", "min–max", "p50 ms", "p99 ms", "MiB at most"], storms),
        figures.ratios_text(report["ratios"], as_markdown),
        f"A log with {replay['entries']:,} sets of one change that no shard has, of {replay['blocks']} blocks: the "
        f"server listens after {replay['listeningSeconds']:.2f} s and serves all blocks after {caught_up:.1f} s "
        f"({replay['entries'] / caught_up:,.0f} sets/s, {replay['residentBytesMost'] / 2 ** 20:,.0f} MiB at most); "
        "once, not a median.",
        "Shards are verified afterwards. How many the server keeps open stands in ServerTuning."])


def charts(report):
    alone = sorted(report["opening"]["alone"].items())
    yield {"name": "open", "title": "A shard, opened and asked, microseconds", "kind": "bars", "unit": "µs",
           "labels": [name for name, _ in alone],
           "series": [{"name": "LokSync", "values": [values for _, values in alone]}]}
