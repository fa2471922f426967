import Foundation

extension RunReport {
  /// For a terminal; findings come last and are named one by one, `most` of them.
  package func text(most: Int = 40) -> String {
    var lines = [
      row("workload", "seed \(seed), SHA-256 \(workloadSHA256)"),
      row("blocks, phones", "\(blocks), \(phones)"),
      row("acts, meetings", "\(acts), \(meetings)"),
      row("sets, changes", "\(traffic.sets), \(traffic.changes)"),
      row("syncs", "\(traffic.syncs), \(traffic.acknowledgementsLost) with a lost acknowledgement"),
      row("time", "\(fixed(traffic.seconds)) s, \(fixed(traffic.changesPerSecond)) changes/s"),
      row("bytes up", "\(traffic.bytesUp), \(fixed(traffic.bytesUpPerChange)) a change"),
      row("bytes down", "\(traffic.bytesDown), \(fixed(traffic.bytesDownPerChange)) a change"),
      latencies("stored", traffic.stored), latencies("committed", traffic.committed),
    ]
    for (word, count) in verdicts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      lines.append(row("  \(word)", "\(count)"))
    }
    lines.append(row("conflicts", "\(conflicts)"))
    lines += link.map(linkLines) ?? []
    lines += stampede.map(stampedeLines) ?? []
    lines += auditLines(most: most)
    return lines.joined(separator: "\n")
  }

  private func linkLines(_ link: LinkReport) -> [String] {
    [
      "",
      "Over the link \(link.profile), in its own time:",
      row("  sessions", "\(link.sessions), \(link.sessionsCut) cut off, \(link.sessionsStalled) stalled"),
      row(
        "  bytes a phone",
        "up \(fixed(link.bytesUpPerPhone)), down \(fixed(link.bytesDownPerPhone)), of frames"),
      row(
        "  sync, s",
        "p50 \(fixed(link.syncs.p50 / 1_000))  p99 \(fixed(link.syncs.p99 / 1_000))  "
          + "max \(fixed(link.syncs.maximum / 1_000))  (\(link.syncs.count) syncs)"),
    ]
  }

  private func stampedeLines(_ stampede: StampedeReport) -> [String] {
    [
      "",
      "All come back at once:",
      row("  phones, newcomers", "\(stampede.phones), \(stampede.newcomers) in \(fixed(stampede.seconds)) s"),
      latencies("  small upload", stampede.uploads, of: "phones"),
      latencies("  first sync", stampede.firstSyncs, of: "phones"),
      row("  longest wait", "\(fixed(stampede.longestWait)) s, of any phone from its first call to its end"),
      row("  turned away", "\(stampede.cameAgain) times, and came again"),
      row("  sets committed", "\(stampede.setsCommitted) of \(stampede.setsWritten)"),
      row("  newcomers agree", "\(stampede.newcomersAgreeing) of \(stampede.newcomers)"),
      row("  latest start", "\(fixed(stampede.latestStart)) s behind its time: the simulator's own work"),
    ]
  }

  private func auditLines(most: Int) -> [String] {
    var lines = ["", "The auditor compared:"]
    for check in AuditReport.Check.allCases {
      let due = audit.due[check].map { " (due: \($0))" } ?? ""
      lines.append(row("  \(check.rawValue)", "\(audit.compared[check, default: 0])\(due)"))
    }
    lines.append("Money, each rupee in one place:")
    for fate in AuditReport.Fate.allCases {
      let paise = audit.paise[fate, default: 0]
      let rupees = "\(paise / 100).\(paise % 100 < 10 ? "0" : "")\(paise % 100)"
      lines.append(row("  \(fate.rawValue)", "Rs \(rupees) in \(audit.sets[fate, default: 0]) meetings"))
    }
    let words = Act.Outcome.allCases.compactMap { outcome in
      audit.meetings[outcome].map { "\($0) \(Self.word(outcome))" }
    }
    if !words.isEmpty { lines.append("Meetings: \(words.joined(separator: ", ")).") }
    for check in audit.shortfalls {
      lines.append("TOO FEW COMPARED: \(check.rawValue)")
    }
    for finding in audit.findings.prefix(most) { lines.append("DISAGREEMENT: \(finding)") }
    if audit.findings.count > most { lines.append("... and \(audit.findings.count - most) more") }
    if let serverExitCode, serverExitCode != 0 {
      lines.append("THE SERVER ENDED WITH CODE \(serverExitCode)")
    }
    lines.append(isGood ? "All agree." : "NOT ALL AGREE.")
    return lines
  }

  private static func word(_ outcome: Act.Outcome) -> String {
    switch outcome {
    case .posted: "not approved yet"
    case .takenBack: "taken back"
    case .setAside: "set aside"
    case .approved, .rejected, .replaced, .quarantined, .refused: outcome.rawValue
    }
  }

  private func row(_ name: String, _ value: String) -> String {
    name.padding(toLength: max(26, name.count + 1), withPad: " ", startingAt: 0) + value
  }

  private func latencies(
    _ name: String, _ latencies: Latencies, of things: String = "sets"
  ) -> String {
    row(
      "\(name), ms",
      "p50 \(fixed(latencies.p50))  p90 \(fixed(latencies.p90))  p99 \(fixed(latencies.p99))  "
        + "p99.9 \(fixed(latencies.p999))  max \(fixed(latencies.maximum))  (\(latencies.count) \(things))")
  }

  private func fixed(_ value: Double) -> String { String(format: "%.1f", value) }
}
