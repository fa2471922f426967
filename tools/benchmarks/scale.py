"""What a change costs as one shard grows, and as the blocks become more."""
import json
import pathlib
import subprocess
import tempfile

from . import blocks, figures, shards, table

HEADING = ["Grown to", "server CPU µs a change", "min–max", "µs a change", "min–max"]
CONNECTIONS = 16


def measure(run):
    """A report as JSON has it: steps by records in one shard, and by blocks."""
    records = [10_000, 30_000] if run.quick else [10_000, 100_000, 1_000_000] + ([10_000_000] if run.full else [])
    report = {"records": _records(run, records), "blocks": []}
    for count in [1, 64] if run.quick else [1, 64, 1_000, blocks.COUNTRY]:
        report["blocks"].append(_blocks(run, count))
    report["ratios"] = list(_ratios(report))
    return report


def _records(run, sizes):
    with tempfile.TemporaryDirectory(prefix="loksync-bench-") as folder:
        directory, data = pathlib.Path(folder) / "blocks.csv", pathlib.Path(folder) / "data"
        blocks.write(directory, 1)
        command = [run.loksync, "bench", "scale", "--directory", str(directory), "--data", str(data), "--rounds",
                   str(run.rounds(7)), "--sets", "200"]
        for size in sizes:
            command += ["--records", str(size)]
        ran = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=3_600).stdout)
        if ran["serverExitCode"]:
            raise figures.Wrong(f"the server ended with {ran['serverExitCode']}")
        shards.verify(run.loksync, data, 1)
    return [_step(step["records"], step["rounds"]) for step in ran["steps"]]


def _blocks(run, count):
    with tempfile.TemporaryDirectory(prefix="loksync-bench-") as folder:
        directory, data = pathlib.Path(folder) / "blocks.csv", pathlib.Path(folder) / "data"
        blocks.write(directory, count)
        sets = max(count, 500 if run.quick else 4_000)
        command = [run.loksync, "load", "--directory", str(directory), "--data", str(data), "--blocks", str(count),
                   "--connections", str(CONNECTIONS), "--sets", str(sets), "--rounds", str(run.rounds()), "--warm-up",
                   "1"]
        ran = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=3_600).stdout)
        if ran["serverExitCode"]:
            raise figures.Wrong(f"the server ended with {ran['serverExitCode']}")
        shards.verify(run.loksync, data, 4)
    return _step(count, ran["rounds"])


def _step(size, rounds):
    return {"size": size, "cpu": figures.spread([1e6 * each["serverCPUSeconds"] / each["changes"] for each in rounds]),
            "wall": figures.spread([1e6 * each["seconds"] / each["changes"] for each in rounds])}


def _ratios(report):
    first = report["records"][0]
    for step in report["records"][1:]:
        yield figures.ratio(f"CPU of a change at {step['size']:,} records ÷ at {first['size']:,}",
                            step["cpu"]["median"] / first["cpu"]["median"], 2, 1.3, is_least=False)
    first = report["blocks"][0]
    for step in report["blocks"][1:]:
        yield figures.ratio(f"CPU of a change with {step['size']:,} blocks ÷ with one",
                            step["cpu"]["median"] / first["cpu"]["median"], 2, 1.3, is_least=False)


def text(report, as_markdown):
    rows = []
    for name, unit in (("records", "records in one shard"), ("blocks", "blocks")):
        rows += [[f"{step['size']:,} {unit}", *figures.cell(step["cpu"]), *figures.cell(step["wall"])]
                 for step in report[name]]
    return ((table.markdown if as_markdown else table.text)(HEADING, rows) + "\n\n"
            + figures.ratios_text(report["ratios"], as_markdown)
            + f"\n\nMeetings of 50 changes from {CONNECTIONS} connections; by blocks each phone in one of its own, "
            "sets spread evenly. Shards are verified afterwards.")


def charts(report):
    for name, title in (("records", "records in one shard"), ("blocks", "blocks")):
        yield {"name": f"scale-{name}", "title": f"Cost of a change by {title}", "kind": "lines",
               "unit": "µs a change", "x": [step["size"] for step in report[name]], "x_title": title,
               "series": [{"name": "server CPU", "values": [step["cpu"] for step in report[name]]},
                          {"name": "elapsed", "values": [step["wall"] for step in report[name]]}]}
