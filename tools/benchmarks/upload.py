"""Uploads beside raw SQLite, PostgreSQL in two layouts, and Redis: the same sets, durable, in one run."""
import concurrent.futures
import contextlib
import json
import os
import pathlib
import socket
import sqlite3
import statistics
import subprocess
import tempfile
import threading
import time

from . import blocks, figures, peers, shards, table

HEADING = ["Uploads: devices, blocks", "changes/s", "min–max", "CPU s / 100,000", "p50 ms", "p99 ms"]
# Devices that send at the same time, and the blocks that they send to.
FULL = [(16, 64), (1, 1), (1, 64), (16, 1), (256, 64), (256, 1_000), (16, 7_241)]
QUICK = [(16, 64)]
# Those that the targets are about: more than a million changes in each round.
TARGETS = {(16, 64): 26_000, (16, 7_241): 4 * 7_241}
# The sums of a block are few: with more blocks than this a sample of them is verified.
VERIFIED_MOST = 64


def measure(run):
    """A report as JSON has it: for each load LokSync and its peers, and the targets."""
    peers.install(peers.COMPILER + peers.SQLITE + peers.POSTGRESQL + peers.REDIS)
    loksync, quick = run.loksync, run.quick
    report = {"loads": [], "ratios": []}
    with tempfile.TemporaryDirectory(prefix="loksync-bench-") as folder:
        directory = pathlib.Path(folder) / "blocks.csv"
        blocks.write(directory)
        for devices, count in chosen(run):
            loaded, shape, schema = _load(loksync, directory, folder, devices, count, quick)
            report["loads"].append(loaded)
        report["latency"] = _latency(loksync, directory, folder, 100 if quick else 1_000, shape, schema)
    report["ratios"] = list(_ratios(report))
    return report


def chosen(run):
    """The targets are about the first one, whichever others were asked for."""
    return list(dict.fromkeys([*QUICK, *run.loads])) if run.loads else QUICK if run.quick else FULL


def _load(loksync, directory, folder, devices, count, quick):
    sets = 2_000 if quick else _sets_a_round(devices, count)
    load = {"blocks": count, "connections": devices, "sets": sets, "rounds": 5, "warm_up": 1}
    loksync_result, shape, schema = _loksync(loksync, directory, folder, load)
    peer_load = {**load, **shape}
    results = {"loksync": loksync_result, "sqlite": _floor(folder, peer_load, schema),
               **_postgres(folder, peer_load), "redis": _redis(folder, peer_load)}
    return {"devices": devices, "blocks": count, "sets": sets, "results": results}, shape, schema


def _sets_a_round(devices, blocks):
    """More than a million changes in the rounds together, and each phone at least one set a round. The first load
    fills each block's WAL once a round: in shorter ones the checkpoints of LokSync or of raw SQLite fell into one
    round of five, which a median leaves out, or all of them behind the last one."""
    return TARGETS.get((devices, blocks), max(5_000 if devices < 16 else 8_000, blocks, devices))


def _loksync(loksync, directory, folder, load):
    data = pathlib.Path(folder) / "data"
    command = [loksync, "load", "--directory", str(directory), "--data", str(data)]
    for name, value in load.items():
        command += ["--" + name.replace("_", "-"), str(value)]
    ran = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=folder).stdout)
    if ran["serverExitCode"]:
        raise figures.Wrong(f"the server ended with {ran['serverExitCode']}")
    files = sorted(data.glob("shards/*/*.sqlite"))
    ran["settleSeconds"] = _checkpoint(files)
    ran["setsInAll"] = sum(round_["sets"] for round_ in ran["warmUp"] + ran["rounds"])
    _verify(loksync, data, files, ran)
    with contextlib.closing(sqlite3.connect(files[0])) as shard:
        schema = ";\n".join(row[0] for row in shard.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' "
            "AND name NOT LIKE 'grdb%' ORDER BY rowid")) + ";"
        bytes_ = shard.execute("SELECT avg(length(changes)) FROM journal WHERE count = ?",
                               [ran["changesPerSet"]]).fetchone()[0]
    shape = {"changes": ran["changesPerSet"], "attendance": ran["attendancePerSet"], "entries": ran["entriesPerSet"],
             "balances": ran["balancesPerSet"], "bytes": round(bytes_)}
    subprocess.run(["rm", "-rf", str(data)], check=True)
    return _summary(ran, ran["serverResidentBytesMost"]), shape, schema


def _checkpoint(files):
    """What the server still owed its files: the seconds count as its own. Two at a time, as its two workers would."""
    begin = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as workers:
        list(workers.map(_checkpoint_of, files))
    return time.monotonic() - begin


