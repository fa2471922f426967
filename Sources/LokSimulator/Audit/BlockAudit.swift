import GRDB
import LokBooks
import LokWire

/// One block: what was done there beside what its shard says.
struct BlockAudit {
  let block: UInt32
  let file: AuditFile
  private let acts: [Act]
  private let recorded: [Int: Recorded]
  /// Ids by their place in the plan.
  private var groups: [Int: UInt64] = [:]
  private var members: [Place: UInt64] = [:]
  private var loans: [Int: UInt64] = [:]
  /// Of the whole journal, recomputed, by seq from 1; filled by `compareProofs`.
  var leaves: [[UInt8]] = []
  /// Where each CBO's chain ends, recomputed.
  var chains: [UInt64: (seq: UInt64, chain: [UInt8])] = [:]

  private struct Place: Hashable {
    let group: Int
    let member: Int
  }

  /// Of one set: where it stands and what became of it.
  struct Outcome {
    var seq: UInt64
    var fate: AuditReport.Fate
    var reason: String
  }

  /// One line of the cash book, the same on both sides.
  struct Line: Hashable, Comparable, CustomStringConvertible {
    var kind: Int64
    var paise: Int64
    var member: UInt64
    var loan: UInt64
    static func < (a: Self, b: Self) -> Bool {
      (a.kind, a.member, a.loan, a.paise) < (b.kind, b.member, b.loan, b.paise)
    }
    var description: String { "kind \(kind) \(paise) paise (member \(member & 0xFFFF_FFFF))" }
  }

  init(block: UInt32, path: String, acts: [Act], recorded: [Recorded]) throws {
    self.block = block
    self.acts = acts
    self.recorded = Dictionary(recorded.map { ($0.act, $0) }, uniquingKeysWith: { first, _ in first })
    file = try AuditFile(path: path)
    for act in acts {
      guard let place = self.recorded[act.act] else { continue }
      if let deed = act.group { groups[deed.group] = place.records.first }
      if let deed = act.member {
        members[Place(group: deed.group, member: deed.member)] = place.records.first
      }
      if let deed = act.meeting {
        for (loan, id) in zip(deed.loans, place.records) { loans[loan.loan] = id }
      }
    }
  }

  func cbo(of group: Int) -> UInt64? { groups[group] }

  /// Sets, lines and totals of the whole block.
  mutating func compareBooks(_ report: inout AuditReport) throws {
    var books = AuditBooks()
    var entries = try storedLines()
    for act in acts {
      guard let place = recorded[act.act] else {
        report.compare(
          .arrival, block: block, at: "act \(act.act)", expected: "recorded", found: "not recorded")
        continue
      }
      guard let outcome = try outcome(of: place, &report) else { continue }
      compareVerdict(act, outcome, &report)
      guard let meeting = act.meeting else { continue }
      report.add(meeting.lines.reduce(0) { $0 + $1.paise }, to: outcome.fate)
      try compareLines(act, meeting, place, outcome, &entries, &report)
      books.add(meeting.lines.map { line($0, in: meeting.group) }, of: place.cbo, fate: outcome.fate)
    }
    for (seq, lines) in entries.sorted(by: { $0.key < $1.key }) {
      report.find(
        .line, block: block, at: "seq \(seq)", expected: "no lines", found: "\(lines.count) that nobody wrote"
      )
    }
    try books.compare(with: file, block: block, &report)
  }

  private func line(_ deed: MoneyDeed, in group: Int) -> Line {
    Line(
      kind: deed.kind, paise: deed.paise,
      member: deed.member.flatMap { members[Place(group: group, member: $0)] } ?? 0,
      loan: deed.loan.flatMap { loans[$0] } ?? 0)
  }

  private func outcome(of place: Recorded, _ report: inout AuditReport) throws -> Outcome? {
    let name = "act \(place.act), \(block)@ device \(place.device) set \(place.firstDeviceSeq)"
    let found = try file.rows(
      """
      SELECT s.seq, s.count, j.kind, j.verdicts FROM device_set s LEFT JOIN journal j ON j.seq = s.seq
      WHERE s.device = ? AND s.first_device_seq = ?
      """, [Int64(place.device), Int64(bitPattern: place.firstDeviceSeq)]
    ).first
    report.compare(
      .arrival, block: block, cbo: place.cbo, at: name, expected: "\(place.count) changes",
      found: found.map { "\($0.integer("count")) changes" } ?? "no set")
    guard let found else { return nil }
    let verdicts = try Verdicts(decoding: found.bytes("verdicts"))
    var verdict = verdicts.whole ?? verdicts.changes.first
    let seq = found.unsigned("seq")
    if let later = try resolution(of: seq) { verdict = later }
    let reason = verdict.map { "\($0.word) \($0.reason?.code ?? "")" } ?? "accepted"
    let fate: AuditReport.Fate =
      switch (found.integer("kind"), verdict?.word) {
      case (4, _), (_, .quarantined): .quarantined
      case (3, _), (_, .refused): .refused
      case (_, .waiting), (_, .flagged): .setAside
      default: .posted
      }
    return Outcome(seq: seq, fate: fate, reason: reason)
  }

