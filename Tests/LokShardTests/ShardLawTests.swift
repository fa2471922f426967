import LokBooks
import LokShard
import LokWire
import Testing

/// What holds for every shard: once and only once, alone in its faults, the same at every replay.
struct ShardLawTests {
  @Test func `a repeated set is answered as at first and changes nothing`() throws {
    let block = try TestBlock()
    let device = try block.register(.bookkeeperSHG)
    let group = try TestGroup.create(block, device)
    let line = TestDevice.Line(
      entity: .member, record: group.members[0], patch: Patch([MemberField.designation: .integer(2)]))
    let command = try device.set(.records, group.cbo, [line])
    let first = try block.submit(command).committed()
    let head = block.writer.head
    let again = try block.submit(command).committed()
    #expect(again.duplicate)
    #expect(again.seq == first.seq)
    #expect(again.verdicts == first.verdicts)
    #expect(block.writer.head == head)
  }

  @Test func `numbers used again with other bytes go to quarantine and consume nothing`() throws {
    let block = try TestBlock()
    let device = try block.register(.bookkeeperSHG)
    _ = try TestGroup.create(block, device)
    let next = device.nextSeq
    let other = Command.set(
      .init(
        device: device.number, firstDeviceSeq: DeviceSeq(1), count: 4, bytes: [1, 2, 3],
        outboxChain: OutboxChain.start))
    let whole = try #require(try block.submit(other).verdicts().whole)
    #expect(whole.word == .quarantined)
    #expect(whole.reason == .idReused)
    #expect(try block.writer.device(device.number)?.nextDeviceSeq == next)
    #expect(try ShardInspector(path: block.path, block: TestBlock.code).quarantine().map(\.bytes) == [3])
    #expect(try block.verify() == [])
  }

  @Test func `one refused set in the middle leaves the others committed`() throws {
    let block = try TestBlock()
    let device = try block.register(.bookkeeperSHG)
    let foreign = try TestGroup.create(block, try block.register(.bookkeeperSHG))
    let group = try TestGroup.create(block, device)
    func edit(_ cbo: RecordID, _ member: RecordID) throws -> Command {
      let line = TestDevice.Line(
        entity: .member, record: member, patch: Patch([MemberField.designation: .integer(3)]))
      return try device.set(.records, cbo, [line])
    }
    let rows = try [
      edit(group.cbo, group.members[0]), edit(foreign.cbo, foreign.members[0]),
      edit(group.cbo, group.members[1]),
    ].map(block.row)
    let outcomes = try block.writer.apply(rows)
    #expect(try outcomes.map { try $0.verdicts().whole?.word } == [nil, .refused, nil])
    #expect(try outcomes[1].verdicts().whole?.reason == .cboNeverInScope)
    #expect(try block.writer.device(device.number)?.nextDeviceSeq == device.nextSeq)
    #expect(try block.verify() == [])
  }

  @Test func `a set that cannot be decoded is refused and its numbers are consumed`() throws {
    let block = try TestBlock()
    let device = try block.register(.bookkeeperSHG)
    let whole = try #require(try block.submit(device.command([0xFF, 0xFF], count: 3)).verdicts().whole)
    #expect(whole == Verdict(.refused, .undecodable))
    #expect(try block.writer.device(device.number)?.nextDeviceSeq == DeviceSeq(4))
    _ = try TestGroup.create(block, device)
    #expect(try block.verify() == [])
  }

  @Test func `a set that makes the judge throw is quarantined and the block goes on`() throws {
    struct OurFault: Error {}
    let block = try TestBlock()
    let device = try block.register(.bookkeeperSHG)
    var group = try TestGroup.create(block, device)
    let poison = device.nextSeq
    block.onJudge { if $0.firstDeviceSeq == poison { throw OurFault() } }
    let rows = try (0..<3).map { _ in
      block.row(
        try device.set(
          .records, group.cbo,
          [
            .init(
              entity: .member, record: group.members[0], patch: Patch([MemberField.designation: .integer(2)]))
          ]))
    }
    let words = try block.writer.apply(rows).map { try $0.verdicts().whole }
    #expect(words == [Verdict(.quarantined, .internal), nil, nil])
    let meeting = try block.submit(try device.set(.meeting, group.cbo, group.savings(100)))
    #expect(try meeting.verdicts() == .allAccepted)
    #expect(try block.verify() == [])
  }

  @Test func `what a transaction read and wrote is forgotten when it is taken back`() throws {
    let block = try TestBlock()
    let device = try block.register(.bookkeeperSHG)
    var group = try TestGroup.create(block, device)
    let meetings = try (0..<3).map { _ in
      block.row(try device.set(.meeting, group.cbo, group.savings(1_000)))
    }
    // The last one without the one before it: the first is taken back with it.
    #expect(throws: ShardError.self) { try block.writer.apply([meetings[0], meetings[2]]) }
    let words = try block.writer.apply(meetings).map { try $0.verdicts() }
    #expect(words == [.allAccepted, .allAccepted, .allAccepted])
    #expect(try block.verify() == [])
  }

  @Test func `a set that is taken back within its transaction leaves no balance behind`() throws {
    struct OurFault: Error {}
    let block = try TestBlock()
    let device = try block.register(.bookkeeperSHG)
    var group = try TestGroup.create(block, device)
    let first = block.row(try device.set(.meeting, group.cbo, group.savings(1_000)))
    let poison = device.nextSeq
    let after = group
    let second = block.row(try device.set(.meeting, group.cbo, group.savings(1_000)))
    // Judged on what the first one alone has made.
    group = after
    let third = block.row(try device.set(.meeting, group.cbo, group.savings(500)))
    block.onJudge { if $0.firstDeviceSeq == poison { throw OurFault() } }
    let words = try block.writer.apply([first, second, third]).map { try $0.verdicts().whole?.word }
    #expect(words == [nil, .quarantined, nil])
    #expect(try block.verify() == [])
  }

