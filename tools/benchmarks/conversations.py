"""What the usual conversations cost, beside the same records as JSON over HTTP."""
import json
import subprocess

from . import json_peer, table

HEADING = ["Conversation", "LokSync", "budget", "JSON, gzip, HTTP/1.1", "ratio"]


def measure(loksync, seed, groups, meetings):
    """A report as JSON has it: `rows` with bytes, budget, and the peer's bytes."""
    command = [loksync, "wire", "measure", "--directory", "tools/sample/blocks.csv", "--seed", str(seed),
               "--groups", str(groups), "--meetings", str(meetings), "--json"]
    report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    peer = json_peer.measure(report.pop("peer"))
    for row in report["rows"]:
        row["json_over_http"] = peer.get(row["name"])
    return report


def rows(report):
    for row in report["rows"]:
        bytes_, other = row["bytes"]["median"], row["json_over_http"]
        yield [row["what"], f"{bytes_:,}", row.get("budget") or "", f"{other:,}" if other else "",
               f"{other / bytes_:.1f}" if other else ""]


def text(report, as_markdown):
    written = (table.markdown if as_markdown else table.text)(HEADING, list(rows(report)))
    changes = report["changesPerMeeting"]
    time = report.get("firstSyncOver2G")
    if time:
        written += (f"\n\nThe first sync takes {time['median'] / 1000:.1f} s over 40 kbit/s, 800 ms and 3 % loss "
                    f"({time['minimum'] / 1000:.1f} to {time['maximum'] / 1000:.1f} s in {time['count']} drawn links "
                    "of the model in the process).")
    return (f"{written}\n\nMedians of {changes['count']} meetings of {changes['minimum']}–"
            f"{changes['maximum']} changes, seed {report['seed']}. Application bytes: frame lengths and HTTP "
            "headers included, TLS and TCP not.")


def above_budget(report):
    """The rows that are above their budget."""
    return [row for row in report["rows"]
            if row.get("budget") and row["bytes"]["median"] > row["budget"]]
