import LokBooks
import LokShard
import LokWire
import Testing

/// A checker's hands: meetings approved, taken back and replaced; who may not decide, and who comes too late.
struct DecisionTests {
  /// A group with meetings in its books, its maker and two checkers.
  private struct Desk {
    let block: TestBlock
    let maker: TestDevice
    let checker: TestDevice
    let second: TestDevice
    var group: TestGroup
    private(set) var meetings: [Seq] = []

    init(meetings count: Int) throws {
      block = try TestBlock()
      maker = try block.register(.bookkeeperSHG)
      group = try TestGroup.create(block, maker)
      checker = try block.register(.approver, [.cbo(group.cbo)])
      second = try block.register(.approver, [.cbo(group.cbo)])
      for _ in 0..<count { meetings.append(try meet(group.savings(1_000)).seq) }
    }

    @discardableResult
    mutating func meet(_ lines: [TestDevice.Line]) throws -> Committed {
      try block.submit(try maker.set(.meeting, group.cbo, lines)).committed()
    }

    func decide(
      _ word: DecisionWord, _ target: Seq, by device: TestDevice? = nil, more: Patch = Patch()
    ) throws -> Verdict? {
      var patch = more
      patch[DecisionField.targetSeq] = .integer(Int64(target.rawValue))
      patch[DecisionField.word] = .integer(word.rawValue)
      let line = TestDevice.Line(entity: .decision, record: nil, patch: patch)
      let set = try (device ?? checker).set(.decision, group.cbo, [line])
      return try block.submit(set).verdicts().changes.first
    }

    /// By number: how the group's meetings stand, in the order in which they came.
    func standings() throws -> [String] {
      try ShardInspector(path: block.path, block: TestBlock.code).records(.meeting).map { row in
        func value(_ column: String) -> String { row.first { $0.column == column }?.value ?? "" }
        return "\(value("number")):\(value("standing"))"
      }
    }

    func saved() throws -> Int64 {
      try ShardInspector(path: block.path, block: TestBlock.code).trialBalance(of: group.cbo)
        .first { $0.account == Account.savingsCompulsory.rawValue }?.creditPaise ?? 0
    }
  }

  @Test func `an approved meeting is frozen: it cannot be taken back`() throws {
    let desk = try Desk(meetings: 1)
    #expect(try desk.decide(.approve, desk.meetings[0]) == nil)
    #expect(try desk.standings() == ["1:2"])
    let rejected = try #require(try desk.decide(.reject, desk.meetings[0], by: desk.second))
    #expect(rejected.word == .refused && rejected.reason == .alreadyDecided)
    #expect(try desk.saved() == 3_000)
    #expect(try desk.block.verify() == [])
  }

  @Test func `decisions of one set that could contradict each other are not taken together`() throws {
    let desk = try Desk(meetings: 3)
    func patch(_ word: DecisionWord, _ target: Seq) -> Patch {
      Patch([
        DecisionField.targetSeq: .integer(Int64(target.rawValue)),
        DecisionField.word: .integer(word.rawValue),
        DecisionField.withLater: .integer(1),
      ])
    }
    let lines = [patch(.approve, desk.meetings[0]), patch(.reject, desk.meetings[1])].map {
      TestDevice.Line(entity: .decision, record: nil, patch: $0)
    }
    let outcome = try desk.block.submit(try desk.checker.set(.decision, desk.group.cbo, lines))
    let refused = try #require(try outcome.verdicts().changes.first)
    #expect(refused.index == 1 && refused.word == .refused && refused.reason == .alreadyDecided)
    #expect(refused.arguments == [Int64(try outcome.committed().seq.rawValue)])
    #expect(try desk.standings() == ["1:2", "2:1", "3:1"])
    #expect(try desk.block.verify() == [])
  }

  @Test func `of two checkers the first in log order decides, and the second is told`() throws {
    let desk = try Desk(meetings: 1)
    #expect(try desk.decide(.reject, desk.meetings[0]) == nil)
    let head = desk.block.writer.head
    let late = try #require(try desk.decide(.approve, desk.meetings[0], by: desk.second))
    #expect(late.word == .refused && late.reason == .alreadyDecided)
    // The resolution follows the decision that caused it.
    #expect(late.arguments == [Int64(head.rawValue)])
    #expect(desk.block.writer.head == head.next, "nothing but the late decision itself is written")
    #expect(try desk.standings() == ["1:3"])
    #expect(try desk.block.verify() == [])
  }

