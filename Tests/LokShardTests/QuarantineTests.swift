import LokBooks
import LokShard
import LokWire
import Testing

/// An operator's word about sets in quarantine.
struct QuarantineTests {
  /// A revoked maker's meeting lies in quarantine.
  private struct Desk {
    let block: TestBlock
    let maker: TestDevice
    let group: TestGroup
    let kept: Seq

    init() throws {
      block = try TestBlock()
      maker = try block.register(.bookkeeperSHG)
      var group = try TestGroup.create(block, maker)
      _ = try block.submit(.revoke(maker.number))
      let outcome = try block.submit(try maker.set(.meeting, group.cbo, group.savings(1_000)))
      kept = try outcome.committed().seq
      self.group = group
    }

    func decide(release: Bool, _ seq: Seq? = nil) throws -> CommandOutcome.Result {
      try block.submit(
        .quarantineDecision(.init(seq: seq ?? kept, isRelease: release, reason: "looked at"))
      ).result
    }

    func saved() throws -> Int64 {
      try ShardInspector(path: block.path, block: TestBlock.code).trialBalance()
        .first { $0.account == Account.savingsCompulsory.rawValue }?.creditPaise ?? 0
    }
  }

  private func reason(_ result: CommandOutcome.Result) -> Reason? {
    if case .refused(let reason) = result { reason } else { nil }
  }

  @Test func `what is released is judged and posted under its own numbers, once`() throws {
    let desk = try Desk()
    #expect(try desk.saved() == 0)
    guard case .done(let seq) = try desk.decide(release: true) else {
      Issue.record("not released")
      return
    }
    #expect(try desk.saved() == 3_000)
    #expect(reason(try desk.decide(release: true)) == .alreadyDecided)
    let inspector = try ShardInspector(path: desk.block.path, block: TestBlock.code)
    #expect(try inspector.quarantine().isEmpty)
    // The same bytes again are answered from where they stand now.
    let first = try #require(desk.maker.sent.keys.max())
    let again = try #require(
      try desk.block.writer.stored(device: desk.maker.number, firstDeviceSeq: first))
    #expect(again.committed.seq == seq && again.committed.kind == .set)
    #expect(try desk.block.verify() == [])
    #expect(try desk.block.replayed(group: 2).treeRoot() == desk.block.writer.treeRoot())
  }

  @Test func `what is rejected stays out for good, and its bytes stay`() throws {
    let desk = try Desk()
    guard case .done = try desk.decide(release: false) else {
      Issue.record("not rejected")
      return
    }
    #expect(reason(try desk.decide(release: true)) == .alreadyDecided)
    #expect(try desk.saved() == 0)
    #expect(try desk.block.reader().quarantinedSet(desk.kept)?.count == 7)
    #expect(try desk.block.verify() == [])
  }

  @Test func `records that exist are not written a second time`() throws {
    let block = try TestBlock()
    let maker = try block.register(.bookkeeperSHG)
    var group = try TestGroup.create(block, maker)
    let command = try maker.set(.meeting, group.cbo, group.savings(1_000))
    _ = try block.submit(command)
    // The numbers of the meeting with other bytes: the same records, another story.
    guard case .set(var other) = command else { return }
    var set = try ChangeSet(decoding: other.bytes)
    set.changes[0].patch[MeetingField.type] = .integer(3)
    other.bytes = try set.encoded()
    let kept = try block.submit(.set(other)).committed().seq
    let refused = try block.submit(.quarantineDecision(.init(seq: kept, isRelease: true, reason: ""))).result
    #expect(reason(refused) == .recordTaken)
    #expect(try block.verify() == [])
  }

  @Test func `what is not there, or cannot be read, is not released`() throws {
    let desk = try Desk()
    #expect(reason(try desk.decide(release: true, Seq(999))) == .nothingToDecide)
    let kept = try desk.block.submit(desk.maker.command([0xFF, 0xFF], count: 2)).committed().seq
    #expect(reason(try desk.decide(release: true, kept)) == .undecodable)
    guard case .done = try desk.decide(release: false, kept) else {
      Issue.record("not rejected")
      return
    }
    #expect(try desk.block.verify() == [])
  }
}
