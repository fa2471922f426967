import Foundation
import LokBooks
import LokServer
import LokWire
import Testing

/// Which shards are open, which of them are awake, and how many descriptors that takes.
@Suite struct OpenShardsTests {
  @Test func `connections are as many as files leave room for`() {
    let tuning = ServerTuning()
    #expect(tuning.connectionsMaximum(ofFiles: 1_000_000, wanted: 60_000) == 60_000)
    #expect(tuning.connectionsMaximum(ofFiles: 20_000, wanted: 60_000) == 20_000 - tuning.filesOpen)
    #expect(tuning.connectionsMaximum(ofFiles: 1_024, wanted: 60_000) == 256)
    #expect(OpenFileLimit.raise() >= 1_024)
  }

  @Test func `where files leave room for it, a country's shards stay open`() {
    let few = ServerTuning()
    let all = few.fitted(toFiles: 524_288, connections: 60_000)
    #expect(all.mergeWorkers * all.writersOpen >= 7_241)
    #expect(all.connectionsMaximum(ofFiles: 524_288, wanted: 60_000) == 60_000)
    #expect(few.fitted(toFiles: 20_000, connections: 60_000).writersOpen == few.writersOpen)
    // Two descriptors of each that rests: of 20,000 some are left.
    #expect(few.fitted(toFiles: 20_000, connections: 1_000).writersOpen == all.writersOpen)
    #expect(few.fitted(toFiles: all.filesOpen + 59_999, connections: 60_000).writersOpen == few.writersOpen)
  }

  @Test func `of open files there are never too many, and no block's are another's`() {
    var files = OpenFiles<BlockCode>(limit: 4)
    var opened = 0
    let open = { (block: UInt32) in
      files.file(of: BlockCode(block)) {
        opened += 1
        return BlockCode(block)
      }
    }
    for block in [1, 2, 3, 4, 2, 1, 3, 4] as [UInt32] {
      let file = open(block)
      #expect(file == BlockCode(block))
    }
    #expect(opened == 4)
    for block in (0..<500 as Range<UInt32>).map({ $0 % 5 }) {
      let file = open(block)
      #expect(file == BlockCode(block))
    }
    #expect(files.count == 4)
    // Were the longest unused closed, each of the 500 would find its own closed.
    #expect(opened < 300, "\(opened)")
    for block in 0..<5 as Range<UInt32> { files.close(BlockCode(block)) }
    #expect(files.count == 0)
    files.closeAll()
  }

  @Test func `a shard that others have taken the place of rests, and wakes for its next set`() throws {
    var tuning = ServerTuning()
    (tuning.mergeWorkers, tuning.writersAwake) = (1, 1)
    let bench = try SteppedBench(tuning: tuning)
    let blocks = [900_001, 900_002].map { BlockCode($0) }
    var phones = try blocks.enumerated().map { place, block in
      try bench.registered(key: UInt8(1 + place), in: block)
    }
    for round in 1...4 {
      for (place, other) in [(0, 1), (1, 0)] {
        let set = try phones[place].writeGroup("Asha \(round)")
        let heard = try bench.call(
          .upload, phones[place].upload([set]).encoded(), on: bench.line(phones[place]))
        #expect(try heard.committed().map(\.kind) == [.set])
        #expect(descriptors(of: bench.data.shard(of: blocks[place])) == ["", "-shm", "-wal"])
        #expect(descriptors(of: bench.data.shard(of: blocks[other])) == ["", "-shm"])
      }
    }
  }

  /// By what stands behind the file's name.
  private func descriptors(of path: String) -> [String] {
    let folder = "/proc/self/fd"
    let open = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let paths = open.compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "/" + $0)
    }
    return paths.filter { $0.hasPrefix(path) }.map { String($0.dropFirst(path.count)) }.sorted()
  }

  @Test func `of blocks in use, the first one gives way that was not used again`() {
    var blocks = BlocksInUse(limit: 3)
    let use = { (block: UInt32) in blocks.use(BlockCode(block))?.rawValue }
    #expect([1, 2, 3].map(use) == [nil, nil, nil])
    #expect([1, 2, 1].map(use) == [nil, nil, nil])
    // The hand passes 1 and 2, which were used again, and finds 3.
    #expect(use(4) == 3)
    #expect([2, 4].map(use) == [nil, nil])
    // Used again are 2 and 4 now, and 1 no longer.
    #expect(use(5) == 1)
  }

  @Test func `blocks that take turns give way in the order in which they came`() {
    var blocks = BlocksInUse(limit: 4)
    for round in 0..<3 as Range<UInt32> {
      for block in 0..<10 as Range<UInt32> {
        let idle = blocks.use(BlockCode(block))
        #expect(blocks.use(BlockCode(block)) == nil)
        let turn = round * 10 + block
        #expect(idle?.rawValue == (turn < 4 ? nil : (turn - 4) % 10))
      }
    }
  }
}