def _checkpoint_of(path):
    with contextlib.closing(sqlite3.connect(path)) as shard:
        shard.execute("PRAGMA synchronous = NORMAL")
        shard.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _verify(loksync, data, files, ran):
    sums = [0, 0]
    for path in files:
        with contextlib.closing(sqlite3.connect(path)) as shard:
            entries, aside = shard.execute(
                "SELECT (SELECT count(*) FROM entry WHERE posted), set_aside + quarantined + refused FROM rollup"
            ).fetchone()
            sums = [sums[0] + entries, sums[1] + aside]
    # Beside the rounds' lines, those of the first meeting of each group: eight.
    expected = ran["setsInAll"] * ran["entriesPerSet"] + ran["phones"] * 4 * 8
    if sums != [expected, 0]:
        raise figures.Wrong(f"{sums[0]} lines posted instead of {expected}, {sums[1]} sets not accepted")
    shards.verify(loksync, data, VERIFIED_MOST)


def _floor(folder, load, schema):
    binary = peers.compiled(folder, "floor")
    with tempfile.TemporaryDirectory(dir=folder) as target:
        layout = pathlib.Path(target) / "schema.sql"
        layout.write_text(schema, encoding="utf-8")
        ran = peers.measured(binary, target, load, layout=layout)
        entries = 0
        for path in pathlib.Path(target).glob("[0-9]*.sqlite"):
            with contextlib.closing(sqlite3.connect(path)) as shard:
                entries += shard.execute("SELECT count(*) FROM entry").fetchone()[0]
    _expect("sqlite", entries, ran["setsInAll"] * load["entries"])
    return _summary(ran)


def _postgres(folder, load):
    binary = peers.compiled(folder, "postgres")
    results = {}
    for layout, counted, rows in [("usual", "change_log", load["changes"]), ("ours", "entry", load["entries"])]:
        with peers.postgres(folder) as (target, process):
            ran = peers.measured(binary, target, load, layout=layout, process=process)
            found = int(peers.asked(target, f"SELECT count(*) FROM {counted}"))
        _expect(f"postgres {layout}", found, ran["setsInAll"] * rows)
        results[f"postgres_{layout}"] = _summary(ran)
    return results


def _redis(folder, load):
    binary = peers.compiled(folder, "redis")
    with peers.redis(folder) as (target, process):
        ran = peers.measured(binary, target, load, process=process)
        shown = subprocess.run(["redis-cli", "-p", str(target), "HLEN", "record:0"], check=True, text=True,
                               stdout=subprocess.PIPE).stdout
    in_block = sum(1 for phone in range(max(load["blocks"], load["connections"])) if phone % load["blocks"] == 0)
    _expect("redis", int(shown), ran["setsInAll"] // max(load["blocks"], load["connections"]) * in_block
            * load["changes"])
    return _summary(ran)


def _expect(peer, found, expected):
    if found != expected:
        raise figures.Wrong(f"{peer} holds {found} rows instead of {expected}")


def _summary(ran, resident=None):
    """Medians of the rounds; each pays its share of the checkpoints that were left for the end."""
    share = ran["settleSeconds"] / ran["setsInAll"]
    rates = [round_["changes"] / (round_["seconds"] + share * round_["sets"]) for round_ in ran["rounds"]]
    changes = sum(round_["changes"] for round_ in ran["rounds"])
    summary = {
        "changesPerSecond": statistics.median(rates), "least": min(rates), "most": max(rates),
        "cpuSecondsPer100000": 1e5 * sum(round_["serverCPUSeconds"] for round_ in ran["rounds"]) / changes,
        "settleSeconds": ran["settleSeconds"], "changes": changes,
    }
    for name in ("committedMicrosecondsMedian", "committedMicroseconds99", "busy"):
        if name in ran["rounds"][0]:
            summary[name] = statistics.median(round_[name] for round_ in ran["rounds"])
    if resident:
        summary["residentBytesMost"] = resident
    return summary


def _latency(loksync, directory, folder, sets, shape, schema):
    """One phone, a set at a time; between the sets an fsync of the same bytes into the same file system. The echo
    over loopback hardly changes: it is measured before and after. Raw SQLite and PostgreSQL do the same, without any
    network and over their own."""
    data = pathlib.Path(folder) / "data"
    echoes = [_echo()]
    command = [loksync, "load", "--directory", str(directory), "--data", str(data), "--blocks", "1",
               "--connections", "1", "--sets", str(sets), "--rounds", "5", "--one-by-one"]
    ran = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=folder).stdout)
    subprocess.run(["rm", "-rf", str(data)], check=True)
    own = [round_["committedMicrosecondsMedian"] for round_ in ran["rounds"]]
    return {"microseconds": statistics.median(own), "least": min(own), "most": max(own),
            "fsyncMicroseconds": statistics.median(round_["fsyncMicrosecondsMedian"] for round_ in ran["rounds"]),
            "echoMicroseconds": statistics.mean([*echoes, _echo()]),
            "ratios": figures.spread([_latency_ratio(round_, echoes) for round_ in ran["rounds"]]),
            "peers": {name: 1e6 * shape["changes"] / result["changesPerSecond"]
                      for name, result in _peers_one_by_one(folder, sets, shape, schema).items()}}