  /// The last word about a whole set, from the journal's own resolutions.
  private func resolution(of seq: UInt64) throws -> Verdict? {
    let rows = try file.rows(
      """
      SELECT j.changes FROM resolved r JOIN journal j ON j.seq = r.seq AND j.kind = 2
      WHERE r.target_seq = ? AND r.idx = -1
      """, [Int64(bitPattern: seq)])
    guard let bytes = rows.last?.bytes("changes") else { return nil }
    let resolution = try ResolutionSet.decode(bytes).resolution
    return resolution.target.rawValue == seq ? resolution.verdict : nil
  }

  private func compareVerdict(_ act: Act, _ outcome: Outcome, _ report: inout AuditReport) {
    report.count(.verdict)
    let cbo = (act.meeting?.group ?? act.group?.group ?? act.member?.group ?? act.edit?.group).flatMap {
      groups[$0]
    }
    if act.sound, outcome.fate != .posted {
      report.find(
        .verdict, block: block, cbo: cbo, at: "act \(act.act), seq \(outcome.seq)", expected: "posted",
        found: outcome.reason)
    } else if act.meeting?.wrong != nil, outcome.fate == .posted {
      report.find(
        .verdict, block: block, cbo: cbo, at: "act \(act.act), seq \(outcome.seq)", expected: "set aside",
        found: outcome.reason)
    }
  }

  /// Lines of all sets in the shard, by seq; whether they are posted.
  private func storedLines() throws -> [UInt64: [(line: Line, posted: Bool)]] {
    let rows = try file.rows(
      "SELECT seq, kind, amount_paise, member, loan, posted FROM entry ORDER BY id")
    return Dictionary(grouping: rows, by: { $0.unsigned("seq") }).mapValues { rows in
      rows.map { row in
        (
          Line(
            kind: row.integer("kind"), paise: row.integer("amount_paise"), member: row.unsigned("member"),
            loan: row.unsigned("loan")), row.integer("posted") != 0
        )
      }
    }
  }

  private func compareLines(
    _ act: Act, _ meeting: MeetingDeed, _ place: Recorded, _ outcome: Outcome,
    _ entries: inout [UInt64: [(line: Line, posted: Bool)]], _ report: inout AuditReport
  ) throws {
    let expected = meeting.lines.map { line($0, in: meeting.group) }.sorted()
    report.count(.line, expected.count)
    let name = "act \(act.act), seq \(outcome.seq)"
    let stored = entries.removeValue(forKey: outcome.seq) ?? []
    var found = stored.map(\.line).sorted()
    switch outcome.fate {
    case .posted, .setAside:
      let wanted = outcome.fate == .posted
      for (line, posted) in stored where posted != wanted {
        report.find(
          .line, block: block, cbo: place.cbo, member: line.member, at: name,
          expected: wanted ? "posted" : "not posted", found: "\(line)")
      }
    case .quarantined:
      if !stored.isEmpty { break }
      found = try quarantinedLines(outcome.seq).sorted()
    case .refused:
      if stored.isEmpty { return }
    }
    guard expected != found else { return }
    let missing = subtract(found, from: expected)
    let tooMany = subtract(expected, from: found)
    let first = missing.first ?? tooMany.first
    report.find(
      .line, block: block, cbo: place.cbo,
      account: first.flatMap { AuditPostings.sides(of: $0.kind)?.credit }, member: first?.member, at: name,
      expected: "\(missing)", found: "\(tooMany)")
  }

  private func quarantinedLines(_ seq: UInt64) throws -> [Line] {
    let rows = try file.rows("SELECT bytes FROM quarantine WHERE seq = ?", [Int64(bitPattern: seq)])
    return try rows.flatMap { row in
      try ChangeSet(decoding: row.bytes("bytes")).changes.filter { $0.entity == .entry }.map { change in
        Line(
          kind: change.patch.integer(1) ?? 0, paise: change.patch.integer(2) ?? 0,
          member: change.patch.record(3)?.rawValue ?? 0, loan: change.patch.record(4)?.rawValue ?? 0)
      }
    }
  }

  private func subtract(_ some: [Line], from all: [Line]) -> [Line] {
    var left = all
    for line in some { if let place = left.firstIndex(of: line) { left.remove(at: place) } }
    return left
  }
}
