import Foundation
import LokBooks
import LokIntake
import LokShard
import LokWire

/// One block's snapshots as immutable files, named by what they are of and by the hash of their bytes: a
/// download that was cut goes on in the very same bytes, also after a restart. Every one can be made again,
/// so that nothing here has to survive anything.
struct SnapshotFiles {
  struct File: Hashable, Sendable {
    var cbo: RecordID
    var seq: Seq
    var stated: SnapshotPart.File
    var bytes: [UInt8]
  }

  /// Of one CBO: the newest, and one that somebody may be in the middle of.
  private static let filesPerCBO = 2
  /// Of one block; the longest unchanged go first. A block of 300 groups has about 2 MB.
  private static let bytesMaximum = 32 * 1024 * 1024

  let folder: String
  /// Two histories of a block (after a restore) share no file.
  let epoch: Epoch

  /// The file of `cbo` at `seq`, made where it is not there.
  /// - Parameter make: nil = there is nothing that a phone could take.
  /// - Throws: what `make` throws. A disk that does not take the file costs the next phone the making.
  func file(_ cbo: RecordID, _ seq: Seq, make: () throws -> CboSnapshot?) rethrows -> File? {
    let found = names(of: cbo).lazy.compactMap { Name($0) }.first { $0.seq == seq }
    if let found, let file = read(found, of: cbo) { return file }
    guard let snapshot = try make(), let file = Self.file(of: snapshot) else { return nil }
    keep(file)
    return file
  }

  /// The file with these bytes, if it is still there.
  func file(_ cbo: RecordID, _ seq: Seq, hash: [UInt8]) -> File? {
    let found = names(of: cbo).lazy.compactMap { Name($0) }.first { $0.seq == seq }
    guard let found, let file = read(found, of: cbo), file.stated.hash == hash else { return nil }
    return file
  }

  private static func file(of snapshot: CboSnapshot) -> File? {
    let plain = snapshot.encoded()
    guard plain.count <= WireLimits.frameBytesMaximum else { return nil }
    let packed = PayloadCompression.compressed(plain, .small)
    let bytes = packed ?? plain
    return File(
      cbo: snapshot.cbo, seq: snapshot.seq,
      stated: .init(
        hash: Hash.sha256(bytes), bytes: bytes.count, plainBytes: packed == nil ? nil : plain.count),
      bytes: bytes)
  }

  /// What a file's name says: epoch, CBO, seq, size before compression (0 = not compressed).
  private struct Name {
    var text: String
    var seq: Seq
    var plainBytes: Int

    init?(_ text: String) {
      let parts = text.split(separator: "-")
      guard parts.count == 4, let seq = UInt64(parts[2]), let plain = Int(parts[3]) else { return nil }
      self.text = text
      self.seq = Seq(seq)
      plainBytes = plain
    }
  }

  private func prefix(of cbo: RecordID) -> String { "\(epoch.bytes.hexadecimal)-\(cbo.rawValue)-" }

  private func names(of cbo: RecordID) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasPrefix(prefix(of: cbo)) }
  }

  /// Its first 32 bytes are the hash of the others: what was torn by a power cut is no file.
  private func read(_ name: Name, of cbo: RecordID) -> File? {
    let path = folder + "/" + name.text
    guard let data = FileManager.default.contents(atPath: path), data.count > Hash.zero.count else {
      return nil
    }
    let hash = [UInt8](data.prefix(Hash.zero.count))
    let bytes = [UInt8](data.dropFirst(Hash.zero.count))
    guard Hash.sha256(bytes) == hash else {
      try? DurableFiles.remove(path)
      return nil
    }
    return File(
      cbo: cbo, seq: name.seq,
      stated: .init(
        hash: hash, bytes: bytes.count, plainBytes: name.plainBytes == 0 ? nil : name.plainBytes),
      bytes: bytes)
  }

  private func keep(_ file: File) {
    let name = prefix(of: file.cbo) + "\(file.seq)-\(file.stated.plainBytes ?? 0)"
    let files = FileManager.default
    try? files.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    // Whole or not at all under its name; two threads that make it make the same.
    try? Data(file.stated.hash + file.bytes)
      .write(to: URL(fileURLWithPath: folder + "/" + name), options: .atomic)
    let older = names(of: file.cbo).compactMap { Name($0) }.sorted { $0.seq > $1.seq }
    for name in older.dropFirst(Self.filesPerCBO) { try? DurableFiles.remove(folder + "/" + name.text) }
    makeRoom()
  }

  private func makeRoom() {
    let files = FileManager.default
    let names = (try? files.contentsOfDirectory(atPath: folder)) ?? []
    let all = names.compactMap { name -> (path: String, bytes: Int, changed: Date)? in
      let path = folder + "/" + name
      guard let facts = try? files.attributesOfItem(atPath: path) else { return nil }
      return (path, (facts[.size] as? Int) ?? 0, (facts[.modificationDate] as? Date) ?? .distantPast)
    }
    var bytes = all.reduce(0) { $0 + $1.bytes }
    for file in all.sorted(by: { $0.changed < $1.changed }) where bytes > Self.bytesMaximum {
      try? DurableFiles.remove(file.path)
      bytes -= file.bytes
    }
  }
}
