import LokBooks
import LokDevice
import LokSQLite
import LokShard
import LokWire
import Testing

/// Stored and set aside, receipted, not posted: the third class of bad input.
@Suite struct SetAsideTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// As the phone says it.
    var words: String
    var word: Word
    var meeting: @Sendable (Village) -> MeetingDraft

    init(
      _ name: String, _ words: String, _ word: Word = .flagged,
      _ meeting: @escaping @Sendable (Village) -> MeetingDraft
    ) {
      testDescription = name
      self.words = words
      self.word = word
      self.meeting = meeting
    }
  }

  private static func meeting(
    number: UInt32? = nil, day: Day = Bench.today, _ entries: [EntryDraft] = [], closing: Int64? = nil
  ) -> MeetingDraft {
    MeetingDraft(number: number, day: day, entries: entries, closingCash: closing.map { Paise($0) })
  }

  private static let nobody = RecordID(device: DeviceNumber(7_777), counter: 1)

  static let rows: [Row] = [
    Row("declared closing cash is another", "closing cash differs") { _ in
      meeting([EntryDraft(.otherReceipt, Paise(500))], closing: 1)
    },
    Row("cash below zero at closure", "cash negative") { _ in meeting([EntryDraft(.rent, Paise(900_000))]) },
    Row("a meeting number taken", "meeting number taken") { _ in meeting(number: 1) },
    Row("a meeting number skipped", "meeting number skipped") { _ in meeting(number: 7) },
    Row("a repayment above the outstanding", "repayment above outstanding") { village in
      let line = EntryDraft(
        .loanPrincipal, Paise(Village.lent + 1), member: village.member, loan: .known(village.loan))
      return meeting([line])
    },
    Row("an amount of zero", "amount out of range") { _ in meeting([EntryDraft(.otherReceipt, .zero)]) },
    Row("an amount below zero", "amount out of range") { _ in
      meeting([EntryDraft(.otherReceipt, Paise(-5))])
    },
    Row("an amount above 10^13 paise", "amount out of range") { _ in
      meeting([EntryDraft(.otherReceipt, Paise(10_000_000_000_001))])
    },
    Row("a date before the group's formation", "date before formation") { _ in
      meeting(day: Village.formed.advanced(by: -1))
    },
    Row("a date two days after the receipt", "date in future") { _ in
      meeting(day: Bench.today.advanced(by: 2))
    },
    Row("a voucher without its counter-entry", "counter entry missing") { _ in
      meeting([EntryDraft(.journal, Paise(100), debit: .rent)])
    },
    Row("a loan that is not there yet", "record not there", .waiting) { village in
      meeting([EntryDraft(.loanPrincipal, Paise(100), member: village.member, loan: .known(nobody))])
    },
    Row("a member who is not there yet", "record not there", .waiting) { _ in
      meeting([EntryDraft(.savingCompulsory, Paise(100), member: nobody)])
    },
  ]

  @Test(.timeLimit(.minutes(1)), arguments: rows)
  func `is stored, receipted and shown, and does not count`(_ row: Row) async throws {
    let bench = try await Bench()
    try await expectSetAside(row, in: Village(bench), bench)
    await bench.end()
  }

  /// No honest books come near the limit: the shard's cash is written up beside the server, and back.
  @Test(.timeLimit(.minutes(1)))
  func `sums that would overflow are stored, receipted and shown`() async throws {
    let bench = try await Bench()
    let village = try await Village(bench)
    let nearly = Int64.max - 1_000
    let shard = try Connection(path: bench.shardPath(), mode: .readWrite)
    func setCash(_ paise: Int64) throws {
      try shard.statement("UPDATE balance SET paise = ? WHERE cbo = ? AND account = ? AND sub_ledger = 0")
        .bind(paise, village.group.rawValue, Account.cashInHand.rawValue).run()
    }
    let row = Row("", "sum overflows") { _ in Self.meeting([EntryDraft(.otherReceipt, Paise(5_000))]) }
    try await expectSetAside(
      row, in: village, bench, before: { try setCash(nearly) },
      after: { try setCash(Village.saved - Village.lent) })
    await bench.end()
  }

  private func expectSetAside(
    _ row: Row, in village: Village, _ bench: Bench, before: () throws -> Void = {},
    after: () throws -> Void = {}
  ) async throws {
    var witness = try await Witness(bench)
    let reader = try await bench.enrolled("reader.sqlite")
    let phone = village.phone
    try await bench.expect(rows: 1, witness: &witness) { witness in
      let draft = row.meeting(village)
      let group = village.group
      _ = try await phone.with { store, now in try store.recordMeeting(draft, of: group, at: now) }
      try before()
      let report = try await phone.sync()
      try after()
      #expect(report.outcome == .done && report.setsCommitted == 1)
      let status = try await phone.status()
      #expect(status.text == "0 unsent / 0 stored / 3 committed / 1 set aside: \(row.words)")
      #expect(status.setAside.first?.verdict.word == row.word)
      try await witness.upload()
    }
    try await reader.expectDone()
    for agent in [phone, reader] {
      let books = try await agent.books(of: village.group)
      #expect(books.cash == Paise(Village.saved - Village.lent) && books.trialBalanceSum == .zero)
      #expect(books.lastMeeting == 1 && books.setAside.count == 1)
      let digests = try await agent.digests()
      #expect(digests.first { $0.own.cbo == village.group }?.isEqual == true)
    }
    let quarantined = try bench.inspector().summary().quarantined
    #expect(quarantined == 0)
  }
}
