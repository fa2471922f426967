import GRDB
import LokBooks
import LokWire

/// One block: what was done there beside what its shard says.
struct BlockAudit {
  let block: UInt32
  let file: AuditFile
  let acts: [Act]
  let recorded: [Int: Recorded]
  /// Ids by their place in the plan.
  private var groups: [Int: UInt64] = [:]
  private var members: [Place: UInt64] = [:]
  private(set) var loans: [Int: UInt64] = [:]
  private var accounts: [Int: UInt64] = [:]
  private var lines: [LinePlace: UInt64] = [:]
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
    /// As far as words tell; whether a checker has looked at what counts stands elsewhere.
    var act: Act.Outcome
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
      if let deed = act.account { accounts[deed.group] = place.records.first }
      if let deed = act.lending { loans[deed.loan.loan] = place.records.first }
      if let deed = act.meeting {
        for (loan, id) in zip(deed.loans, place.records) { loans[loan.loan] = id }
        for (line, id) in place.records.dropFirst(deed.loans.count).enumerated() {
          lines[LinePlace(act: act.act, line: line)] = id
        }
      }
    }
  }

  func cbo(of group: Int) -> UInt64? { groups[group] }
  func member(_ member: Int, of group: Int) -> UInt64? { members[Place(group: group, member: member)] }
  func account(of group: Int) -> UInt64? { accounts[group] }
  func record(edited edit: EditDeed) -> UInt64? {
    if edit.isOfAccount { return account(of: edit.group) }
    return edit.member.map { member($0, of: edit.group) } ?? cbo(of: edit.group)
  }

  /// Sets, lines and totals of the whole block.
  mutating func compareBooks(_ report: inout AuditReport) throws {
    var books = AuditBooks()
    var loanBook = AuditLoans()
    var entries = try storedLines()
    let standings = try AuditStandings(file)
    for act in acts {
      guard let place = recorded[act.act] else {
        report.compare(
          .arrival, block: block, at: "act \(act.act)", expected: "recorded", found: "not recorded")
        continue
      }
      guard let outcome = try outcome(of: place, &report) else { continue }
      compareVerdict(act, place, outcome, &report)
      guard let meeting = act.meeting else { continue }
      standings.compare(act, place, outcome, block: block, &report)
      report.add(meeting.lines.reduce(0) { $0 + $1.paise }, to: outcome.fate)
      let lines = meeting.lines.map { line($0, in: meeting.group) }
      try compareLines(act, lines, place, outcome, &entries, &report)
      books.add(lines, of: place.cbo, fate: outcome.fate)
      if outcome.fate == .posted { loanBook.add(meeting.lines) }
    }
    standings.compareCounts(with: acts, block: block, &report)
    try loanBook.compare(loans, with: file, block: block, &report)
    try AuditProfiles(self).compare(with: file, of: nil, block: block, at: "shard", &report)
    let reviews = AuditReviews(self)
    try reviews.compareDecisions(&report)
    try reviews.compare(with: file, of: nil, at: "shard", &report)
    try compareOpenings(&report)
    try compareClosings(in: file, of: nil, at: "shard", &report)
    try AuditSchedules(self).compareTerms(with: file, block: block, &report)
    for (seq, lines) in entries.sorted(by: { $0.key < $1.key }) {
      report.find(
        .line, block: block, at: "seq \(seq)", expected: "no lines", found: "\(lines.count) that nobody wrote"
      )
    }
    try books.compare(with: file, block: block, &report)
  }

  private func line(_ deed: MoneyDeed, in group: Int) -> AuditLine {
    AuditLine(
      kind: deed.kind, paise: deed.paise,
      member: deed.member.flatMap { members[Place(group: group, member: $0)] } ?? 0,
      loan: deed.loan.flatMap { loans[$0] } ?? 0,
      bankAccount: deed.isOfBank == true ? accounts[group] ?? 0 : 0,
      reverses: deed.reverses.flatMap { lines[$0] } ?? 0, debit: deed.debit, credit: deed.credit)
  }

  /// Nothing is left of the difference that a cut-off sheet is entered against.
  private func compareOpenings(_ report: inout AuditReport) throws {
    for act in acts where act.meeting?.kind == .cutoff && act.outcome.counts {
      guard let cbo = recorded[act.act]?.cbo else { continue }
      let left = try file.rows(
        "SELECT paise FROM balance WHERE cbo = ? AND account = ? AND sub_ledger = 0",
        [Int64(bitPattern: cbo), AuditPostings.suspense]
      ).first?.integer("paise")
      report.compare(
        .opening, block: block, cbo: cbo, account: AuditPostings.suspense, expected: "a balance of 0",
        found: left.map { "a balance of \($0)" } ?? "none")
    }
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
    // A set of several decisions is as good as its worst.
    var verdict =
      verdicts.whole ?? verdicts.changes.first { $0.word == .refused } ?? verdicts.changes.first
    let seq = found.unsigned("seq")
    if let later = try resolution(of: seq) { verdict = later }
    let reason = verdict.map { "\($0.word) \($0.reason?.code ?? "")" } ?? "accepted"
    let (fate, act): (AuditReport.Fate, Act.Outcome) =
      switch (found.integer("kind"), verdict?.word) {
      case (4, _), (_, .quarantined): (.quarantined, .quarantined)
      case (3, _): (.refused, .refused)
      case (_, .refused):
        // A set that stands in the journal is refused by a later word only; a decision's change by its own.
        verdicts.whole == nil && !verdicts.changes.isEmpty
          ? (.refused, .refused)
          : (.takenBack, Self.afterRefusal(verdict, stoodBefore: verdicts.isAllAccepted))
      case (_, .waiting), (_, .flagged): (.setAside, .setAside)
      default: (.posted, .posted)
      }
    return Outcome(seq: seq, fate: fate, reason: reason, act: act)
  }

  private static func afterRefusal(_ verdict: Verdict?, stoodBefore: Bool) -> Act.Outcome {
    if verdict?.reason == .replaced { return .replaced }
    return stoodBefore ? .takenBack : .rejected
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

  /// What became of it is what had to become of it; whether a checker approved it is compared elsewhere.
  private func compareVerdict(
    _ act: Act, _ place: Recorded, _ outcome: Outcome, _ report: inout AuditReport
  ) {
    report.count(.verdict)
    let expected: Act.Outcome = act.outcome == .approved ? .posted : act.outcome
    guard expected != outcome.act else { return }
    report.find(
      .verdict, block: block, cbo: place.cbo, at: "act \(act.act), seq \(outcome.seq)",
      expected: expected.rawValue, found: "\(outcome.act.rawValue) (\(outcome.reason))")
  }
}
