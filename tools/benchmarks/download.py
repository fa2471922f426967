"""First syncs and catch-up, beside raw SQLite and PostgreSQL over the same loopback, with the same sets."""
import contextlib
import json
import pathlib
import sqlite3
import subprocess
import tempfile

from . import blocks, figures, peers, shards, table

HEADING = ["Downloads", "changes/s", "min–max", "MB/s of sets", "CPU s / 100,000", "wire bytes a change"]
NAMES = {"loksync": "LokSync", "sqlite": "raw SQLite in C", "memory": "loopback, from memory",
         "postgres_usual": "PostgreSQL 15, cursor, usual layout", "postgres_ours": "PostgreSQL 15, cursor, our layout"}
LAYOUTS = ["postgres_usual", "postgres_ours"]
AT_A_TIME = 16


def measure(run):
    """A report as JSON has it: for each request LokSync and its peers, and the targets."""
    peers.install(peers.COMPILER + peers.SQLITE + peers.POSTGRESQL)
    load = {"groups": 100, "meetings": 12, "devices": 100} if run.quick else \
        {"groups": 1_000, "meetings": 36, "devices": 1_000}
    with tempfile.TemporaryDirectory(prefix="loksync-bench-") as folder:
        data = pathlib.Path(folder) / "data"
        own = _loksync(run, pathlib.Path(folder), data, load)
        shard = next(data.glob("shards/*/*.sqlite"))
        request = _request(folder, own, load, shard, run.rounds())
        others = {}
        scan = peers.compiled(folder, "scan")
        for source in ("sqlite", "memory"):
            others[source] = peers.measured(scan, shard, {**request, "source": source})
        cursor = peers.compiled(folder, "cursor")
        for layout in ("usual", "ours"):
            with peers.postgres(folder) as (target, process):
                others[f"postgres_{layout}"] = peers.measured(
                    cursor, target, {**request, "shard": shard, "process": process, "layout": layout})
    return _report(own, others, load)


def _loksync(run, folder, data, load):
    directory = folder / "blocks.csv"
    blocks.write(directory, 1)
    command = [run.loksync, "bench", "download", "--directory", str(directory), "--data", str(data), "--rounds",
               str(run.rounds())]
    for name, value in load.items():
        command += ["--" + name, str(value)]
    ran = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=3_600).stdout)
    if ran["serverExitCode"]:
        raise figures.Wrong(f"the server ended with {ran['serverExitCode']}")
    shards.verify(run.loksync, data, 1)
    return ran


def _request(folder, own, load, shard, rounds):
    """What the peers are asked: the same groups, and what is new behind the same set."""
    with contextlib.closing(sqlite3.connect(shard)) as file:
        # What a server leaves in its log is brought into the file: peers read as fast as they can.
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        after = file.execute("SELECT seq FROM journal WHERE cbo IS NOT NULL ORDER BY seq DESC LIMIT 1 OFFSET 2"
                             ).fetchone()[0]
    groups = pathlib.Path(folder) / "groups"
    groups.write_text("\n".join(str(cbo) for cbo in own["cbos"]) + "\n", encoding="ascii")
    sizes = [row["groups"] for row in own["rows"] if row["kind"] == "sets"]
    return {"cbos": groups, "sizes": ",".join(map(str, sizes)), "after": after, "phones": load["devices"],
            "at_a_time": AT_A_TIME, "rounds": rounds}


def _report(own, others, load):
    report = {**load, "setsPerGroup": own["setsPerGroup"], "residentBytesMost": own["serverResidentBytesMost"],
              "requests": [], "snapshots": []}
    for row in own["rows"]:
        if row["kind"] == "snapshots":
            report["snapshots"].append(_snapshots(row, own["groups"]))
            continue
        request = {"kind": row["kind"], "groups": row["groups"], "results": {"loksync": _summary(row)}}
        for name, ran in others.items():
            other = next(each for each in ran["rows"]
                         if (each["kind"], each["groups"]) == (row["kind"], row["groups"]))
            for key in ("sets", "changes", "setBytes"):
                if {each[key] for each in other["rounds"]} != {each[key] for each in row["rounds"]}:
                    raise figures.Wrong(f"{NAMES[name]} gave other {key} than LokSync: {other['rounds'][0][key]:,} "
                                        f"and {row['rounds'][0][key]:,}")
            request["results"][name] = _summary(other)
        report["requests"].append(request)
    report["ratios"] = list(_ratios(report))
    return report


