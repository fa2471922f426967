import Foundation
import LokBooks
import LokIntake
import LokWire

/// One block's blobs: a file each, named by the SHA-256 of its bytes in hexadecimal, and beside them the
/// parts that are on their way, `<hash>.<device>.<size>.<day it was begun>.part` (`BlobName`). A long set
/// stays a part, also when it is whole: it is its device's until it is in the log.
///
/// Between calls this holds: what a call said to be there has reached the disk; a file without an ending had
/// the hash that its name says. Disks forget: one that has it no longer is set aside as `<hash>.damaged` when
/// a phone offers it or asks for it, and so it is taken anew. One thread at a time, one value for a folder.
final class BlobFolder {
  private struct Place: Hashable {
    var hash: [UInt8]
    /// Two phones that send the same file do not write into each other's part.
    var device: DeviceNumber
  }

  private struct Part {
    var size: Int
    var begun: Day
    /// On the disk.
    var have: Int
  }

  private let path: String
  private let limits: BlobLimits
  private var wholeBytes: UInt64 = 0
  private var parts: [Place: Part] = [:]
  /// Told of one that is set aside.
  var onDamaged: (([UInt8]) -> Void)?

  /// Looks at what is there; a folder that is not there is empty.
  init(path: String, limits: BlobLimits) {
    self.path = path
    self.limits = limits
    for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
      let bytes = Self.bytes(of: path + "/" + name) ?? 0
      if let (place, part) = Self.part(named: name, have: bytes) {
        parts[place] = part
      } else {
        wholeBytes += UInt64(bytes)
      }
    }
  }

  /// Where `device` goes on with it.
  func begin(_ head: BlobHead, from device: DeviceNumber, on day: Day) throws -> PutBlobReply {
    try dropOld(on: day)
    let place = Place(hash: head.hash, device: device)
    if head.type != .changeSet { try setAsideIfDamaged(head.hash) }
    if let reply = try alreadyWhole(head, place) { return reply }
    if let part = parts[place] {
      if part.size == head.size, part.have < part.size { return PutBlobReply(have: part.have) }
      // It was whole when the server stopped, and nobody had looked at it.
      if part.size == head.size, let reply = try? finish(place, part, head.type) { return reply }
      try drop(place)
    }
    try makeRoom(for: head.size, of: device)
    guard wholeBytes + UInt64(unfinishedBytes + head.size) <= limits.blockBytes else {
      throw BlobFault.spaceFull(limit: limits.blockBytes)
    }
    parts[place] = Part(size: head.size, begun: day, have: 0)
    return PutBlobReply(have: 0)
  }

  /// Puts bytes behind those that are there; with the last ones the hash is compared and the blob is whole.
  /// - Throws: `BlobFault`, `IntakeError`. What was there before stays, but for `.damaged`, `.formUnknown`.
  func append(
    _ bytes: [UInt8], at offset: Int, of head: BlobHead, from device: DeviceNumber
  ) throws -> PutBlobReply {
    let place = Place(hash: head.hash, device: device)
    if let reply = try alreadyWhole(head, place) { return reply }
    guard var part = parts[place], part.have == offset, bytes.count <= part.size - offset else {
      throw BlobFault.outOfStep(have: parts[place]?.have ?? 0)
    }
    let isHead = offset == 0 && (bytes.count >= BlobForm.headBytes || bytes.count == part.size)
    if isHead, !Self.hasForm(bytes, head.type) {
      try drop(place)
      throw BlobFault.formUnknown
    }
    try makeFolders()
    try DurableFiles.extend(file(place, part), from: offset, with: bytes, mode: 0o600)
    part.have += bytes.count
    parts[place] = part
    return part.have == part.size ? try finish(place, part, head.type) : PutBlobReply(have: part.have)
  }

  /// Nil = it is not there.
  func piece(of hash: [UInt8], at offset: Int, atMost count: Int) throws -> (size: Int, bytes: [UInt8])? {
    if offset == 0 { try setAsideIfDamaged(hash) }
    guard let size = size(of: hash), let file = FileHandle(forReadingAtPath: whole(hash)) else { return nil }
    defer { try? file.close() }
    guard offset < size else { return (size, []) }
    try file.seek(toOffset: UInt64(offset))
    return (size, [UInt8](try file.read(upToCount: count) ?? Data()))
  }

  /// Another phone has brought it, maybe meanwhile.
  private func alreadyWhole(_ head: BlobHead, _ place: Place) throws -> PutBlobReply? {
    guard head.type != .changeSet, size(of: head.hash) != nil else { return nil }
    try drop(place)
    return PutBlobReply(have: head.size, isStored: true)
  }

  /// A set that the device has put; nil = it is not there, or not whole.
  func set(_ hash: [UInt8], of device: DeviceNumber) throws -> [UInt8]? {
    let place = Place(hash: hash, device: device)
    guard let part = parts[place], part.have == part.size else { return nil }
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file(place, part))))
    guard Hash.sha256(bytes) == hash else {
      try drop(place)
      return nil
    }
    return bytes
  }

  /// It is in the log.
  func forget(set hash: [UInt8], of device: DeviceNumber) throws {
    try drop(Place(hash: hash, device: device))
  }

  private func finish(_ place: Place, _ part: Part, _ type: BlobType) throws -> PutBlobReply {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file(place, part))))
    guard bytes.count == part.size, Hash.sha256(bytes) == place.hash else {
      try drop(place)
      throw BlobFault.damaged
    }
    guard Self.hasForm(bytes, type) else {
      try drop(place)
      throw BlobFault.formUnknown
    }
    if type == .changeSet { return PutBlobReply(have: part.size, isStored: true) }
    try DurableFiles.rename(file(place, part), to: whole(place.hash))
    parts[place] = nil
    wholeBytes += UInt64(part.size)
    try dropDamaged(place.hash)
    return PutBlobReply(have: part.size, isStored: true)
  }

  /// - Throws: where it cannot be read; then nothing is known of it.
  private func setAsideIfDamaged(_ hash: [UInt8]) throws {
    guard size(of: hash) != nil else { return }
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: whole(hash))))
    // One that was set aside may have stayed beside a whole one when the server died.
    try dropDamaged(hash)
    guard Hash.sha256(bytes) != hash else { return }
    try DurableFiles.rename(whole(hash), to: damaged(hash))
    onDamaged?(hash)
  }

  /// It is here whole again, or damaged once more.
  private func dropDamaged(_ hash: [UInt8]) throws {
    guard let size = Self.bytes(of: damaged(hash)) else { return }
    try DurableFiles.remove(damaged(hash))
    wholeBytes -= min(wholeBytes, UInt64(size))
  }

  private static func hasForm(_ bytes: [UInt8], _ type: BlobType) -> Bool {
    !type.hasForm || BlobForm(of: bytes)?.fits(type) == true
  }

  private func size(of hash: [UInt8]) -> Int? { Self.bytes(of: whole(hash)) }

  private var unfinishedBytes: Int { parts.values.reduce(0) { $0 + $1.size } }

  private func dropOld(on day: Day) throws {
    let old = parts.filter { day.number - $0.value.begun.number > limits.unfinishedDays }
    for place in old.keys { try drop(place) }
  }

  private func makeRoom(for bytes: Int, of device: DeviceNumber) throws {
    let own = parts.filter { $0.key.device == device }
    var taken = own.values.reduce(bytes) { $0 + $1.size }
    for (place, part) in own.sorted(by: { $0.value.begun < $1.value.begun })
    where taken > limits.unfinishedBytesOfDevice {
      try drop(place)
      taken -= part.size
    }
  }

  private func drop(_ place: Place) throws {
    guard let part = parts.removeValue(forKey: place) else { return }
    try DurableFiles.remove(file(place, part))
  }

  /// `blobs/<block mod 100>/<block>`, made with the first byte.
  private func makeFolders() throws {
    let block = URL(fileURLWithPath: path)
    let shelf = block.deletingLastPathComponent()
    for folder in [shelf.deletingLastPathComponent(), shelf, block]
    where !FileManager.default.fileExists(atPath: folder.path) {
      try DurableFiles.makeFolder(folder.path, mode: 0o700)
    }
  }

  private func whole(_ hash: [UInt8]) -> String { path + "/" + BlobName.whole(hash).text }

  private func damaged(_ hash: [UInt8]) -> String { path + "/" + BlobName.damaged(hash).text }

  private func file(_ place: Place, _ part: Part) -> String {
    path + "/" + BlobName.part(place.hash, device: place.device, size: part.size, begun: part.begun).text
  }

  /// Nil = no part's name.
  private static func part(named name: String, have: Int) -> (Place, Part)? {
    guard case .part(let hash, let device, let size, let begun) = BlobName(name) else { return nil }
    return (Place(hash: hash, device: device), Part(size: size, begun: begun, have: have))
  }

  private static func bytes(of path: String) -> Int? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int
  }
}