  @Test func `what a member owes is known in the transaction that lends it to her`() throws {
    let block = try TestBlock()
    let device = try block.register(.bookkeeperSHG)
    var group = try TestGroup.create(block, device)
    let member = group.members[0]
    let given = group.meeting([TestGroup.entry(.otherReceipt, 900)], cash: 900)
    _ = try block.submit(try device.set(.meeting, group.cbo, given))
    let loan = TestDevice.Line(
      entity: .loan, record: nil,
      patch: Patch([LoanField.member: .id(member), LoanField.principalPaise: .integer(700)]))
    _ = try block.submit(try device.set(.records, group.cbo, [loan]))
    let id = RecordID(device: device.number, counter: device.nextCounter - 1)
    let lent = group.meeting([TestGroup.entry(.loanGiven, 700, member: member, loan: id)], cash: -700)
    let exit = TestDevice.Line(
      entity: .member, record: member, patch: Patch([MemberField.leftDay: .day(group.day)]))
    let commands = [try device.set(.meeting, group.cbo, lent), try device.set(.records, group.cbo, [exit])]
    let outcomes = try block.writer.apply(commands.map(block.row)).map { try $0.verdicts() }
    #expect(outcomes[0] == .allAccepted)
    #expect(outcomes[1].changes.first?.reason == .memberNotSettled)
    #expect(outcomes[1].changes.first?.arguments == [0, 700])
  }

  @Test(arguments: [1, 2, 7, 1_000])
  func `a replay in groups of any size gives the same leaves and digests`(_ group: Int) throws {
    let block = try TestBlock()
    let device = try block.register(.bookkeeperSHG)
    var book = try TestGroup.create(block, device)
    for _ in 1...5 { _ = try block.submit(try device.set(.meeting, book.cbo, book.savings(1_000))) }
    _ = try block.submit(.revoke(device.number))
    _ = try block.submit(try device.set(.meeting, book.cbo, book.savings(1_000)))
    let copy = try block.replayed(group: group)
    #expect(copy.head == block.writer.head)
    #expect(try copy.treeRoot() == block.writer.treeRoot())
  }

  @Test func `yesterday's copy of a shard beside today's log refuses`() throws {
    let block = try TestBlock()
    let device = try block.register(.bookkeeperSHG)
    let yesterday = try block.replayed(group: 100)
    _ = try TestGroup.create(block, device)
    let next = block.row(.revoke(device.number))
    #expect(
      throws: ShardError.behindLog(block: TestBlock.code, applied: yesterday.applied, log: next.previous)
    ) {
      try yesterday.apply([next])
    }
  }

  @Test func `a shard of another log is refused`() throws {
    let block = try TestBlock()
    let other = try #require(IntakeID([UInt8](repeating: 9, count: 16)))
    #expect(throws: ShardError.foreignIntake(block: TestBlock.code)) {
      try ShardWriter(path: block.path, block: TestBlock.code, intake: other)
    }
  }

  @Test func `after a revocation sets go to quarantine, whatever date they claim`() throws {
    let block = try TestBlock()
    let device = try block.register(.bookkeeperSHG)
    var group = try TestGroup.create(block, device)
    let before = try device.set(.meeting, group.cbo, group.savings(100))
    _ = try block.submit(.revoke(device.number))
    let whole = try #require(try block.submit(before).verdicts().whole)
    #expect(whole == Verdict(.quarantined, .senderRevoked))
    #expect(try block.verify() == [])
  }

  @Test func `a group that left the scope is quarantined, never refused`() throws {
    let block = try TestBlock()
    let maker = try block.register(.bookkeeperSHG)
    var group = try TestGroup.create(block, maker)
    let second = try block.register(.bookkeeperSHG, [.cbo(group.cbo)])
    _ = try block.submit(.scope(.init(device: second.number, add: [], drop: [.cbo(group.cbo)])))
    let whole = try block.submit(try second.set(.meeting, group.cbo, group.savings(100))).verdicts().whole
    #expect(whole == Verdict(.quarantined, .cboNoLongerInScope))
  }

  @Test func `a code works once, and the same key is answered again`() throws {
    let block = try TestBlock()
    let hash = Hash.sha256([1])
    _ = try block.submit(
      .enrolCode(
        .init(codeHash: hash, role: .viewer, grants: [.block], expires: Timestamp(milliseconds: .max))))
    func register(_ seed: UInt8, _ code: [UInt8] = hash) throws -> CommandOutcome.Result {
      let key = PublicKey(type: .ed25519, bytes: [UInt8](repeating: seed, count: 32))
      return try block.submit(.register(.init(codeHash: code, key: key, appBuild: "test"))).result
    }
    guard case .registered(let first, _, _, _) = try register(1) else {
      throw TestProblem.unexpected("first")
    }
    let head = block.writer.head
    guard case .registered(let again, _, _, _) = try register(1) else {
      throw TestProblem.unexpected("again")
    }
    #expect(first == again)
    guard case .refused(.codeUsed) = try register(2) else { throw TestProblem.unexpected("second key") }
    guard case .refused(.codeUnknown) = try register(3, Hash.sha256([9])) else {
      throw TestProblem.unexpected("unknown code")
    }
    #expect(block.writer.head == head)
    #expect(try block.verify() == [])
  }
}
