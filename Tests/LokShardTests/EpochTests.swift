import LokBooks
import LokSQLite
import LokShard
import LokWire
import Testing

/// A set of an older epoch has seen nothing of what came after the fork, whatever seq it names.
@Suite struct EpochTests {
  private static let old = Epoch([1, 2, 3, 4, 5, 6, 7, 8])
  private static let new = Epoch([8, 7, 6, 5, 4, 3, 2, 1])

  @Test func `a base beyond the fork counts up to it, on server and phone alike`() throws {
    let block = try TestBlock()
    let maker = try block.register(.bookkeeperSHG)
    let group = try TestGroup.create(block, maker)
    let other = try block.register(.bookkeeperSHG, [.cbo(group.cbo)])
    let fork = block.writer.head
    try block.submit(.restore(.init(epoch: try #require(Self.new), devicesSkipped: 1_000)))
    #expect(block.writer.epoch == Self.new && block.writer.head == fork.next)
    // The lost history had as many sets as there are by now.
    other.base = Seq(fork.rawValue + 9)
    for (device, value) in [(maker, Int64(1)), (other, 2)] {
      let line = TestDevice.Line(
        entity: .member, record: group.members[0], patch: Patch([MemberField.household: .integer(value)]))
      guard case .set(var set) = try device.set(.records, group.cbo, [line]) else { return }
      set.baseEpoch = device === other ? Self.old : nil
      let verdicts = try block.submit(.set(set)).verdicts()
      #expect(verdicts.seenThrough == (device === other ? fork : nil))
      #expect(verdicts.word(at: 0) == (device === other ? .merged : .accepted))
    }
    let conflicts = try Connection(path: block.path, mode: .readOnly)
      .statement("SELECT count(*) FROM conflict").first { $0.integer(0) }
    #expect(conflicts == 1)
    // What a phone makes of the same sets.
    #expect(try block.verify() == [])
    #expect(try block.replayed(group: 3).treeRoot() == block.writer.treeRoot())
    let late = try block.register(.bookkeeperSHG)
    #expect(late.number.rawValue > 1_000, "numbers that may have been given are not given again")
  }

  @Test func `an epoch that was never here is nothing that anybody has seen`() throws {
    let block = try TestBlock()
    let maker = try block.register(.bookkeeperSHG)
    let group = try TestGroup.create(block, maker)
    let line = TestDevice.Line(
      entity: .member, record: group.members[0], patch: Patch([MemberField.household: .integer(1)]))
    guard case .set(var set) = try maker.set(.records, group.cbo, [line]) else { return }
    set.baseEpoch = Self.new
    #expect(try block.submit(.set(set)).verdicts().seenThrough == .zero)
    #expect(try block.verify() == [])
  }
}
