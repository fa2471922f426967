"""Profile edits of which some had not seen each other, beside SQLite's session extension."""
import json
import subprocess
import tempfile

from . import figures, peers, table

HEADING = ["An edit of three fields", "ns", "min–max", "changeset_apply, ns", "min–max", "ratio"]


def measure(run):
    """A report as JSON has it: for each part of conflicts LokSync and the peer, and ratios."""
    peers.install(peers.COMPILER + peers.SQLITE)
    groups = 100 if run.quick else 1_000
    command = [run.loksync, "bench", "merge", "--groups", str(groups), "--rounds", str(run.rounds(7))]
    own = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    with tempfile.TemporaryDirectory(prefix="loksync-bench-") as folder:
        binary = peers.compiled(folder, "changeset")
        peer = peers.measured(binary, folder, {"groups": groups, "rounds": run.rounds(7),
                                               "sets": own["setsPerTransaction"]})
    return _report(own, peer)


def _report(own, peer):
    report = {**own, "parts": []}
    for part, other in zip(own["parts"], peer["parts"]):
        if part["conflictPercent"] != other["conflictPercent"] or part["conflicts"] != other["conflicts"]:
            raise figures.Wrong(f"at {part['conflictPercent']} % LokSync met {part['conflicts']} conflicts, the peer "
                                f"{other['conflicts']}")
        report["parts"].append({"conflictPercent": part["conflictPercent"], "conflicts": part["conflicts"],
                                "loksync": figures.spread(part["nanoseconds"]),
                                "peer": figures.spread(other["nanoseconds"])})
    report["ratios"] = [
        figures.ratio(f"an edit at {part['conflictPercent']} % conflicts ÷ sqlite3changeset_apply's",
                      part["loksync"]["median"] / part["peer"]["median"]) for part in report["parts"]]
    return report


def text(report, as_markdown):
    rows = [[f"{part['conflictPercent']} % conflicts", *figures.cell(part["loksync"]), *figures.cell(part["peer"]),
             f"{part['loksync']['median'] / part['peer']['median']:.2f}"] for part in report["parts"]]
    return ((table.markdown if as_markdown else table.text)(HEADING, rows)
            + f"\n\n{report['editsPerRound']:,} edits a round, sets of twelve, {report['setsPerTransaction']} sets a "
            "transaction; processor time of one thread, no fsync. LokSync also decodes, judges, hashes, keeps the "
            "journal and a clock for each field; the peer keeps a clock for each row. Both keep the loser of every "
            "conflict: equally many.")


def charts(report):
    yield {"name": "merge", "title": "An edit of three fields of a profile, nanoseconds", "kind": "bars", "unit": "ns",
           "labels": [f"{part['conflictPercent']} % conflicts" for part in report["parts"]],
           "series": [{"name": "LokSync", "values": [part["loksync"] for part in report["parts"]]},
                      {"name": "sqlite3changeset_apply", "values": [part["peer"] for part in report["parts"]]}]}
