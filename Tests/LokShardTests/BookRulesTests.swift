import LokBooks
import LokMerge
import LokShard
import LokWire
import Testing

/// Cut-off and closing meetings, reversals, exits, reviews: what makes changes into books.
struct BookRulesTests {
  /// A new group, its maker and its checker.
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
    }

    /// The word and reason of a meeting; nil = accepted.
    mutating func meet(
      _ entries: [TestDevice.Line], cash: Int64, type: MeetingType = .regular, number: Int64? = nil,
      changing: (inout Patch) -> Void = { _ in }
    ) throws -> Verdict? {
      if let number { group.number = number - 1 }
      let before = group
      let lines = group.meeting(entries, cash: cash) {
        $0[MeetingField.type] = .integer(type.rawValue)
        changing(&$0)
      }
      let whole = try block.submit(try maker.set(.meeting, group.cbo, lines)).verdicts().whole
      if whole != nil { group = before }
      return whole
    }

    func change(_ entity: Entity, _ record: RecordID?, _ patch: Patch) throws -> Verdict? {
      let line = TestDevice.Line(entity: entity, record: record, patch: patch)
      return try block.submit(try maker.set(.records, group.cbo, [line])).verdicts().changes.first
    }

    func decide(_ word: DecisionWord, _ target: Seq, index: Int64? = nil) throws -> Verdict? {
      var patch = Patch([
        DecisionField.targetSeq: .integer(Int64(target.rawValue)),
        DecisionField.word: .integer(word.rawValue),
      ])
      patch[DecisionField.targetIndex] = index.map { .integer($0) }
      let line = TestDevice.Line(entity: .decision, record: nil, patch: patch)
      return try block.submit(try checker.set(.decision, group.cbo, [line])).verdicts().changes.first
    }

    func balance(_ account: Account) throws -> Int64 {
      let row = try ShardInspector(path: block.path, block: TestBlock.code).trialBalance(of: group.cbo)
        .first { $0.account == account.rawValue }
      return (row?.debitPaise ?? 0) - (row?.creditPaise ?? 0)
    }

    func value(_ table: ShardInspector.Table, _ column: String, of id: RecordID) throws -> String? {
      try ShardInspector(path: block.path, block: TestBlock.code).records(table)
        .first { $0.contains { $0.column == "id" && $0.value == id.description } }?
        .first { $0.column == column }?.value
    }
  }

  private static func opening(
    _ kind: EntryKind, _ account: Account, _ paise: Int64, member: RecordID? = nil, loan: RecordID? = nil
  ) -> TestDevice.Line {
    let field = kind == .openingDebit ? EntryField.debitAccount : EntryField.creditAccount
    return TestGroup.entry(
      kind, paise, member: member, loan: loan, more: Patch([field: .integer(Int64(account.rawValue))]))
  }

  @Test func `a group that met before brings its opening balances, and goes on from there`() throws {
    var desk = try Desk()
    let late = try desk.meet([TestGroup.entry(.otherReceipt, 100)], cash: 100, number: 25)
    #expect(late?.reason == .cutoffRequired && late?.arguments == [25])
    let member = desk.group.members[0]
    let balances = [
      Self.opening(.openingDebit, .cashInHand, 700), Self.opening(.openingDebit, .bank, 2_300),
      Self.opening(.openingCredit, .savingsCompulsory, 3_000, member: member),
    ]
    let outside = try desk.meet([balances[0]], cash: 700, number: 1)
    #expect(outside?.reason == .openingOutsideCutoff)
    // Monthly it may not have met twelve times yet; weekly it has.
    let weekly = Patch([CBOField.meetingEveryDays: .integer(7)])
    #expect(try desk.change(.cbo, desk.group.cbo, weekly) == nil)
    desk.group.day = TestGroup.formed.advanced(by: 84)
    let old = try desk.meet([TestGroup.entry(.otherReceipt, 100)], cash: 100, number: 1)
    #expect(old?.word == .flagged && old?.reason == .cutoffRequired && old?.arguments == [1])
    #expect(try desk.meet(balances, cash: 700, type: .cutoff, number: 24) == nil)
    let cutoff = desk.block.writer.head
    #expect(try desk.balance(.openingDifference) == 0)
    #expect(try desk.balance(.savingsCompulsory) == -3_000)
    #expect(try desk.meet([TestGroup.entry(.otherReceipt, 100)], cash: 100) == nil)
    #expect(try desk.decide(.approve, cutoff) == nil)
    let second = try desk.meet([], cash: 0, type: .cutoff)
    #expect(second?.reason == .cutoffNotFirst)
    #expect(try desk.block.verify() == [])
  }

  @Test func `opening balances that differ are not approved`() throws {
    var desk = try Desk()
    #expect(try desk.meet([Self.opening(.openingDebit, .cashInHand, 700)], cash: 700, type: .cutoff) == nil)
    let verdict = try #require(try desk.decide(.approve, desk.block.writer.head))
    #expect(verdict.word == .refused && verdict.reason == .suspenseNotZero && verdict.arguments == [-700])
  }

  @Test func `what a later meeting books against the difference does not make a cut-off right`() throws {
    var desk = try Desk()
    #expect(try desk.meet([Self.opening(.openingDebit, .cashInHand, 700)], cash: 700, type: .cutoff) == nil)
    let cutoff = desk.block.writer.head
    let sides = Patch([
      EntryField.debitAccount: .integer(Int64(Account.openingDifference.rawValue)),
      EntryField.creditAccount: .integer(Int64(Account.otherIncome.rawValue)),
    ])
    #expect(try desk.meet([TestGroup.entry(.journal, 700, more: sides)], cash: 0) == nil)
    #expect(try desk.balance(.openingDifference) == 0)
    let verdict = try #require(try desk.decide(.approve, cutoff))
    #expect(verdict.reason == .suspenseNotZero && verdict.arguments == [-700])
  }

  @Test func `a member's share is always named, so that shares add up to their account`() throws {
    var desk = try Desk()
    let nameless = [Self.opening(.openingCredit, .savingsCompulsory, 300)]
    #expect(try desk.meet(nameless, cash: 0, type: .cutoff)?.reason == .fieldMissing)
    let sides = Patch([
      EntryField.debitAccount: .integer(Int64(Account.rent.rawValue)),
      EntryField.creditAccount: .integer(Int64(Account.savingsFood.rawValue)),
    ])
    #expect(try desk.meet([TestGroup.entry(.journal, 5, more: sides)], cash: 0)?.reason == .fieldMissing)
  }

  @Test func `an entry is taken back whole and once`() throws {
    var desk = try Desk()
    let member = desk.group.members[0]
    // meeting, three attendances, then the entry
    let entry = desk.maker.nextID(4)
    #expect(try desk.meet([TestGroup.entry(.savingCompulsory, 500, member: member)], cash: 500) == nil)
    let names = Patch([EntryField.reverses: .id(entry)])
    func reversal(_ paise: Int64) -> TestDevice.Line {
      TestGroup.entry(.savingCompulsory, paise, member: member, more: names)
    }
    #expect(try desk.meet([reversal(400)], cash: -400)?.reason == .reversalDiffers)
    #expect(try desk.meet([reversal(500), reversal(500)], cash: -1_000)?.reason == .alreadyReversed)
    #expect(try desk.meet([reversal(500)], cash: -500) == nil)
    #expect(try desk.balance(.savingsCompulsory) == 0 && desk.balance(.cashInHand) == 0)
    #expect(try desk.meet([reversal(500)], cash: -500)?.reason == .alreadyReversed)
    let unknown = Patch([EntryField.reverses: .id(RecordID(device: DeviceNumber(77), counter: 1))])
    let waiting = try desk.meet([TestGroup.entry(.rent, 5, more: unknown)], cash: 5)
    #expect(waiting?.word == .waiting)
    #expect(try desk.block.verify() == [])
  }

  @Test func `a closing meeting leaves nothing, and nothing comes after it`() throws {
    var desk = try Desk()
    let member = desk.group.members[0]
    let saved = [
      TestGroup.entry(.savingCompulsory, 500, member: member),
      TestGroup.entry(.savingFood, 200, member: member), TestGroup.entry(.otherReceipt, 90),
    ]
    #expect(try desk.meet(saved, cash: 790) == nil)
    let paid = [
      TestGroup.entry(.savingWithdrawn, 500, member: member),
      TestGroup.entry(.savingFoodWithdrawn, 200, member: member),
    ]
    let left = try desk.meet(paid, cash: -700, type: .closing)
    #expect(left?.reason == .balanceLeft && left?.arguments == [1_001, 90])
    let all = paid + [TestGroup.entry(.surplusPaid, 90, member: member)]
    #expect(try desk.meet(all, cash: -790, type: .closing, number: 2) == nil)
    #expect(try desk.meet([], cash: 0)?.reason == .groupClosed)
    #expect(try desk.block.verify() == [])
  }

  @Test func `an exit waits until she is paid out`() throws {
    var desk = try Desk()
    let member = desk.group.members[0]
    #expect(try desk.meet([TestGroup.entry(.savingCompulsory, 500, member: member)], cash: 500) == nil)
    let exit = Patch([MemberField.leftDay: .day(desk.group.day)])
    let early = try #require(try desk.change(.member, member, exit))
    #expect(early.word == .flagged && early.reason == .memberNotSettled && early.arguments == [500, 0])
    let released = try #require(try desk.decide(.release, desk.block.writer.head, index: 0))
    #expect(released.word == .refused && released.reason == .memberNotSettled, "nor can a checker")
    #expect(try desk.meet([TestGroup.entry(.savingWithdrawn, 500, member: member)], cash: -500) == nil)
    let settled = Patch([MemberField.leftDay: .day(desk.group.day)])
    #expect(try desk.change(.member, member, settled) == nil)
    let gone = try desk.meet([TestGroup.entry(.penalty, 5, member: member)], cash: 5)
    #expect(gone?.reason == .memberNotThen)
  }

  @Test func `one person is a member of one group`() throws {
    let desk = try Desk()
    let other = try TestGroup.create(desk.block, desk.maker)
    let tag = Patch([MemberField.kycTag: .integer(77)])
    #expect(try desk.change(.member, desk.group.members[0], tag) == nil)
    let line = TestDevice.Line(entity: .member, record: other.members[0], patch: tag)
    let verdict = try desk.block.submit(try desk.maker.set(.records, other.cbo, [line])).verdicts().changes
    #expect(verdict.first?.reason == .personInOtherGroup && verdict.first?.record == nil)
  }

  @Test func `a reviewed field keeps its value until a checker decides`() throws {
    let desk = try Desk()
    let member = desk.group.members[0]
    #expect(try desk.change(.member, member, Patch([MemberField.designation: .integer(1)])) == nil)
    let edit = Patch([MemberField.designation: .integer(2), MemberField.household: .integer(9)])
    let first = try #require(try desk.change(.member, member, edit))
    #expect(first.word == .review && first.arguments == [8])
    let seq = desk.block.writer.head
    #expect(try desk.value(.member, "designation", of: member) == "1")
    #expect(try desk.value(.member, "household", of: member) == "9", "the other fields do not wait")
    #expect(try desk.decide(.release, seq, index: 0) == nil)
    #expect(try desk.value(.member, "designation", of: member) == "2")
    #expect(try desk.change(.member, member, Patch([MemberField.designation: .integer(3)]))?.word == .review)
    #expect(try desk.decide(.reject, desk.block.writer.head, index: 0) == nil)
    #expect(try desk.value(.member, "designation", of: member) == "2")
    let inspector = try ShardInspector(path: desk.block.path, block: TestBlock.code)
    #expect(try inspector.setAside().isEmpty)
    #expect(try inspector.conflicts().map { [$0.rule, $0.winner, $0.loser] } == [["review", "2", "1"]])
    #expect(try desk.block.verify() == [])
    #expect(try desk.block.replayed(group: 3).treeRoot() == desk.block.writer.treeRoot())
  }

  @Test func `history and explanation tell who wrote what, and why it stands`() throws {
    let desk = try Desk()
    let member = desk.group.members[0]
    #expect(try desk.change(.member, member, Patch([MemberField.designation: .integer(1)])) == nil)
    #expect(try desk.change(.member, member, Patch([MemberField.designation: .integer(2)]))?.word == .review)
    let open = desk.block.writer.head
    let reader = try desk.block.reader()
    let fields = try #require(try reader.explanation(of: member))
    let designation = try #require(fields.first { $0.field == "designation" })
    #expect(designation.rule == .review)
    #expect(designation.candidates.map(\.value) == ["1", "2"])
    #expect(designation.candidates.map(\.fate) == [.stands, .underReview])
    #expect(designation.candidates.last?.seq == open)
    _ = try desk.decide(.release, open, index: 0)
    let after = try #require(try reader.explanation(of: member)).first { $0.field == "designation" }
    #expect(after?.candidates.map(\.value) == ["2", "1"] && after?.candidates.last?.fate == .lost)
    let lines = try #require(try reader.history(of: member))
    #expect(lines.map(\.isNew) == [true, false, false])
    #expect(lines.last?.verdict?.word == .review && lines.last?.resolution?.verdict.word == .accepted)
    #expect(try reader.history(of: RecordID(device: DeviceNumber(77), counter: 1)) == nil)
  }

  @Test func `a quorum is asked for where the group's settings do`() throws {
    var desk = try Desk()
    #expect(try desk.change(.cbo, desk.group.cbo, Patch([CBOField.quorumPercent: .integer(67)])) == nil)
    #expect(try desk.meet([], cash: 0) == nil, "all three came")
    desk.group = TestGroup(
      cbo: desk.group.cbo, members: desk.group.members, number: desk.group.number, cash: 0,
      day: desk.group.day)
    var lines = desk.group.meeting([], cash: 0)
    for index in 1...2 { lines[index].patch[AttendanceField.present] = .integer(0) }
    let whole = try desk.block.submit(try desk.maker.set(.meeting, desk.group.cbo, lines)).verdicts().whole
    #expect(whole?.reason == .quorumMissing && whole?.arguments == [1, 3])
    // Who is not named was not there.
    lines.removeSubrange(1...2)
    let short = try desk.block.submit(try desk.maker.set(.meeting, desk.group.cbo, lines)).verdicts().whole
    #expect(short?.reason == .quorumMissing && short?.arguments == [1, 3])
  }

  /// A patch and the field that it has to be flagged for.
  static let outOfRange: [(name: String, entity: Entity, patch: Patch, field: UInt32)] = [
    ("an IFSC of ten characters", .bankAccount, Patch([BankAccountField.ifsc: .text("SBIN000123")]), 3),
    ("an IFSC without its zero", .bankAccount, Patch([BankAccountField.ifsc: .text("SBIN1001234")]), 3),
    (
      "an account of eight digits", .bankAccount, Patch([BankAccountField.accountNumber: .text("12345678")]),
      4
    ),
    ("a rate of 61 %", .cbo, Patch([CBOField.annualRateBasisPoints: .integer(6_100)]), 13),
    ("a quorum of 101 %", .cbo, Patch([CBOField.quorumPercent: .integer(101)]), 17),
    ("a negative saving", .cbo, Patch([CBOField.foodSavingPaise: .integer(-1)]), 9),
  ]

  @Test(arguments: outOfRange.indices)
  func `a value that cannot be is set aside by its field`(_ place: Int) throws {
    let (name, entity, patch, field) = Self.outOfRange[place]
    let desk = try Desk()
    let verdict = try desk.change(entity, entity == .cbo ? desk.group.cbo : nil, patch)
    #expect(verdict?.reason == .fieldOutOfRange && verdict?.arguments == [Int64(field)], "\(name)")
  }

  @Test func `every field of the contract has its column in the books`() throws {
    let desk = try Desk()
    let tables: [(Entity, String)] = [
      (.village, "village"), (.cbo, "cbo"), (.member, "member"), (.loan, "loan"),
      (.loanEvent, "loan_event"), (.bankAccount, "bank_account"), (.bankStatement, "bank_statement"),
    ]
    for (entity, table) in tables {
      let columns = Set(try Sabotage(desk.block.path).columns(of: table))
      for number in EntitySchema.fieldNumbers(entity) {
        let name = try #require(EntitySchema.fieldName(entity, number))
        #expect(columns.contains(name), "\(table).\(name)")
      }
    }
  }
}
