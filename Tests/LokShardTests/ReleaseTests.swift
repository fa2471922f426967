import LokBooks
import LokShard
import LokWire
import Testing

/// What comes into the books later than it was written: it finds them changed, and changes no more of them
/// than what waited.
struct ReleaseTests {
  private struct Desk {
    let block: TestBlock
    let maker: TestDevice
    let other: TestDevice
    let checker: TestDevice
    let group: TestGroup

    init() throws {
      block = try TestBlock()
      maker = try block.register(.bookkeeperSHG)
      group = try TestGroup.create(block, maker)
      other = try block.register(.bookkeeperSHG, [.cbo(group.cbo)])
      checker = try block.register(.approver, [.cbo(group.cbo)])
    }

    @discardableResult
    func change(_ device: TestDevice, _ entity: Entity, _ record: RecordID, _ patch: Patch) throws -> Verdict?
    {
      let line = TestDevice.Line(entity: entity, record: record, patch: patch)
      return try block.submit(try device.set(.records, group.cbo, [line])).verdicts().changes.first
    }

    func decide(_ word: DecisionWord, _ target: Seq, index: Int64? = nil) throws {
      var patch = Patch([
        DecisionField.targetSeq: .integer(Int64(target.rawValue)),
        DecisionField.word: .integer(word.rawValue),
      ])
      patch[DecisionField.targetIndex] = index.map { .integer($0) }
      let line = TestDevice.Line(entity: .decision, record: nil, patch: patch)
      #expect(try block.submit(try checker.set(.decision, group.cbo, [line])).verdicts() == .allAccepted)
    }

    func value(_ table: ShardInspector.Table, _ column: String, of id: RecordID) throws -> String? {
      try ShardInspector(path: block.path, block: TestBlock.code).records(table)
        .first { $0.contains { $0.column == "id" && $0.value == id.description } }?
        .first { $0.column == column }?.value
    }

    func setAside() throws -> [Int64] {
      try ShardInspector(path: block.path, block: TestBlock.code).setAside().map(\.seq)
    }
  }

  @Test(arguments: [false, true])
  func `a released review leaves alone what was written since beside it`(bySomebodyElse: Bool) throws {
    let desk = try Desk()
    let member = desk.group.members[0]
    try desk.change(desk.maker, .member, member, Patch([MemberField.designation: .integer(1)]))
    let both = Patch([MemberField.designation: .integer(2), MemberField.household: .integer(9)])
    // The clock of whoever writes the review runs ahead.
    desk.maker.clock = desk.maker.clock.advanced(byMilliseconds: 3_000)
    #expect(try desk.change(desk.maker, .member, member, both)?.word == .review)
    let review = desk.block.writer.head
    let writer = bySomebodyElse ? desk.other : desk.maker
    writer.base = review
    #expect(try desk.change(writer, .member, member, Patch([MemberField.household: .integer(10)])) == nil)
    try desk.decide(.release, review, index: 0)
    #expect(try desk.value(.member, "designation", of: member) == "2")
    #expect(try desk.value(.member, "household", of: member) == "10")
    #expect(try desk.block.verify() == [])
  }

  @Test func `what waited does not replace what the same phone wrote later`() throws {
    let desk = try Desk()
    let federation = try desk.block.register(.bookkeeperVO)
    let union = federation.nextID()
    let early = Patch([CBOField.parent: .id(union), CBOField.name: .text("Old")])
    #expect(try desk.change(desk.maker, .cbo, desk.group.cbo, early)?.word == .waiting)
    #expect(try desk.change(desk.maker, .cbo, desk.group.cbo, Patch([CBOField.name: .text("New")])) == nil)
    let line = TestGroup.cboLine(.villageOrganisation, "Union")
    _ = try desk.block.submit(try federation.set(.records, union, [line]))
    #expect(try desk.setAside() == [])
    #expect(try desk.value(.cbo, "name", of: desk.group.cbo) == "New")
    #expect(try desk.value(.cbo, "parent", of: desk.group.cbo) != nil)
    let conflict = try #require(
      try ShardInspector(path: desk.block.path, block: TestBlock.code).conflicts().first)
    #expect(conflict.winner == "New" && conflict.loser == "Old", "the early name is kept all the same")
    #expect(try desk.block.verify() == [])
  }

  @Test func `a reversal that waits for its entry goes on when the entry counts`() throws {
    let desk = try Desk()
    func meet(_ device: TestDevice, _ lines: [TestDevice.Line]) throws -> (seq: Seq, whole: Verdict?) {
      let committed = try desk.block.submit(try device.set(.meeting, desk.group.cbo, lines)).committed()
      return (committed.seq, try Verdicts(decoding: committed.verdicts).whole)
    }
    var (mine, theirs) = (desk.group, desk.group)
    let rival = try meet(desk.other, theirs.meeting([TestGroup.entry(.otherReceipt, 70)], cash: 70))
    let entry = desk.maker.nextID(4)
    let saving = TestGroup.entry(.savingCompulsory, 500, member: mine.members[0])
    let taken = try meet(desk.maker, mine.meeting([saving], cash: 500))
    #expect(taken.whole?.reason == .meetingNumberTaken)
    let reversal = TestGroup.entry(
      .savingCompulsory, 500, member: mine.members[0], more: Patch([EntryField.reverses: .id(entry)]))
    let waiting = try meet(desk.maker, mine.meeting([reversal], cash: -500))
    #expect(waiting.whole?.word == .waiting && waiting.whole?.record == entry)
    try desk.decide(.reject, rival.seq)
    try desk.decide(.release, taken.seq)
    #expect(try desk.setAside() == [])
    let inspector = try ShardInspector(path: desk.block.path, block: TestBlock.code)
    #expect(
      try inspector.trialBalance(of: desk.group.cbo).allSatisfy { $0.debitPaise == 0 && $0.creditPaise == 0 })
    #expect(try desk.block.verify() == [])
    #expect(try desk.block.replayed(group: 2).treeRoot() == desk.block.writer.treeRoot())
  }
}
