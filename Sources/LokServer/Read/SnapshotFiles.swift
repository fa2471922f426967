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
    if let file = kept(cbo, seq) { return file }
    guard let snapshot = try make(), let file = Self.file(of: snapshot) else { return nil }
    keep(file)
    return file
  }

  /// The file that a device has in part, if it is still there.
  func file(of begun: SnapshotRequest.Begun) -> File? {
    guard let file = kept(begun.cbo, begun.seq), file.stated.hashNumber == begun.hash,
      begun.offset < file.bytes.count
    else { return nil }
    return file
  }

  private func kept(_ cbo: RecordID, _ seq: Seq) -> File? {
    names(of: cbo).lazy.compactMap { Name($0) }.first { $0.seq == seq }.flatMap { read($0, of: cbo) }
  }

  private static func file(of snapshot: CboSnapshot) -> File? {
    let plain = snapshot.encoded()
    guard plain.count <= WireLimits.frameBytesMaximum else { return nil }
    if let file = fileWithPreview(of: snapshot, plain) { return file }
    let packed = PayloadCompression.compressed(plain, .small)
    let bytes = packed ?? plain
    return File(
      cbo: snapshot.cbo, seq: snapshot.seq,
      stated: .init(
        hash: Hash.sha256(bytes), bytes: bytes.count, plainBytes: packed == nil ? nil : plain.count),
      bytes: bytes)
  }

  /// Nil where the preview would not be much less than all of it.
  private static func fileWithPreview(of snapshot: CboSnapshot, _ plain: [UInt8]) -> File? {
    guard let previewPlain = snapshot.preview()?.encoded(),
      let preview = PayloadCompression.compressed(previewPlain, .small),
      let rest = PayloadCompression.compressed(plain, after: previewPlain),
      preview.count * 4 <= (preview.count + rest.count) * 3
    else { return nil }
    let bytes = preview + rest
    return File(
      cbo: snapshot.cbo, seq: snapshot.seq,
      stated: .init(
        hash: Hash.sha256(bytes), bytes: bytes.count, plainBytes: plain.count,
        preview: .init(bytes: preview.count, plainBytes: previewPlain.count)),
      bytes: bytes)
  }

  /// What a file's name says: epoch, CBO, seq, size before compression (0 = not compressed), and of the
  /// preview both sizes (0 = there is none).
  private struct Name {
    var text: String
    var seq: Seq
    private var sizes: [Int]

    init?(_ text: String) {
      let parts = text.split(separator: "-")
      guard parts.count == 6, let seq = UInt64(parts[2]) else { return nil }
      self.text = text
      self.seq = Seq(seq)
      sizes = parts[3...].compactMap { Int($0) }
      guard sizes.count == 3 else { return nil }
    }

    func stated(hash: [UInt8], bytes: Int) -> SnapshotPart.File {
      SnapshotPart.File(
        hash: hash, bytes: bytes, plainBytes: sizes[0] == 0 ? nil : sizes[0],
        preview: sizes[1] == 0 ? nil : .init(bytes: sizes[1], plainBytes: sizes[2]))
    }

    static func of(_ stated: SnapshotPart.File, _ seq: Seq) -> String {
      "\(seq)-\(stated.plainBytes ?? 0)-\(stated.preview?.bytes ?? 0)-\(stated.preview?.plainBytes ?? 0)"
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
    return File(cbo: cbo, seq: name.seq, stated: name.stated(hash: hash, bytes: bytes.count), bytes: bytes)
  }

  private func keep(_ file: File) {
    let name = prefix(of: file.cbo) + Name.of(file.stated, file.seq)
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
