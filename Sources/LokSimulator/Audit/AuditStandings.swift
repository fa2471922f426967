import GRDB

/// What the shard says of its meetings: whether they count, and what a checker said.
struct AuditStandings {
  /// By the seq of the set that wrote the meeting.
  private var standings: [UInt64: Int64] = [:]
  private var setAside: Set<UInt64> = []

  init(_ file: AuditFile) throws {
    for row in try file.rows("SELECT seq, standing FROM meeting") {
      standings[row.unsigned("seq")] = row.integer("standing")
    }
    for row in try file.rows("SELECT seq FROM set_aside WHERE idx = -1") {
      setAside.insert(row.unsigned("seq"))
    }
  }

  /// One meeting: as the plan has it, and as words and tables of the shard have it together.
  func compare(
    _ act: Act, _ place: Recorded, _ outcome: BlockAudit.Outcome, block: UInt32, _ report: inout AuditReport
  ) {
    let found = self.outcome(outcome)
    if let found { report.add(found) }
    report.compare(
      .standing, block: block, cbo: place.cbo, at: "act \(act.act), seq \(outcome.seq)",
      expected: act.outcome.rawValue,
      found: found?.rawValue ?? "\(outcome.act.rawValue), but \(text(of: outcome.seq))")
  }

  /// Nil where the tables contradict the words.
  private func outcome(_ outcome: BlockAudit.Outcome) -> Act.Outcome? {
    let isAside = setAside.contains(outcome.seq)
    switch (outcome.act, standings[outcome.seq]) {
    case (.posted, 1) where !isAside: return .posted
    case (.posted, 2) where !isAside: return .approved
    case (.takenBack, 3) where !isAside: return .takenBack
    case (.setAside, nil) where isAside: return .setAside
    case (.rejected, nil), (.replaced, nil), (.quarantined, nil), (.refused, nil):
      return isAside ? nil : outcome.act
    default: return nil
    }
  }

  private func text(of seq: UInt64) -> String {
    let standing = standings[seq].map { "standing \($0)" } ?? "no meeting"
    return setAside.contains(seq) ? "\(standing), set aside" : standing
  }

  /// How many meetings of the block stand how: also those that nobody wrote are counted.
  func compareCounts(with acts: [Act], block: UInt32, _ report: inout AuditReport) {
    let meetings = acts.filter { $0.meeting != nil }.map(\.outcome)
    let counts: [(name: String, outcome: Act.Outcome, standing: Int64)] = [
      ("not approved", .posted, 1), ("approved", .approved, 2), ("taken back", .takenBack, 3),
    ]
    for (name, outcome, standing) in counts {
      report.compare(
        .standing, block: block, at: "meetings \(name)", expected: meetings.count { $0 == outcome },
        found: standings.values.count { $0 == standing })
    }
    report.compare(
      .standing, block: block, at: "sets aside", expected: meetings.count { $0 == .setAside },
      found: setAside.count)
  }
}
