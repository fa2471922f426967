import LokBooks
import LokShard
import LokWire
import Testing

/// The laws of the books in `shard verify`: each one broken by hand, found by itself and located.
struct LedgerCheckTests {
  /// A group with shares in every kind of account, and a meeting each that is flagged, waiting, taken back
  /// and in quarantine.
  private struct Desk {
    let block: TestBlock
    let maker: TestDevice
    let checker: TestDevice
    var group: TestGroup

    init() throws {
      block = try TestBlock()
      maker = try block.register(.bookkeeperSHG)
      group = try TestGroup.create(block, maker)
      checker = try block.register(.approver, [.cbo(group.cbo)])
      let account = maker.nextID()
      let bank = Patch([BankAccountField.bank: .text("SBI")])
      _ = try block.submit(
        try maker.set(.records, group.cbo, [.init(entity: .bankAccount, record: nil, patch: bank)]))
      #expect(try meet(group.savings(10_000)) == nil)
      let loan = maker.nextID(4)
      let terms = Patch([LoanField.member: .id(group.members[0]), LoanField.principalPaise: .integer(5_000)])
      let named = Patch([EntryField.bankAccount: .id(account)])
      let lines = [
        TestDevice.Line(entity: .loan, record: nil, patch: terms),
        TestGroup.entry(.loanGiven, 5_000, member: group.members[0], loan: loan),
        TestGroup.entry(.cashDeposited, 700, more: named), TestGroup.entry(.cashDeposited, 300),
      ]
      #expect(try meet(group.meeting(lines, cash: -6_000)) == nil)
      let good = group
      #expect(try meet(group.savings(100)) == nil)
      try reject(block.writer.head)
      group = good
      let wrong = group.meeting([TestGroup.entry(.otherReceipt, 500)], cash: 1)
      #expect(try meet(wrong)?.word == .flagged)
      #expect(try meet(group.savings(100))?.word == .waiting)
      _ = try block.submit(.revoke(maker.number))
      #expect(try meet(group.savings(100))?.word == .quarantined)
    }

    private func meet(_ lines: [TestDevice.Line]) throws -> Verdict? {
      try block.submit(try maker.set(.meeting, group.cbo, lines)).verdicts().whole
    }

    private func reject(_ seq: Seq) throws {
      let patch = Patch([
        DecisionField.targetSeq: .integer(Int64(seq.rawValue)),
        DecisionField.word: .integer(DecisionWord.reject.rawValue),
      ])
      let line = TestDevice.Line(entity: .decision, record: nil, patch: patch)
      #expect(try block.submit(try checker.set(.decision, group.cbo, [line])).verdicts() == .allAccepted)
    }
  }

