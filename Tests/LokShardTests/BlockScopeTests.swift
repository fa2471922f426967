import LokBooks
import LokShard
import LokWire
import Testing

/// A phone of the whole block sees every group, also one that came since it was last looked up.
@Suite struct BlockScopeTests {
  @Test func `a reader that reads on says what one says that begins anew`() throws {
    let block = try TestBlock()
    let maker = try block.register(.bookkeeperSHG)
    let viewer = try block.register(.viewer, [.block])
    let narrow = try block.register(.viewer, [.cbo(RecordID(device: maker.number, counter: 1))])
    let reader = try block.reader()
    for count in 0..<6 {
      let fresh = try block.reader()
      for device in [viewer.number, narrow.number, maker.number] {
        #expect(try reader.scope(of: device) == fresh.scope(of: device))
        #expect(try reader.scopeVersion(of: device) == fresh.scopeVersion(of: device))
      }
      #expect(try reader.scope(of: viewer.number).count == count + 1)
      // Between the look-ups: a group, and commands that pass nothing on.
      _ = try TestGroup.create(block, maker)
      _ = try block.register(.viewer)
    }
    #expect(try reader.scope(of: narrow.number).count == 2)
  }

  @Test func `who loses the block sees it no more`() throws {
    let block = try TestBlock()
    let maker = try block.register(.bookkeeperSHG)
    let group = try TestGroup.create(block, maker)
    let viewer = try block.register(.viewer, [.block])
    let reader = try block.reader()
    #expect(try reader.scope(of: viewer.number) == [.blockBook, group.cbo])
    try block.submit(.scope(.init(device: viewer.number, add: [], drop: [.block])))
    #expect(try reader.scope(of: viewer.number) == [.blockBook])
    try block.submit(.scope(.init(device: viewer.number, add: [.block, .cbo(group.members[0])], drop: [])))
    #expect(try reader.scope(of: viewer.number) == [.blockBook, group.cbo, group.members[0]])
  }
}
