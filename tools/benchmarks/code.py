"""Each step of a change by itself, in one thread, beside protobuf-c with the very same bytes."""
import json
import os
import pathlib
import subprocess
import tempfile

from . import figures, peers, table

HEADING = ["A change of", "ns", "min–max", "allocations", "protobuf-c, ns", "min–max", "allocations"]
CONTRACT = pathlib.Path(__file__).resolve().parents[2] / "Sources" / "CLokProto"


def measure(run):
    """A report as JSON has it: stages of LokSync and of the peer, and ratios."""
    peers.install(peers.COMPILER + ["libprotobuf-c-dev"])
    with tempfile.TemporaryDirectory(prefix="loksync-bench-") as folder:
        counting = peers.counting_library(folder)
        sources = sorted(CONTRACT.glob("lok*/**/*.pb-c.c"))
        peer = peers.compiled(folder, "protobuf", [*sources, f"-I{CONTRACT / 'include'}"])
        sets = pathlib.Path(folder) / "sets"
        own = [run.loksync, "bench", "code", "--sets", "100" if run.quick else "1000", "--rounds", str(run.rounds(7)),
               "--sets-file", str(sets)]
        report = _ran(own)
        other = [str(peer), "--sets", str(sets), "--rounds", str(run.rounds(7))]
        # Counting costs time itself: times are those of the runs without it.
        with_peer = _merged(_ran(other), _ran(other, counting))
        report = {**report, **_merged(report, _ran(own, counting)), "peer": with_peer["stages"]}
    report["ratios"] = list(_ratios(report))
    return report


def _ran(command, preloaded=None):
    environment = {**os.environ, **({"LD_PRELOAD": str(preloaded)} if preloaded else {})}
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    return json.loads(ran.stdout)


def _merged(timed, counted):
    """Times of the one run, allocations of the other."""
    allocations = {stage["name"]: stage["allocations"] for stage in counted["stages"]}
    return {"stages": [{"name": stage["name"], "nanoseconds": figures.spread(stage["nanoseconds"]),
                        "allocations": allocations[stage["name"]]} for stage in timed["stages"]]}


def _ratios(report):
    own = {stage["name"]: stage for stage in report["stages"]}
    for stage in report["peer"]:
        yield figures.ratio(f"{stage['name']} ÷ protobuf-c's",
                            own[stage["name"]]["nanoseconds"]["median"] / stage["nanoseconds"]["median"])


def text(report, as_markdown):
    peer = {stage["name"]: stage for stage in report["peer"]}

    def cells(stage):
        return [*figures.cell(stage["nanoseconds"]), figures.number(stage["allocations"])] if stage else [""] * 3
    rows = [[stage["name"], *cells(stage), *cells(peer.get(stage["name"]))] for stage in report["stages"]]
    write = table.markdown if as_markdown else table.text
    return (f"{write(HEADING, rows)}\n\n{figures.ratios_text(report['ratios'], as_markdown)}\n\n"
            f"Meetings of {report['changesPerSet']} changes, {report['bytesPerSet']} bytes; {report['setsWritten']:,} of "
            "them merged into a shard that verifies. Merge = judge and apply, the books in memory; hash = set, leaf, "
            "both chains, tree. Processor time of the thread; allocations by a counting malloc that is loaded first, in "
            "a run of their own.")


def charts(report):
    stages = report["stages"]
    yield {"name": "code", "title": "One change of a meeting, nanoseconds", "kind": "bars", "unit": "ns",
           "labels": [stage["name"] for stage in stages],
           "series": [{"name": "LokSync", "values": [stage["nanoseconds"] for stage in stages]},
                      {"name": "protobuf-c", "values": [
                          next((peer["nanoseconds"] for peer in report["peer"] if peer["name"] == stage["name"]), None)
                          for stage in stages]}]}
