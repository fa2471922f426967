import Foundation
import LokSimulator

/// A national day for people: a row an hour, the burst, what was compared, and whether the target is kept.
enum NationalDayText {
  static func lines(_ report: DayReport) -> [String] {
    var table = Table([
      .init("Hour"), .init("offered/s", .right), .init("committed/s", .right), .init("syncs/s", .right),
      .init("small p50 ms", .right), .init("p99", .right), .init("max", .right),
      .init("lagging p99", .right), .init("repeated p99", .right), .init("look p99", .right),
      .init("first sync p50", .right),
      .init("p99", .right), .init("again", .right), .init("redialled", .right), .init("log most", .right),
      .init("CPU %", .right),
      .init("load %", .right), .init("others %", .right),
    ])
    for row in report.hours + [report.burst] { table.append(cells(row)) }
    return [table.text, ""] + how(report) + facts(report) + [""] + verdict(report)
  }

  private static func cells(_ row: DayReport.Row) -> [String] {
    let name = row.hour.map { ($0 < 10 ? "0" : "") + "\($0)–\($0 + 1)" } ?? "burst"
    return [
      name, whole(row.offeredPerSecond), whole(row.committedPerSecond),
      whole(Double(row.syncs) / row.seconds), tenth(row.small, \.p50), tenth(row.small, \.p99),
      tenth(row.small, \.maximum), tenth(row.lagging, \.p99), tenth(row.repeated, \.p99),
      tenth(row.looks, \.p99),
      tenth(row.firstSyncs, \.p50), tenth(row.firstSyncs, \.p99), "\(row.cameAgain)", "\(row.reconnected)",
      "\(row.waitingMost)",
      whole(100 * row.serverCPUSeconds / row.seconds), whole(100 * row.loadCPUSeconds / row.seconds),
      whole(100 * row.otherCPUSeconds / row.seconds),
    ]
  }

  private static func how(_ report: DayReport) -> [String] {
    [
      "Rates are the day's own. Shortened are the hours, to \(number(report.hourSeconds)) s each, and the "
        + "minute of the burst, to \(number(report.burstSeconds)) s.",
      "Milliseconds count from the time at which a call was due, with dialling, TLS and all times it came "
        + "again; small = one to three meetings, lagging = those of days. Uploads whose answer was lost on "
        + "purpose are in neither: repeated is theirs, until the receipt that they came again for.",
      "again: turned away by the server; redialled: the connection ended or took too long.",
      "CPU %: of one processor, the server's; then the simulator's own and all other processes'.", "",
    ]
  }

  private static func facts(_ report: DayReport) -> [String] {
    var rows: [(String, String)] = [
      ("blocks, phones", "\(report.blocks), \(report.phones)"),
      ("before the day", "\(report.changesBefore) changes in \(number(report.setupSeconds)) s"),
      ("transport", report.isInsecure ? "TCP" : "TCP with TLS 1.3, a new connection for each sync"),
      (
        "stored → committed, ms",
        "p50 \(number(report.storedToCommitted.p50))  p99 \(number(report.storedToCommitted.p99))"
      ),
      (
        "meetings of days",
        "the oldest \(report.laggingDaysLeast) to \(report.laggingDaysMost) days before their call"
      ),
      ("redialled before the day", "\(report.reconnectedBefore)"),
      ("answers lost", "\(report.answersLost), \(report.setsDuplicate) sets came again and were known"),
      ("came down", "\(report.setsReceived) sets, \(report.snapshots) snapshots"),
      ("shards open, most", "\(report.shardsOpenMost)"),
      ("log drained", "\(number(report.drainSeconds)) s after the last call"),
      ("memory, most", "\(report.serverResidentBytesMost / 1_048_576) MiB"),
      (
        "CPU of the day",
        "\(number(report.serverCPUSeconds)) s, the simulator's \(number(report.loadCPUSeconds)) s"
      ),
      ("latest start", "\(number(1_000 * report.latestStart)) ms behind its time: the simulator's own work"),
    ]
    if let proof = report.proof {
      rows += [
        (
          "sets",
          "\(proof.setsWritten) written, \(proof.setsProven) with a verified receipt, "
            + "\(proof.setsInShards) in the shards"
        ),
        ("changes", "\(proof.changesWritten) written, \(proof.changesInShards) in the shards"),
        ("rupees", "\(rupees(proof.paiseWritten)) written, \(rupees(proof.paiseInShards)) in the shards"),
        ("blocks that differ", "\(proof.blocksDiffering)"),
        ("not accepted", "\(proof.notAccepted)"),
        ("shards verified", "\(proof.shardsVerified) of \(proof.shards), \(proof.findings.count) findings"),
      ]
    }
    return rows.map { $0.0.padding(toLength: 26, withPad: " ", startingAt: 0) + $0.1 }
  }

  private static func verdict(_ report: DayReport) -> [String] {
    let (verdict, proof) = (report.verdict, report.proof)
    var lines = (proof?.differences ?? []).map { "DISAGREEMENT: \(difference($0))" }
    lines += (proof?.findings ?? []).prefix(20).map { "DISAGREEMENT: \($0)" }
    if verdict.faults.contains(.notProven) { lines.append("NOT ALL THAT WAS WRITTEN IS THERE ONCE.") }
    if report.serverExitCode != 0 { lines.append("THE SERVER ENDED WITH CODE \(report.serverExitCode)") }
    let figures =
      "\(report.burstRate) changes/s: \(number(100 * verdict.held)) % committed "
      + "(at least \(whole(100 * DayVerdict.heldLeast))), p99 of \(report.burst.small.count) small uploads "
      + "\(number(report.burst.small.p99)) ms (at most \(whole(DayVerdict.millisecondsMost)))"
    lines.append(verdict.isHeld ? "The burst is held. \(figures)." : "THE BURST IS NOT HELD. \(figures).")
    return lines
  }

  static func difference(_ difference: DayProof.Difference) -> String {
    let sums = { (sums: DaySums) in "\(sums.sets) sets, \(sums.changes) changes, \(rupees(sums.paise)) rupees"
    }
    return "block \(difference.block): \(sums(difference.written)) written; \(sums(difference.found)) there"
  }

  private static func rupees(_ paise: Int64) -> String { String(format: "%.2f", Double(paise) / 100) }

  private static func tenth(
    _ latencies: RunReport.Latencies, _ what: KeyPath<RunReport.Latencies, Double>
  ) -> String {
    latencies.count == 0 ? "" : number(latencies[keyPath: what])
  }

  private static func whole(_ value: Double) -> String { String(format: "%.0f", value) }
  private static func number(_ value: Double) -> String { String(format: "%.1f", value) }
}