  struct Broken: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var sql: String
    /// What one finding's place has to begin with, and what its problem has to be.
    var place: String
    var problem: String
  }

  private static let flagged = "(SELECT seq FROM set_aside WHERE word = 4)"

  static let broken: [Broken] = [
    .init(
      testDescription: "a member's share of her savings",
      sql: "UPDATE balance SET paise = paise - 40 WHERE account = 2001 AND sub_ledger = 4294967298",
      place: "shares of 1-1 account 2001", problem: "-30040 paise, the account has -30000"),
    .init(
      testDescription: "one member's saving in another's name",
      sql: "UPDATE balance SET paise = paise + 40 * (2 * sub_ledger - 4294967298 - 4294967299) "
        + "WHERE account = 2001 AND sub_ledger IN (4294967298, 4294967299)",
      place: "balance of 1-1 account 2001 share 1-3", problem: "-9960 paise, its entries make -10000"),
    .init(
      testDescription: "a saving that names nobody",
      sql: "UPDATE entry SET member = NULL WHERE kind = 1 AND member = 4294967298 AND posted",
      place: "balance of 1-1 account 2001 share 1-2", problem: "-10000 paise, its entries make 0"),
    .init(
      testDescription: "the share of a bank account that other entries leave out",
      sql: "UPDATE balance SET paise = paise + 1 WHERE account = 1010 AND sub_ledger != 0",
      place: "shares of 1-1 account 1010", problem: "701 paise, the account has 700"),
    .init(
      testDescription: "a share that is gone",
      sql: "DELETE FROM balance WHERE account = 1100 AND sub_ledger != 0",
      place: "shares of 1-1 account 1100", problem: "0 paise, the account has 5000"),
    .init(
      testDescription: "a share of an account that is nobody's",
      sql: "INSERT INTO balance SELECT cbo, 1001, 77, 5 FROM balance WHERE account = 1100 AND sub_ledger = 0",
      place: "balance of 1-1 account 1001 share 0-77", problem: "5 paise, its entries make 0"),
    .init(
      testDescription: "cash from nowhere",
      sql: "UPDATE balance SET paise = paise + 100 WHERE account = 1001",
      place: "trial balance of 1-1", problem: "debits are 30100 paise, credits 30000"),
    .init(
      testDescription: "cash from nowhere, in the block's sum",
      sql: "UPDATE balance SET paise = paise + 100 WHERE account = 1001",
      place: "trial balance of the block", problem: "debits are 30100 paise, credits 30000"),
    .init(
      testDescription: "an amount that would overflow 64 bits",
      sql: "UPDATE balance SET paise = 9223372036854775807 WHERE account IN (1001, 1010) AND sub_ledger = 0",
      place: "trial balance of 1-1",
      problem: "debits are 18446744073709556614 paise, credits 30000"),
    .init(
      testDescription: "an entry with another amount",
      sql: "UPDATE entry SET amount_paise = amount_paise + 1 WHERE kind = 10",
      place: "balance of 1-1 account 1001", problem: "24000 paise, its entries make 23999"),
    .init(
      testDescription: "a flagged meeting's entry that counts",
      sql: "UPDATE entry SET posted = 1 WHERE seq = \(flagged)",
      place: "entry 1-", problem: "counts 500 paise, though its set is flagged"),
    .init(
      testDescription: "a waiting meeting's entry that counts",
      sql: "UPDATE entry SET posted = 1 WHERE seq = (SELECT seq FROM set_aside WHERE word = 3)",
      place: "entry 1-", problem: "counts 100 paise, though its set is waiting"),
    .init(
      testDescription: "an entry of a meeting that was taken back",
      sql: "UPDATE entry SET posted = 1 WHERE seq = (SELECT seq FROM meeting WHERE standing = 3)",
      place: "entry 1-", problem: "counts 100 paise, though its meeting was taken back"),
    .init(
      testDescription: "an entry of a set in quarantine",
      sql: "UPDATE entry SET posted = 1, seq = (SELECT seq FROM quarantine) WHERE seq = \(flagged)",
      place: "entry 1-", problem: "counts 500 paise, though its set is in quarantine or was refused"),
    .init(
      testDescription: "an entry of no set",
      sql: "UPDATE entry SET posted = 1, seq = 999 WHERE seq = \(flagged)",
      place: "entry 1-", problem: "counts 500 paise, though its set is not in the journal"),
    .init(
      testDescription: "an entry whose meeting is gone",
      sql: "DELETE FROM meeting WHERE number = 2",
      place: "entry 1-", problem: "counts 5000 paise, though its meeting was not posted"),
    .init(
      testDescription: "an entry that does not count",
      sql: "UPDATE entry SET posted = 0 WHERE kind = 10",
      place: "entry 1-", problem: "does not count, though its meeting stands"),
  ]

  @Test(arguments: broken)
  func `a broken law of the books is found and located`(_ broken: Broken) throws {
    let desk = try Desk()
    #expect(try desk.block.verify() == [])
    try Sabotage(desk.block.path).run(broken.sql)
    let findings = try desk.block.verify()
    #expect(
      findings.contains { $0.place.hasPrefix(broken.place) && $0.problem == broken.problem }, "\(findings)")
  }

  @Test func `a finding about a sum says whose, what it has to be and what it is`() throws {
    let desk = try Desk()
    try Sabotage(desk.block.path)
      .run("UPDATE balance SET paise = paise - 40 WHERE account = 2001 AND sub_ledger = 4294967298")
    let sums = try desk.block.verify().compactMap(\.sum)
    let member = desk.group.members[0]
    #expect(
      sums == [
        .init(
          cbo: desk.group.cbo, account: .savingsCompulsory, share: member, expected: Paise(-10_000),
          found: Paise(-10_040)),
        .init(
          cbo: desk.group.cbo, account: .savingsCompulsory, share: nil, expected: Paise(-30_000),
          found: Paise(-30_040)),
      ])
  }
}
