"""The country's working day, its hours shortened, with the burst of its evening."""
import json
import pathlib
import subprocess
import tempfile

from . import blocks, figures, table

HEADING = ["Hour", "offered/s", "committed/s", "syncs/s", "small p50 ms", "p99", "lagging p99", "repeated p99",
           "look p99", "first sync p99", "came again", "redialled", "server CPU %", "others %"]
# Exit codes of the command: what it found is in its report, too.
JUDGED = (0, 1)
# The slowest small upload of a hundred in the burst.
MILLISECONDS_MOST = 1_000


def measure(run):
    """A report as JSON has it: the command's own, and the ratios beside their targets."""
    with tempfile.TemporaryDirectory(prefix="loksync-bench-") as folder:
        directory, written = pathlib.Path(folder) / "blocks.csv", pathlib.Path(folder) / "day.json"
        blocks.write(directory)
        command = [run.loksync, "simulate", "--national-day", "--directory", str(directory), "--data",
                   f"{folder}/data", "--rate", str(run.rate), "--json", str(written)]
        if run.quick:
            command += ["--quick"]
        shown = subprocess.run(command, check=False, stdout=subprocess.PIPE, timeout=3_600, text=True)
        if shown.returncode not in JUDGED or not written.exists():
            raise figures.Wrong(f"the day ended with {shown.returncode}: {shown.stdout[-300:]}")
        return judged(json.loads(written.read_text(encoding="utf-8")))


def judged(report):
    """With its ratios; what is not there once, as it was written, makes every figure void."""
    proof = report["proof"]
    if proof["blocksDiffering"]:
        named = ", ".join(str(one["block"]) for one in proof["differences"])
        raise figures.Wrong(f"{proof['blocksDiffering']:,} blocks do not hold what was written: {named}")
    for name in ("sets", "changes", "paise"):
        written, found = proof[f"{name}Written"], proof[f"{name}InShards"]
        if written != found:
            raise figures.Wrong(f"{written:,} {name} written, {found:,} in the shards")
    if proof["setsProven"] != proof["setsWritten"] or proof["notAccepted"] or proof["findings"]:
        raise figures.Wrong(f"{proof['setsProven']:,} of {proof['setsWritten']:,} sets proven, "
                            f"{proof['notAccepted']} not accepted, {len(proof['findings'])} findings")
    if report["serverExitCode"]:
        raise figures.Wrong(f"the server ended with {report['serverExitCode']}")
    burst = report["burst"]
    report["ratios"] = [
        figures.ratio(f"committed ÷ offered in a burst of {report['burstRate']:,} changes/s",
                      burst["committedChanges"] / burst["offeredChanges"], 0.99),
        figures.ratio("p99 of small uploads in it ÷ 1 s", burst["small"]["p99"] / MILLISECONDS_MOST, 1,
                      is_least=False),
        figures.ratio("most memory of the server ÷ 1 GiB", report["serverResidentBytesMost"] / 2 ** 30)]
    return report


def _name(row):
    return f"{row['hour']:02}–{row['hour'] + 1:02}" if "hour" in row else "burst"


def _row(row):
    def milliseconds(kind, part):
        return figures.number(row[kind][part]) if row[kind]["count"] else ""
    seconds = row["seconds"]
    # Those whose answer was lost on purpose are in "repeated" alone.
    return [_name(row), f"{row['offeredChanges'] / seconds:,.0f}", f"{row['committedChanges'] / seconds:,.0f}",
            f"{row['syncs'] / seconds:,.0f}", milliseconds("small", "p50"), milliseconds("small", "p99"),
            milliseconds("lagging", "p99"), milliseconds("repeated", "p99"), milliseconds("looks", "p99"),
            milliseconds("firstSyncs", "p99"), str(row["cameAgain"]), str(row["reconnected"]),
            f"{100 * row['serverCPUSeconds'] / seconds:.0f}",
            f"{100 * row['otherCPUSeconds'] / seconds:.0f}"]


def text(report, as_markdown):
    rows = [_row(row) for row in [*report["hours"], report["burst"]]]
    proof = report["proof"]
    return ((table.markdown if as_markdown else table.text)(HEADING, rows) + "\n\n"
            + figures.ratios_text(report["ratios"], as_markdown)
            + f"\n\n{report['blocks']:,} blocks, {report['phones']:,} phones, "
            f"{'TCP' if report['isInsecure'] else 'TLS'}. Rates are the day's own; each hour is played "
            f"{report['hourSeconds']:g} s, the burst minute {report['burstSeconds']:g} s. Times count from when a call "
            "was due; repeated are uploads whose answer was lost on purpose, until the receipt that they came again "
            f"for, in no other column. {proof['setsInShards']:,} sets are there once, {proof['shardsVerified']:,} of "
            f"{proof['shards']:,} shards were verified; the log was drained {report['drainSeconds']:.1f} s after the "
            "last call.")


def charts(report):
    hours = report["hours"]
    yield {"name": "day", "title": "The country's working day", "kind": "bars", "unit": "changes/s",
           "labels": [_name(row) for row in hours],
           "series": [{"name": name, "values": [
               figures.spread([row[f"{name}Changes"] / row["seconds"]]) for row in hours]}
               for name in ("offered", "committed")]}
