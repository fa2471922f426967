import Foundation
import LokBooks
import LokServer
import LokShard
import LokWire
import Testing

/// Files of snapshots: found by what they are of, given only whole, and not kept for ever.
@Suite struct SnapshotFilesTests {
  private let bench: SteppedBench
  private let files: SnapshotFiles
  private let folder: String
  private let snapshot: CboSnapshot
  private let epoch: Epoch

  init() throws {
    bench = try SteppedBench()
    var phone = try bench.registered()
    let set = try phone.writeGroup("Asha")
    _ = try bench.call(.upload, phone.upload([set]).encoded(), on: bench.line(phone))
    let reader = try ShardReader(path: bench.data.shard(of: SteppedBench.block), block: SteppedBench.block)
    snapshot = try #require(try reader.snapshot(of: RecordID(device: phone.device, counter: 1)))
    epoch = try #require(try reader.epoch())
    folder = bench.directory.folder + "/snapshots"
    files = SnapshotFiles(folder: folder, epoch: epoch)
  }

  private func made() throws -> SnapshotFiles.File {
    try #require(files.file(snapshot.cbo, snapshot.seq) { snapshot })
  }

  /// What a phone says that has a part of it.
  private func begun(_ file: SnapshotFiles.File, hash: UInt64? = nil) -> SnapshotRequest.Begun {
    .init(cbo: file.cbo, seq: file.seq, hash: hash ?? file.stated.hashNumber, offset: 0)
  }

  @Test func `a file is made once, and found by what it is of`() throws {
    let file = try made()
    var asked = 0
    let again = files.file(snapshot.cbo, snapshot.seq) {
      asked += 1
      return nil
    }
    #expect(again == file && asked == 0)
    #expect(files.file(of: begun(file)) == file)
    #expect(files.file(of: begun(file, hash: file.stated.hashNumber &+ 1)) == nil)
    #expect(file.stated.hash == Hash.sha256(file.bytes) && file.stated.bytes == file.bytes.count)
  }

  @Test func `another history of the block has files of its own`() throws {
    _ = try made()
    let other = SnapshotFiles(folder: folder, epoch: try #require(Epoch([UInt8](repeating: 9, count: 8))))
    #expect(other.file(snapshot.cbo, snapshot.seq) { nil } == nil)
  }

  @Test func `a torn file is no file`() throws {
    let file = try made()
    let path = folder + "/" + (try #require(try bench.directory.names(folder).first))
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    for length in [0, 31, 32, 44, whole.count - 1] {
      try whole.prefix(length).write(to: URL(fileURLWithPath: path))
      #expect(files.file(of: begun(file)) == nil)
      #expect(try made() == file)
    }
    // The size before compression is part of what is checked.
    var changed = whole
    changed[35] ^= 1
    try changed.write(to: URL(fileURLWithPath: path))
    #expect(files.file(of: begun(file)) == nil)
  }

  @Test func `of a group the newest two stay, and what somebody is writing`() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let parts = epoch.bytes.map { String(format: "%02x", $0) }.joined() + "-\(snapshot.cbo.rawValue)"
    let name = "\(CboSnapshot.version)-\(parts)"
    for seq in [5, 20, 3, 100] {
      try Data([1]).write(to: URL(fileURLWithPath: "\(folder)/\(name)-\(seq)"))
    }
    // The last one is of the layout before names told it.
    for other in ["\(name)0-7", ".being-written", "what-is-that-name", "\(parts)-100"] {
      try Data([1]).write(to: URL(fileURLWithPath: "\(folder)/\(other)"))
    }
    files.tidy()
    let left = Set(try bench.directory.names(folder))
    #expect(left == ["\(name)-100", "\(name)-20", "\(name)0-7", ".being-written"])
  }
}