def _peers_one_by_one(folder, sets, shape, schema):
    load = {"blocks": 1, "connections": 1, "sets": sets, "rounds": 5, "warm_up": 1, "one_by_one": 1, **shape}
    return {"sqlite": _floor(folder, load, schema), **_postgres(folder, load)}


def _latency_ratio(round_, echoes):
    """Of one round, whose sets and fsyncs took turns."""
    return round_["committedMicrosecondsMedian"] / (round_["fsyncMicrosecondsMedian"] + statistics.mean(echoes))


def _echo():
    listener = socket.create_server(("127.0.0.1", 0))

    def answer():
        line, _ = listener.accept()
        with line:
            while received := line.recv(4_096):
                line.sendall(received)
    thread = threading.Thread(target=answer)
    thread.start()
    taken = []
    with socket.create_connection(listener.getsockname()) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(2_000):
            begin = time.perf_counter()
            line.sendall(bytes(900))
            line.recv(4_096)
            taken.append(1e6 * (time.perf_counter() - begin))
    thread.join()
    listener.close()
    return statistics.median(taken)


def _ratios(report):
    """Each with its target; the largest or the smallest that it may be."""
    by_load = {(load["devices"], load["blocks"]): load["results"] for load in report["loads"]}
    main = by_load[16, 64]
    faster = max(("postgres_usual", "postgres_ours"), key=lambda name: main[name]["changesPerSecond"])
    own = main["loksync"]
    layout = faster.split("_")[1]
    yield figures.ratio(f"uploads ÷ PostgreSQL ({layout} layout)",
                        own["changesPerSecond"] / main[faster]["changesPerSecond"], 2.5, 4)
    yield figures.ratio("uploads ÷ raw SQLite in C",
                        own["changesPerSecond"] / main["sqlite"]["changesPerSecond"], 0.5, 0.8)
    yield figures.ratio(f"server CPU ÷ PostgreSQL's ({layout} layout)",
                        own["cpuSecondsPer100000"] / main[faster]["cpuSecondsPer100000"], 0.4, 0.2, is_least=False)
    latency = report["latency"]
    yield figures.ratio("one set at a time, p50 ÷ (fsync + echo)", latency["ratios"]["median"], 2, 1.3,
                        is_least=False)
    if wide := by_load.get((16, 7_241)):
        yield figures.ratio("uploads to 7,241 blocks ÷ to 64",
                            wide["loksync"]["changesPerSecond"] / own["changesPerSecond"], 0.5, 0.8)
        yield figures.ratio("memory with 7,241 shards in rotation ÷ 1 GiB",
                            wide["loksync"]["residentBytesMost"] / 2 ** 30, 1, 0.5, is_least=False)


NAMES = {"loksync": "LokSync", "sqlite": "raw SQLite in C", "postgres_usual": "PostgreSQL 15, usual layout",
         "postgres_ours": "PostgreSQL 15, our layout", "redis": "Redis, appendfsync always"}


def rows(report):
    for load in report["loads"]:
        yield [f"{load['devices']} into {load['blocks']:,}", "", "", "", "", ""]
        for name, result in load["results"].items():
            yield ["  " + NAMES[name], f"{result['changesPerSecond']:,.0f}",
                   f"{result['least']:,.0f}–{result['most']:,.0f}", f"{result['cpuSecondsPer100000']:.2f}",
                   *(f"{result[key] / 1_000:.1f}" if key in result else ""
                     for key in ("committedMicrosecondsMedian", "committedMicroseconds99"))]


def text(report, as_markdown):
    write = table.markdown if as_markdown else table.text
    latency = report["latency"]
    return (f"{write(HEADING, list(rows(report)))}\n\n{figures.ratios_text(report['ratios'], as_markdown)}\n\n"
            "Medians of 5 rounds, with the checkpoints that each still owed at the end; sets of 50 changes. One set "
            f"at a time: {latency['microseconds']:,.0f} µs, an fdatasync between them "
            f"{latency['fsyncMicroseconds']:,.0f} µs, an echo {latency['echoMicroseconds']:,.0f} µs; "
            + ", ".join(f"{NAMES[peer]} {taken:,.0f} µs" for peer, taken in latency["peers"].items()) + ".")


def charts(report):
    loads = report["loads"]
    yield {"name": "upload", "title": "Durable, merged changes a second, by devices and blocks", "kind": "bars",
           "unit": "changes/s", "labels": [f"{load['devices']} into {load['blocks']:,}" for load in loads],
           "series": [{"name": NAMES[peer], "values": [
               {"median": load["results"][peer]["changesPerSecond"], "least": load["results"][peer]["least"],
                "most": load["results"][peer]["most"]} for load in loads]} for peer in NAMES]}
