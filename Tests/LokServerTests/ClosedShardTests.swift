import Foundation
import LokBooks
import LokServer
import LokWire
import Testing

/// What becomes of the WAL of a shard that was closed to make room for others.
@Suite struct ClosedShardTests {
  /// A shard that has taken so many sets, was closed, and has had its round to the disk.
  private func walBytes(afterSets sets: Int) throws -> (closed: Int, inTheEnd: Int) {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    let written = try (1...sets).map { try phone.writeGroup("Asha \($0)") }
    let line = try bench.line(phone)
    for set in written {
      let heard = try bench.call(.upload, phone.upload([set]).encoded(), on: line)
      #expect(try heard.committed().map(\.kind) == [.set])
    }
    let wal = bench.data.shard(of: SteppedBench.block) + "-wal"
    bench.server.closeShards()
    let closed = try size(wal)
    bench.server.wait(milliseconds: 31_000)
    return (closed, try size(wal))
  }

  private func size(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(attributes[.size] as? Int)
  }

  @Test func `a short WAL stays: to open its shard would cost more than to read it`() throws {
    let bytes = try walBytes(afterSets: 2)
    #expect((1..<512 * 1024).contains(bytes.closed) && bytes.inTheEnd == bytes.closed, "\(bytes)")
  }

  @Test func `a long WAL is moved into its file, since who opens the shard reads all of it`() throws {
    let bytes = try walBytes(afterSets: 40)
    #expect((512 * 1024..<4 * 1024 * 1024).contains(bytes.closed) && bytes.inTheEnd == 0, "\(bytes)")
  }
}
