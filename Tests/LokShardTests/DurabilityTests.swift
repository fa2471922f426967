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
    #expect(try block.writer.makeDurable() == block.writer.applied)
    #expect(try locks(on: block.path) > 0)
    try block.writer.checkpoint()
    _ = try block.writer.makeDurable()
    #expect(try locks(on: block.path) > 0)
    #expect(try block.verify() == [])
  }

  private func locks(on path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    let inode = try #require((attributes[.systemFileNumber] as? NSNumber)?.uint64Value)
    let all = try String(contentsOfFile: "/proc/locks", encoding: .utf8)
    return all.split(separator: "\n").count { $0.contains(":\(inode) ") }
  }
}