  @Test func `a rejected meeting counts nowhere, and its number is free for the one that replaces it`() throws
  {
    var desk = try Desk(meetings: 2)
    #expect(try desk.decide(.reject, desk.meetings[1]) == nil)
    #expect(try desk.saved() == 3_000)
    desk.group.number -= 1
    desk.group.cash -= 3_000
    let replaced = Int64(desk.meetings[1].rawValue)
    let lines = desk.group.meeting([TestGroup.entry(.otherReceipt, 70)], cash: 70) {
      $0[MeetingField.replacesSeq] = .integer(replaced)
    }
    #expect(try Verdicts(decoding: try desk.meet(lines).verdicts) == .allAccepted)
    #expect(try desk.standings() == ["1:1", "2:3", "2:1"])
    #expect(try desk.saved() == 3_000)
    #expect(try desk.block.verify() == [])
  }

  @Test func `a meeting on which later ones stand is taken back with them or not at all`() throws {
    let desk = try Desk(meetings: 3)
    let alone = try #require(try desk.decide(.reject, desk.meetings[0]))
    #expect(alone.word == .refused && alone.reason == .laterMeetingsStand && alone.arguments == [3])
    #expect(try desk.saved() == 9_000)
    let with = Patch([DecisionField.withLater: .integer(1)])
    #expect(try desk.decide(.reject, desk.meetings[0], more: with) == nil)
    #expect(try desk.standings() == ["1:3", "2:3", "3:3"])
    #expect(try desk.saved() == 0)
    #expect(try desk.block.verify() == [])
  }

  @Test func `meetings are approved in their order, one by one or in one set`() throws {
    let desk = try Desk(meetings: 3)
    let early = try #require(try desk.decide(.approve, desk.meetings[1]))
    #expect(early.word == .refused && early.reason == .earlierMeetingUnapproved)
    #expect(early.arguments == [1, Int64(desk.meetings[0].rawValue)])
    let lines = desk.meetings.prefix(2).map { target in
      TestDevice.Line(
        entity: .decision, record: nil,
        patch: Patch([
          DecisionField.targetSeq: .integer(Int64(target.rawValue)),
          DecisionField.word: .integer(DecisionWord.approve.rawValue),
        ]))
    }
    let both = try desk.checker.set(.decision, desk.group.cbo, lines)
    #expect(try desk.block.submit(both).verdicts() == .allAccepted)
    #expect(try desk.decide(.approve, desk.meetings[2]) == nil)
    #expect(try desk.standings() == ["1:2", "2:2", "3:2"])
    #expect(try desk.block.verify() == [])
  }

  @Test func `a meeting that is released is approved with it, after the ones before it`() throws {
    var desk = try Desk(meetings: 1)
    let wrong = desk.group.meeting([TestGroup.entry(.otherReceipt, 500)], cash: 500) {
      $0[MeetingField.closingCashPaise] = .integer(1)
    }
    let setAside = try desk.meet(wrong).seq
    #expect(try desk.decide(.approve, setAside)?.reason == .nothingToDecide)
    let early = try #require(try desk.decide(.release, setAside))
    #expect(early.word == .refused && early.reason == .earlierMeetingUnapproved)
    #expect(try desk.decide(.approve, desk.meetings[0]) == nil)
    #expect(try desk.decide(.release, setAside) == nil)
    #expect(try desk.standings() == ["1:2", "2:2"])
    #expect(try desk.block.verify() == [])
  }

  @Test func `a maker replaces what is set aside herself, and what waited for it goes on`() throws {
    var desk = try Desk(meetings: 1)
    let wrong = desk.group.meeting([TestGroup.entry(.otherReceipt, 500)], cash: 500) {
      $0[MeetingField.closingCashPaise] = .integer(1)
    }
    let flagged = try desk.meet(wrong).seq
    // Her next meeting knows only the cash of the corrected one.
    let next = desk.group.meeting([TestGroup.entry(.rent, 100)], cash: -100)
    let waiting = try Verdicts(decoding: try desk.meet(next).verdicts)
    #expect(waiting.whole?.reason == .earlierMeetingUnresolved)
    desk.group.number = 1
    desk.group.cash = 3_000
    desk.group.day = desk.group.day.advanced(by: -2)
    let again = desk.group.meeting([TestGroup.entry(.otherReceipt, 500)], cash: 500) {
      $0[MeetingField.replacesSeq] = .integer(Int64(flagged.rawValue))
    }
    #expect(try Verdicts(decoding: try desk.meet(again).verdicts) == .allAccepted)
    let inspector = try ShardInspector(path: desk.block.path, block: TestBlock.code)
    #expect(try inspector.setAside().isEmpty)
    #expect(try desk.standings().sorted() == ["1:1", "2:1", "3:1"])
    #expect(try desk.block.verify() == [])
  }

