import Foundation
import LokBooks
import LokShard
import LokWire
import Testing

/// What an fsync of a shard that others look at must not do.
struct DurabilityTests {
  /// Without its locks another process that closes the file takes it for nobody's, and deletes its WAL.
  @Test(.enabled(if: FileManager.default.isReadableFile(atPath: "/proc/locks"), "no /proc/locks here"))
  func `a shard keeps its locks when it is put on the disk`() throws {
    let block = try TestBlock()
    let device = try block.register(.bookkeeperSHG)
    _ = try TestGroup.create(block, device)
    try #require(locks(on: block.path) > 0)
    try block.writer.makeDurable()
    #expect(try locks(on: block.path) > 0)
    try block.writer.checkpoint()
    try block.writer.makeDurable()
    #expect(try locks(on: block.path) > 0)
    #expect(try block.verify() == [])
  }

  @Test(.enabled(if: FileManager.default.isReadableFile(atPath: "/proc/locks"), "no /proc/locks here"))
  func `readers keep theirs when a shard that its writer has closed is put on the disk`() throws {
    let block = try TestBlock()
    // Of the copy there is no writer.
    let path = block.folder.appending(path: "closed.sqlite").path
    for end in ["", "-wal"] { try FileManager.default.copyItem(atPath: block.path + end, toPath: path + end) }
    let reader = try ShardReader(path: path, block: TestBlock.code)
    #expect(try reader.head() == Seq(1))
    try #require(locks(on: path) > 0)
    let bytes = try ClosedShard(path: path).sync()
    #expect(bytes.map { $0 > 0 } == true)
    #expect(try locks(on: path) > 0)
    try FileManager.default.removeItem(atPath: path + "-wal")
    #expect(try ClosedShard(path: path).sync() == nil, "SQLite has to look")
  }

  private func locks(on path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    let inode = try #require((attributes[.systemFileNumber] as? NSNumber)?.uint64Value)
    let all = try String(contentsOfFile: "/proc/locks", encoding: .utf8)
    return all.split(separator: "\n").count { $0.contains(":\(inode) ") }
  }
}
