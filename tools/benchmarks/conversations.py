"""What the usual conversations cost, beside the same records as JSON over HTTP, and as notes of Anki."""
import json
import subprocess
import sys

from . import anki_peer, figures, json_peer, links, table

HEADING = ["Conversation", "LokSync", "budget", "JSON, gzip, HTTP/1.1", "ratio", "Anki", "ratio"]


def measure(run):
    """A report as JSON has it: `rows` with bytes, budget, and the peer's bytes; `links` where they were asked for."""
    command = [run.loksync, "wire", "measure", "--directory", "tools/sample/blocks.csv", "--seed", str(run.seed),
               "--groups", str(run.groups), "--meetings", str(run.meetings), "--json"]
    report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    given = report.pop("peer")
    peer, anki = json_peer.measure(given), anki_peer.measure(given)
    for row in report["rows"]:
        row["json_over_http"], row["anki"] = peer.get(row["name"]), anki.get(row["name"])
    report["ankiRequestsPerMeeting"] = anki["requests"]
    if run.links:
        try:
            report["links"] = dict(links.measure(run.loksync, ["edge", "2g", "hill"], run.seed))
        except links.NotPossible as reason:
            print(reason, file=sys.stderr)
    report["ratios"] = [figures.ratio(f"{row['what']}: bytes ÷ budget", row["bytes"]["median"] / row["budget"], 1,
                                      is_least=False) for row in report["rows"] if row.get("budget")]
    return report


def rows(report):
    for row in report["rows"]:
        bytes_ = row["bytes"]["median"]
        written = [row["what"], f"{bytes_:,}", row.get("budget") or ""]
        for other in (row["json_over_http"], row["anki"]):
            written += [f"{other:,}", f"{other / bytes_:.1f}"] if other else ["", ""]
        yield written


def text(report, as_markdown):
    written = (table.markdown if as_markdown else table.text)(HEADING, list(rows(report)))
    changes = report["changesPerMeeting"]
    time = report.get("firstSyncOver2G")
    if time:
        written += (f"\n\nThe first sync takes {time['median'] / 1000:.1f} s over 40 kbit/s, 800 ms and 3 % loss "
                    f"({time['minimum'] / 1000:.1f} to {time['maximum'] / 1000:.1f} s in {time['count']} drawn links "
                    "of the model in the process).")
    written += (f"\n\nMedians of {changes['count']} meetings of {changes['minimum']}–"
                f"{changes['maximum']} changes, seed {report['seed']}. Application bytes: frame lengths and HTTP "
                "headers included, TLS and TCP not.")
    written += (f"\n\nAnki's own client and sync server {anki_peer.VERSION} carry a note of one card for each "
                f"record; a meeting takes them {report['ankiRequestsPerMeeting']} requests one after the other.")
    if "links" in report:
        written += "\n\n" + links.text(report["links"].items(), as_markdown)
    return written


def charts(report):
    rows_ = [row for row in report["rows"] if row["json_over_http"]]
    yield {"name": "bytes", "title": "Bytes of a conversation", "kind": "bars", "unit": "bytes",
           "labels": [row["what"] for row in rows_],
           "series": [{"name": "LokSync", "values": [
               {"median": row["bytes"]["median"], "least": row["bytes"]["minimum"], "most": row["bytes"]["maximum"]}
               for row in rows_]},
               {"name": "JSON, gzip, HTTP/1.1", "values": [
                   {"median": row["json_over_http"]} for row in rows_]},
               {"name": "Anki", "values": [{"median": row["anki"]} for row in rows_]}]}
