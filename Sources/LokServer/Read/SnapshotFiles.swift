import Foundation
package import LokBooks
import LokIntake
package import LokShard
package import LokWire

/// One block's snapshots as immutable files, named by what they are of, with the hash of their bytes: a
/// download that was cut goes on in the very same bytes, also after a restart. Every one can be made again,
/// so that nothing here has to survive anything.
package struct SnapshotFiles {
  package struct File: Hashable, Sendable {
    package var cbo: RecordID
    package var seq: Seq
    package var stated: SnapshotPart.File
    package var bytes: [UInt8]
  }

  /// Of one CBO: the newest, and one that somebody may be in the middle of.
  private static let filesPerCBO = 2
  /// Of one block; the longest unchanged go first. A block of 300 groups has about 2 MB.
  private static let bytesMaximum = 32 * 1024 * 1024
  /// Of so many new files about one looks after the folder: at every one, a block's first snapshots would
  /// cost the square of its groups. Meanwhile there are so many too many, of some 7 KB each.
  private static let filesPerTidying: UInt8 = 32

  private let folder: String
  /// Two histories of a block (after a restore) share no file.
  private let epoch: String

  package init(folder: String, epoch: Epoch) {
    self.folder = folder
    self.epoch = epoch.bytes.hexadecimal
  }

  /// The file of `cbo` at `seq`, made where it is not there.
  /// - Parameter make: nil = there is nothing that a phone could take.
  /// - Throws: what `make` throws. A disk that does not take the file costs the next phone the making.
  package func file(_ cbo: RecordID, _ seq: Seq, make: () throws -> CboSnapshot?) rethrows -> File? {
    if let file = read(cbo, seq) { return file }
    guard let snapshot = try make(), let file = Self.file(of: snapshot) else { return nil }
    keep(file)
    return file
  }

  /// The file that a device has in part, if it is still there.
  package func file(of begun: SnapshotRequest.Begun) -> File? {
    guard let file = read(begun.cbo, begun.seq), file.stated.hashNumber == begun.hash,
      begun.offset < file.bytes.count
    else { return nil }
    return file
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

  private func path(_ cbo: RecordID, _ seq: Seq) -> String {
    "\(folder)/\(CboSnapshot.version)-\(epoch)-\(cbo.rawValue)-\(seq)"
  }

  /// Before a file's bytes: SHA-256 of all that follows (what was torn by a power cut is no file), then three
  /// numbers of four bytes, big-endian: the size before compression (0 = it is not compressed), and of the
  /// preview both sizes (0 = there is none).
  private static let numbersBytes = 12

  private func read(_ cbo: RecordID, _ seq: Seq) -> File? {
    let path = path(cbo, seq)
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    let content = [UInt8](data.dropFirst(Hash.length))
    guard content.count > Self.numbersBytes, data.starts(with: Hash.sha256(content)) else {
      try? DurableFiles.remove(path)
      return nil
    }
    let numbers = (0..<3).map { place in content[4 * place..<4 * place + 4].reduce(0) { $0 << 8 | Int($1) } }
    let bytes = [UInt8](content.dropFirst(Self.numbersBytes))
    return File(
      cbo: cbo, seq: seq,
      stated: .init(
        hash: Hash.sha256(bytes), bytes: bytes.count, plainBytes: numbers[0] == 0 ? nil : numbers[0],
        preview: numbers[1] == 0 ? nil : .init(bytes: numbers[1], plainBytes: numbers[2])),
      bytes: bytes)
  }

  private func keep(_ file: File) {
    try? FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let stated = file.stated
    let numbers = [stated.plainBytes ?? 0, stated.preview?.bytes ?? 0, stated.preview?.plainBytes ?? 0]
    let content =
      numbers.flatMap { withUnsafeBytes(of: UInt32(clamping: $0).bigEndian) { [UInt8]($0) } } + file.bytes
    // Whole or not at all under its name; two threads that make it make the same.
    try? Data(Hash.sha256(content) + content)
      .write(to: URL(fileURLWithPath: path(file.cbo, file.seq)), options: .atomic)
    if let first = stated.hash.first, first % Self.filesPerTidying == 0 { tidy() }
  }

  /// What a file's name says: layout, epoch, CBO, seq.
  private struct Name {
    let text: Substring
    let cbo: Substring
    let seq: UInt64

    init?(_ text: String) {
      let parts = text.split(separator: "-")
      guard parts.count == 4, let seq = UInt64(parts[3]) else { return nil }
      self.text = text[...]
      cbo = text[..<parts[2].endIndex]
      self.seq = seq
    }
  }

  /// Removes what is older than `filesPerCBO` say, and the longest unchanged where there is too much.
  package func tidy() {
    // Names with a dot are files that somebody is writing.
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { !$0.hasPrefix(".") }
    let known = Dictionary(grouping: names.compactMap { Name($0) }, by: \.cbo)
    let kept = known.values.flatMap { $0.sorted { $0.seq > $1.seq }.prefix(Self.filesPerCBO) }
    let staying = Set(kept.map(\.text))
    for name in names where !staying.contains(name[...]) { try? DurableFiles.remove("\(folder)/\(name)") }
    makeRoom(staying)
  }

  private func makeRoom(_ names: Set<Substring>) {
    let files = FileManager.default
    let all = names.compactMap { name -> (path: String, bytes: Int, changed: Date)? in
      let path = "\(folder)/\(name)"
      guard let facts = try? files.attributesOfItem(atPath: path) else { return nil }
      return (path, (facts[.size] as? Int) ?? 0, (facts[.modificationDate] as? Date) ?? .distantPast)
    }
    var bytes = all.reduce(0) { $0 + $1.bytes }
    guard bytes > Self.bytesMaximum else { return }
    for file in all.sorted(by: { $0.changed < $1.changed }) where bytes > Self.bytesMaximum {
      try? DurableFiles.remove(file.path)
      bytes -= file.bytes
    }
  }
}
