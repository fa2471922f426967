"""What a server keeps in memory for each connection that has said Hello and is silent."""
import json
import pathlib
import resource
import subprocess
import tempfile

from . import blocks, figures, table

HEADING = ["Idle connections", "KiB each", "min–max", "server MiB", "CPU in 2 s of silence, ms", "connected in, s"]
FULL, QUICK = [1_000, 10_000, 50_000], [200, 1_000]
# Of each end: a file a connection, and what a server has open besides.
FILES_BESIDES = 8_000


def measure(run):
    """A report as JSON has it: a row for each number of connections, with TLS and without."""
    files = _raise_limit(max(FULL) + FILES_BESIDES)
    report = {"filesAllowed": files, "rows": [], "skipped": []}
    for connections in QUICK if run.quick else FULL:
        if connections + FILES_BESIDES > files:
            report["skipped"].append(connections)
            continue
        for is_insecure in (False, True):
            report["rows"].append(_row(run, connections, is_insecure))
    report["ratios"] = list(_ratios(report))
    return report


def _raise_limit(wanted):
    """Where it may be raised; gives what is allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limit in ((max(wanted, soft), max(wanted, hard)), (hard, hard)):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, limit)
            return limit[0]
        except (OSError, ValueError):
            continue
    return soft


def _row(run, connections, is_insecure):
    rounds = [_round(run.loksync, connections, is_insecure) for _ in range(run.rounds())]
    return {"connections": connections, "tls": not is_insecure, "rounds": rounds,
            "bytesEach": figures.spread([(ran["bytesWith"] - ran["bytesBefore"]) / connections for ran in rounds])}


def _round(loksync, connections, is_insecure):
    """With a server of its own: what an earlier round had taken would not be taken again."""
    with tempfile.TemporaryDirectory(prefix="loksync-bench-") as folder:
        directory = pathlib.Path(folder) / "blocks.csv"
        blocks.write(directory, 1)
        command = [loksync, "bench", "idle", "--directory", str(directory), "--data", f"{folder}/data",
                   "--connections", str(connections)] + (["--insecure"] if is_insecure else [])
        ran = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=900).stdout)
    if ran["stillAnswering"] != ran["asked"] or ran["connections"] != connections or ran["serverExitCode"]:
        raise figures.Wrong(f"of {ran['asked']} idle connections {ran['stillAnswering']} answered")
    return ran


def _ratios(report):
    for row in report["rows"]:
        each = row["bytesEach"]["median"] / 1024
        if row["tls"]:
            yield figures.ratio(f"KiB for each of {row['connections']:,} idle connections, TLS", each, 32, 16, False)
        else:
            yield figures.ratio(f"KiB for each of {row['connections']:,}, without TLS", each)


def text(report, as_markdown):
    rows = []
    for row in report["rows"]:
        rounds = row["rounds"]
        each = {name: value / 1024 for name, value in row["bytesEach"].items()}
        rows.append([f"{row['connections']:,} {'TLS' if row['tls'] else 'plain'}", *figures.cell(each),
                     figures.number(figures.spread([ran["bytesWith"] / 2 ** 20 for ran in rounds])["median"]),
                     f"{figures.spread([1e3 * ran['idleCPUSeconds'] for ran in rounds])['median']:.1f}",
                     figures.number(figures.spread([ran["connectSeconds"] for ran in rounds])["median"])])
    lines = [(table.markdown if as_markdown else table.text)(HEADING, rows), "",
             figures.ratios_text(report["ratios"], as_markdown), "",
             "The server's share of memory (Pss) with the connections less that before them, divided by their number; "
             "a server of its own each round; a hundred of them answered again at the end."]
    lines += [f"Skipped: {connections:,} connections need {connections + FILES_BESIDES:,} open files at each end, "
              f"this user may have {report['filesAllowed']:,}." for connections in report["skipped"]]
    return "\n".join(lines)


def charts(report):
    sizes = sorted({row["connections"] for row in report["rows"]})
    yield {"name": "idle", "title": "Memory of an idle connection (target: 32 KiB with TLS)", "kind": "bars",
           "unit": "KiB", "labels": [f"{size:,} connections" for size in sizes],
           "series": [{"name": name, "values": [
               next(({key: value / 1024 for key, value in row["bytesEach"].items()} for row in report["rows"]
                     if row["connections"] == size and row["tls"] is tls), None) for size in sizes]}
               for name, tls in (("with TLS", True), ("without", False))]}
