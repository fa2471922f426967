import LokBooks
import LokShard
import LokWire
import Testing

/// What is stored, receipted and set aside, and never posted.
struct MeetingJudgementTests {
  /// A wrong meeting and the reason that it has to be given.
  struct Wrong: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var reason: Reason
    var word: Word = .flagged
    var lines: @Sendable (inout TestGroup) -> [TestDevice.Line]

    init(
      _ name: String, _ reason: Reason, _ word: Word = .flagged,
      _ lines: @escaping @Sendable (inout TestGroup) -> [TestDevice.Line]
    ) {
      testDescription = name
      self.reason = reason
      self.word = word
      self.lines = lines
    }
  }

  static let wrong: [Wrong] = [
    Wrong("declared closing cash differs", .closingCashDiffers) { group in
      group.meeting([TestGroup.entry(.otherReceipt, 500)], cash: 400)
    },
    Wrong("opening cash is not the books'", .openingCashDiffers) { group in
      group.meeting([], cash: 0) { $0[MeetingField.openingCashPaise] = .integer(1) }
    },
    Wrong("cash below zero at closure", .cashNegative) { group in
      group.meeting([TestGroup.entry(.rent, 900_000)], cash: -900_000)
    },
    Wrong("more from the bank than is there", .bankBalanceNegative) { group in
      group.meeting([TestGroup.entry(.cashWithdrawn, 500)], cash: 500)
    },
    Wrong("meeting number taken", .meetingNumberTaken) { group in
      group.meeting([], cash: 0) { $0[MeetingField.number] = .integer(1) }
    },
    Wrong("meeting number skipped", .meetingNumberSkipped) { group in
      group.meeting([], cash: 0) { $0[MeetingField.number] = .integer(7) }
    },
    Wrong("amount of zero", .amountOutOfRange) { $0.meeting([TestGroup.entry(.rent, 0)], cash: 0) },
    Wrong("amount below zero", .amountOutOfRange) { $0.meeting([TestGroup.entry(.rent, -5)], cash: 5) },
    Wrong("amount above ten thousand crore", .amountOutOfRange) {
      $0.meeting([TestGroup.entry(.otherReceipt, 10_000_000_000_001)], cash: 10_000_000_000_001)
    },
    Wrong("before the group was formed", .dateBeforeFormation) { group in
      group.meeting([], cash: 0) { $0[MeetingField.day] = .day(TestGroup.formed.advanced(by: -1)) }
    },
    Wrong("two days after the receipt", .dateInFuture) { group in
      group.meeting([], cash: 0) { $0[MeetingField.day] = .day(Day(of: TestBlock.start).advanced(by: 2)) }
    },
    Wrong("before the last meeting", .dateBeforeLastMeeting) { group in
      let before = group.day.advanced(by: -1)
      return group.meeting([], cash: 0) { $0[MeetingField.day] = .day(before) }
    },
    Wrong("a free voucher with one side only", .counterEntryMissing) { group in
      let side = Patch([EntryField.debitAccount: .integer(5004)])
      return group.meeting([TestGroup.entry(.journal, 100, more: side)], cash: 0)
    },
    Wrong("a free voucher on no account of the chart", .accountUnknown) { group in
      let sides = Patch([EntryField.debitAccount: .integer(5004), EntryField.creditAccount: .integer(7)])
      return group.meeting([TestGroup.entry(.journal, 100, more: sides)], cash: 0)
    },
    Wrong("a member who is not there yet", .recordNotThere, .waiting) { group in
      let unknown = RecordID(device: DeviceNumber(77), counter: 1)
      return group.meeting([TestGroup.entry(.penalty, 100, member: unknown)], cash: 100)
    },
    Wrong("a loan that is not there yet", .recordNotThere, .waiting) { group in
      let unknown = RecordID(device: DeviceNumber(77), counter: 1)
      let entry = TestGroup.entry(.loanPrincipal, 100, member: group.members[0], loan: unknown)
      return group.meeting([entry], cash: 100)
    },
    Wrong("the same member twice in the attendance", .duplicateLine) { group in
      let twice = TestDevice.Line(
        entity: .attendance, record: nil, patch: Patch([AttendanceField.member: .id(group.members[0])]))
      return group.meeting([twice], cash: 0)
    },
    Wrong("no meeting first", .meetingIncomplete) { _ in [TestGroup.entry(.rent, 5)] },
    Wrong("more saved out than in", .savingAboveBalance) { group in
      let entry = TestGroup.entry(.savingWithdrawn, 999_999, member: group.members[0])
      return group.meeting([entry], cash: -999_999)
    },
  ]

  @Test(arguments: wrong)
  func `is stored and set aside, not posted, and the journal has one row more`(_ wrong: Wrong) throws {
    let block = try TestBlock()
    let device = try block.register(.bookkeeperSHG)
    var group = try TestGroup.create(block, device)
    let first = try block.submit(try device.set(.meeting, group.cbo, group.savings(10_000)))
    #expect(try first.verdicts() == .allAccepted)
    let before = block.writer.head
    let outcome = try block.submit(try device.set(.meeting, group.cbo, wrong.lines(&group)))
    let whole = try #require(try outcome.verdicts().whole)
    #expect(whole.word == wrong.word)
    #expect(whole.reason == wrong.reason)
    #expect(block.writer.head == before.next)
    let inspector = try ShardInspector(path: block.path, block: TestBlock.code)
    #expect(try inspector.summary().setAside == 1)
    #expect(try inspector.trialBalance(of: group.cbo).map(\.debitPaise).reduce(0, +) == 30_000)
    #expect(try block.verify() == [])
  }

  @Test func `a repayment above the outstanding is set aside and names the loan`() throws {
    let block = try TestBlock()
    let device = try block.register(.bookkeeperSHG)
    var group = try TestGroup.create(block, device)
    _ = try block.submit(try device.set(.meeting, group.cbo, group.savings(100_000)))
    let (outcome, loan) = try lend(200_000, block, device, &group)
    #expect(try outcome.verdicts() == .allAccepted)
    let entry = TestGroup.entry(.loanPrincipal, 200_001, member: group.members[0], loan: loan)
    let repaid = try block.submit(try device.set(.meeting, group.cbo, group.meeting([entry], cash: 200_001)))
    let whole = try #require(try repaid.verdicts().whole)
    #expect(whole.reason == .repaymentAboveOutstanding)
    #expect(whole.record == loan)
    #expect(whole.arguments == [200_000, 200_001])
  }

  private func lend(_ paise: Int64, _ block: TestBlock, _ device: TestDevice, _ group: inout TestGroup) throws
    -> (CommandOutcome, RecordID)
  {
    // meeting, three attendances, the loan, its disbursement
    let loan = device.nextID(4)
    let terms = Patch([LoanField.member: .id(group.members[0]), LoanField.principalPaise: .integer(paise)])
    let lines = [
      TestDevice.Line(entity: .loan, record: nil, patch: terms),
      TestGroup.entry(.loanGiven, paise, member: group.members[0], loan: loan),
    ]
    let set = try device.set(.meeting, group.cbo, group.meeting(lines, cash: -paise))
    return (try block.submit(set), loan)
  }

  @Test func `sums that would overflow are set aside, not wrapped`() throws {
    let block = try TestBlock()
    let device = try block.register(.bookkeeperSHG)
    var group = try TestGroup.create(block, device)
    let connection = try Sabotage(block.path)
    _ = try block.submit(try device.set(.meeting, group.cbo, group.savings(10_000)))
    try connection.run("UPDATE balance SET paise = 9223372036854775000 WHERE account = 1001")
    let lines = group.meeting([TestGroup.entry(.otherReceipt, 5_000)], cash: 5_000)
    let outcome = try block.submit(try device.set(.meeting, group.cbo, lines))
    #expect(try outcome.verdicts().whole?.reason == .sumOverflows)
  }

  @Test func `a meeting after a flagged one waits and names the cause, and goes on after the decision`()
    throws
  {
    let block = try TestBlock()
    let device = try block.register(.bookkeeperSHG)
    var group = try TestGroup.create(block, device)
    let checker = try block.register(.approver, [.cbo(group.cbo)])
    let wrong = group.meeting([TestGroup.entry(.otherReceipt, 500)], cash: 500) {
      $0[MeetingField.closingCashPaise] = .integer(499)
    }
    let flagged = try block.submit(try device.set(.meeting, group.cbo, wrong)).committed()
    for _ in 2...4 {
      let outcome = try block.submit(try device.set(.meeting, group.cbo, group.savings(100)))
      let whole = try #require(try outcome.verdicts().whole)
      #expect(whole.word == .waiting)
      #expect(whole.arguments == [Int64(flagged.seq.rawValue)])
    }
    let release = Patch([
      DecisionField.targetSeq: .integer(Int64(flagged.seq.rawValue)),
      DecisionField.word: .integer(DecisionWord.release.rawValue),
    ])
    let line = TestDevice.Line(entity: .decision, record: nil, patch: release)
    let before = block.writer.head
    let decided = try block.submit(try checker.set(.decision, group.cbo, [line]))
    #expect(try decided.verdicts() == .allAccepted)
    // The decision, and a resolution for each of the four meetings.
    #expect(block.writer.head == Seq(before.rawValue + 5))
    let inspector = try ShardInspector(path: block.path, block: TestBlock.code)
    #expect(try inspector.setAside().isEmpty)
    #expect(try inspector.summary().meetings == 4)
    #expect(try block.verify() == [])
  }
}