  @Test func `what counts, or another maker's, cannot be replaced`() throws {
    var desk = try Desk(meetings: 1)
    let counts = Int64(desk.meetings[0].rawValue)
    let lines = desk.group.meeting([], cash: 0) { $0[MeetingField.replacesSeq] = .integer(counts) }
    let flagged = try desk.meet(lines)
    #expect(try Verdicts(decoding: flagged.verdicts).whole?.reason == .replacedNotOpen)
    let other = try desk.block.register(.bookkeeperSHG, [.cbo(desk.group.cbo)])
    desk.group.number -= 1
    let foreign = desk.group.meeting([], cash: 0) {
      $0[MeetingField.replacesSeq] = .integer(Int64(flagged.seq.rawValue))
    }
    let outcome = try desk.block.submit(try other.set(.meeting, desk.group.cbo, foreign))
    #expect(try outcome.verdicts().whole?.reason == .replacedNotOpen)
  }

  @Test func `what no checker can overrule is not released, and she is told why`() throws {
    var desk = try Desk(meetings: 1)
    let skipped = desk.group.meeting([], cash: 0) { $0[MeetingField.number] = .integer(9) }
    let flagged = try desk.meet(skipped).seq
    let verdict = try #require(try desk.decide(.release, flagged))
    #expect(
      verdict.word == .refused && verdict.reason == .meetingNumberSkipped && verdict.arguments == [9, 2])
    let inspector = try ShardInspector(path: desk.block.path, block: TestBlock.code)
    #expect(try inspector.setAside().map(\.seq) == [Int64(flagged.rawValue)])
    #expect(try desk.decide(.reject, flagged) == nil)
    #expect(try desk.block.verify() == [])
  }

  @Test func `a box or a bank account with less than nothing in it is not released`() throws {
    for (kind, paise, reason) in [
      (EntryKind.rent, Int64(-500), Reason.cashNegative), (.cashWithdrawn, 500, .bankBalanceNegative),
    ] {
      var desk = try Desk(meetings: 0)
      let lines = desk.group.meeting([TestGroup.entry(kind, 500)], cash: paise)
      let flagged = try desk.meet(lines).seq
      let verdict = try #require(try desk.decide(.release, flagged))
      #expect(verdict.word == .refused && verdict.reason == reason && verdict.arguments == [-500])
      #expect(try desk.block.verify() == [])
    }
  }

  @Test func `a rejected meeting is written anew by whoever keeps the books now`() throws {
    var desk = try Desk(meetings: 1)
    #expect(try desk.decide(.reject, desk.meetings[0]) == nil)
    let other = try desk.block.register(.bookkeeperSHG, [.cbo(desk.group.cbo)])
    (desk.group.number, desk.group.cash) = (0, 0)
    let replaced = Int64(desk.meetings[0].rawValue)
    let lines = desk.group.meeting([], cash: 0) { $0[MeetingField.replacesSeq] = .integer(replaced) }
    let outcome = try desk.block.submit(try other.set(.meeting, desk.group.cbo, lines))
    #expect(try outcome.verdicts() == .allAccepted)
  }

  @Test func `nobody decides about what the same person wrote on a shared phone`() throws {
    // An author is a person: the same one with the checker's phone stays the same.
    let desk = try Desk(meetings: 0)
    var group = desk.group
    let bytes = try desk.maker.set(.meeting, group.cbo, group.savings(100), author: 7)
    let seq = try desk.block.submit(bytes).committed().seq
    let patch = Patch([
      DecisionField.targetSeq: .integer(Int64(seq.rawValue)),
      DecisionField.word: .integer(DecisionWord.approve.rawValue),
    ])
    let line = TestDevice.Line(entity: .decision, record: nil, patch: patch)
    let own = try desk.checker.set(.decision, group.cbo, [line], author: 7)
    #expect(try desk.block.submit(own).verdicts().changes.first?.reason == .ownWork)
    let other = try desk.checker.set(.decision, group.cbo, [line], author: 8)
    #expect(try desk.block.submit(other).verdicts() == .allAccepted)
  }

  @Test func `a maker's role decides nothing`() throws {
    let desk = try Desk(meetings: 1)
    let patch = Patch([DecisionField.targetSeq: .integer(Int64(desk.meetings[0].rawValue))])
    let line = TestDevice.Line(entity: .decision, record: nil, patch: patch)
    let outcome = try desk.block.submit(try desk.maker.set(.decision, desk.group.cbo, [line]))
    #expect(try outcome.verdicts().whole?.reason == .roleMayNotWrite)
  }

  /// Replay, and a phone that applies what comes down, end with the same books.
  @Test(arguments: [1, 7, 1_000])
  func `decisions replay to the same leaves`(group: Int) throws {
    var desk = try Desk(meetings: 3)
    _ = try desk.decide(.approve, desk.meetings[0])
    _ = try desk.decide(.reject, desk.meetings[2])
    desk.group.number -= 1
    desk.group.cash -= 3_000
    _ = try desk.meet(desk.group.savings(2_000))
    #expect(try desk.block.replayed(group: group).treeRoot() == desk.block.writer.treeRoot())
    #expect(try desk.block.verify() == [])
  }
}
