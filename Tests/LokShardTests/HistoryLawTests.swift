import LokBooks
import LokShard
import LokSQLite
import LokWire
import Testing

/// What holds after every prefix of every journal. Histories are drawn by seeds; a failure names its own.
struct HistoryLawTests {
  static let seeds: Range<UInt64> = 1..<41
  static let steps = 45

  @Test func `after every step shares make accounts, sums are the journal's, and a phone agrees`() throws {
    var outcomes: Set<String> = []
    for seed in Self.seeds {
      let writer = try HistoryWriter(seed: seed)
      let phone = try TestPhone(writer.viewer.number)
      try phone.store.connection.execute("PRAGMA synchronous = OFF")
      let reader = try writer.block.reader()
      for step in 1...Self.steps {
        try writer.step()
        let broken = try Self.brokenLaws(writer)
        guard broken.isEmpty else {
          Issue.record("seed \(seed), step \(step): \(broken)\n\(writer.told.joined(separator: "\n"))")
          return
        }
        try phone.download(reader, pageBytes: 100_000)
        try phone.expectEqual(to: reader)
      }
      #expect(try writer.block.verify() == [], "seed \(seed)")
      #expect(try phone.store.findings() == [], "seed \(seed)")
      outcomes.formUnion(writer.outcomes)
    }
    let missing = Self.expected.filter { expected in !outcomes.contains { $0.hasPrefix(expected) } }
    #expect(missing.isEmpty, "the histories are too tame; they hold \(outcomes.sorted())")
  }

  /// What has to occur somewhere for the laws to mean something.
  static let expected = [
    "accepted cut-off", "accepted loan given", "accepted repayment", "accepted reversal",
    "accepted reschedule", "accepted exit", "accepted release", "accepted approval",
    "accepted rejection of what counts", "accepted rejection of what is set aside",
    "accepted replacement", "accepted decision about a review",
    "flagged closingCashDiffers", "flagged openingCashDiffers", "flagged meetingNumberTaken",
    "flagged repaymentAboveOutstanding", "flagged alreadyReversed", "flagged memberNotSettled",
    "waiting recordNotThere", "waiting earlierMeetingUnresolved", "merged", "review awaitsChecker",
    "refused laterMeetingsStand", "refused alreadyDecided", "quarantined cboNoLongerInScope",
  ]

  private static func brokenLaws(_ writer: HistoryWriter) throws -> [String] {
    var broken: [String] = []
    let stored = try storedBalances(writer.connection)
    let made = writer.model.balances()
    for key in Set(stored.keys).union(made.keys).sorted() where stored[key] != made[key] {
      broken.append("\(key): \(stored[key] ?? 0) is stored, the journal makes \(made[key] ?? 0)")
    }
    let trial = stored.filter { $0.key.share == 0 }.values.reduce(0, +)
    if trial != 0 { broken.append("debits and credits differ by \(trial)") }
    for account: Int64 in [2001, 2002, 2003, 2004, 1100] {
      let shares = stored.filter { $0.key.account == account && $0.key.share != 0 }.values.reduce(0, +)
      let control = stored[.init(cbo: writer.cbo, account: account)] ?? 0
      if shares != control { broken.append("\(account): shares \(shares), account \(control)") }
    }
    let counting = try writer.connection.statement("SELECT DISTINCT seq FROM entry WHERE posted ORDER BY seq")
      .all { Seq($0.unsigned(0)) }
    let right = writer.model.sets.values.filter { $0.counts && !$0.entries.isEmpty }.map(\.seq).sorted()
    if counting != right { broken.append("sets \(counting) count, \(right) is right") }
    return broken
  }
}