def _summary(row):
    rounds = row["rounds"]
    summary = {"changesPerSecond": figures.spread([each["changes"] / each["seconds"] for each in rounds]),
               "setBytesPerSecond": figures.spread([each["setBytes"] / each["seconds"] for each in rounds]),
               "cpuSecondsPer100000": figures.spread([1e5 * each["serverCPUSeconds"] / each["changes"]
                                                      for each in rounds])["median"],
               "changes": rounds[0]["changes"], "setBytes": rounds[0]["setBytes"],
               "seconds": figures.spread([each["seconds"] for each in rounds])}
    if "wireBytes" in rounds[0]:
        summary["wireBytesPerChange"] = rounds[0]["wireBytes"] / rounds[0]["changes"]
        taken = sorted(each for one in rounds for each in one["microseconds"])
        summary["microseconds"] = taken[len(taken) // 2]
        summary["microseconds99"] = taken[min(len(taken) - 1, len(taken) * 99 // 100)]
    return summary


def _snapshots(row, groups):
    rounds = row["rounds"]
    if {each["snapshots"] for each in rounds} != {row["groups"] or groups}:
        raise figures.Wrong(f"{rounds[0]['snapshots']} snapshots came instead of {row['groups'] or groups}")
    return {"groups": row["groups"], "seconds": figures.spread([each["seconds"] for each in rounds]),
            "madeSeconds": row["warmUpSeconds"], "wireBytes": rounds[0]["wireBytes"]}


def _ratios(report):
    for request in report["requests"]:
        results = request["results"]
        own = results["loksync"]["changesPerSecond"]["median"]
        what = {"catchUp": f"100 changes to each of {report['devices']:,} phones"}.get(
            request["kind"], _sized(request["groups"]))
        # The targets are about a first sync of many; of one group the round trips say more than the rate.
        is_main = request["kind"] == "sets" and request["groups"] == 0
        faster = max(LAYOUTS, key=lambda name: results[name]["changesPerSecond"]["median"])
        for name in LAYOUTS:
            yield figures.ratio(f"{what} ÷ PostgreSQL ({name.split('_')[1]} layout)",
                                own / results[name]["changesPerSecond"]["median"],
                                3 if is_main and name == faster else None)
        if request["kind"] == "sets":
            yield figures.ratio(f"{what} ÷ the loopback with the stored bytes",
                                own / results["memory"]["changesPerSecond"]["median"], None, 0.7 if is_main else None)
        if is_main:
            yield figures.ratio(f"{what}: server CPU ÷ PostgreSQL's", results["loksync"]["cpuSecondsPer100000"]
                                / results[faster]["cpuSecondsPer100000"], is_least=False)


def _sized(groups):
    return "the whole block" if groups == 0 else "1 group" if groups == 1 else f"{groups} groups"


def rows(report):
    for request in report["requests"]:
        own = request["results"]["loksync"]
        yield ([f"all sets of {_sized(request['groups'])}" if request["kind"] == "sets" else
                f"100 new changes, {report['devices']:,} phones, p50 {own['microseconds'] / 1e3:.1f} ms, "
                f"p99 {own['microseconds99'] / 1e3:.1f} ms"] + [""] * 5)
        for name, result in request["results"].items():
            yield [f"  {NAMES[name]}", *figures.cell(result["changesPerSecond"]),
                   figures.number(result["setBytesPerSecond"]["median"] / 1e6),
                   f"{result['cpuSecondsPer100000']:.3f}",
                   figures.number(result["wireBytesPerChange"]) if "wireBytesPerChange" in result else ""]


def text(report, as_markdown):
    write = table.markdown if as_markdown else table.text
    snapshots = [[_sized(row["groups"]), *[f"{row['seconds'][key]:.3f}" for key in ("median", "least", "most")],
                  f"{row['madeSeconds']:.3f}", f"{row['wireBytes']:,}"] for row in report["snapshots"]]
    return "\n\n".join([
        write(HEADING, list(rows(report))), figures.ratios_text(report["ratios"], as_markdown),
        write(["First sync as the books stand", "s", "least", "most", "with making it, s", "wire bytes"], snapshots),
        f"{report['groups']:,} groups of {report['setsPerGroup']} sets in the block. LokSync's phone dials, says Hello, "
        "decodes every page and, in the round that warms up, recomputes the chains; its pages are compressed. Peers "
        f"keep their connections open; {AT_A_TIME} phones catch up at a time. Server and phones share the processors. "
        "The shard is verified afterwards."])


def charts(report):
    requests = report["requests"]
    labels = [_sized(request["groups"]) if request["kind"] == "sets" else "catch-up" for request in requests]
    yield {"name": "download", "title": "Changes a second, downloaded", "kind": "bars", "unit": "changes/s",
           "labels": labels, "series": [
               {"name": NAMES[name], "values": [request["results"][name]["changesPerSecond"] for request in requests]}
               for name in NAMES]}
