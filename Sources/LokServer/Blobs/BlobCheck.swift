import Foundation
package import LokShard
import LokWire

/// Looks at one block's blobs: each file is what its name says. Reads only, also beside a running server.
package struct BlobCheck {
  /// Whole ones, and their bytes together.
  package private(set) var whole = 0
  package private(set) var bytes: UInt64 = 0
  /// Parts of what phones are sending.
  package private(set) var underWay = 0
  /// A record names them, and they are not here: a photo comes after its record. No fault.
  package private(set) var notYetHere = 0
  package private(set) var findings: [ShardFinding] = []

  private static let wholeBytesMaximum = BlobType.allCases.filter { $0 != .changeSet }.map(\.bytesMaximum)
    .max()
  private static let partBytesMaximum = BlobType.allCases.map(\.bytesMaximum).max()

  /// - Parameters:
  ///   - folder: one that is not there holds none.
  ///   - named: by records of the block, read before.
  package init(folder: String, named: Set<[UInt8]>) throws {
    guard FileManager.default.fileExists(atPath: folder) else {
      notYetHere = named.count
      return
    }
    var missing = named
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
      if case .whole(let hash) = BlobName(name) { missing.remove(hash) }
      check(name, folder + "/" + name)
    }
    notYetHere = missing.count
  }

  private mutating func check(_ name: String, _ path: String) {
    let found = try? FileManager.default.attributesOfItem(atPath: path)
    // A part that has meanwhile become whole.
    guard let found, let size = found[.size] as? Int else { return }
    guard found[.type] as? FileAttributeType == .typeRegular, let kind = BlobName(name) else {
      return report(name, "is neither a blob nor a part of one; nobody reads it, delete it")
    }
    switch kind {
    case .whole(let hash): checkWhole(name, path, hash, size)
    case .damaged: report(name, "was damaged and is set aside. \(Self.remedy)")
    case .part(_, _, let whole, _):
      guard whole <= Self.partBytesMaximum ?? 0, size <= whole else {
        return report(name, "holds \(size) bytes of \(whole); delete it, its phone sends it again")
      }
      underWay += 1
    }
  }

  private mutating func checkWhole(_ name: String, _ path: String, _ hash: [UInt8], _ size: Int) {
    guard size <= Self.wholeBytesMaximum ?? 0 else {
      return report(
        name, "is \(size) bytes long, no blob is longer than \(Self.wholeBytesMaximum ?? 0). \(Self.remedy)")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      return report(name, "cannot be read: look at its permissions and at the disk")
    }
    guard Hash.sha256([UInt8](data)) == hash else {
      return report(name, "is damaged: its \(size) bytes do not give its name. \(Self.remedy)")
    }
    whole += 1
    bytes += UInt64(size)
  }

  private static let remedy =
    "Put it back from a backup, or wait: the phone that took it offers it again within a month, at once by "
    + "`device sync --check`, and it is taken anew; where no phone has it, delete it and have it made anew"

  private mutating func report(_ name: String, _ problem: String) {
    findings.append(ShardFinding(place: "blob \(name)", problem: problem))
  }
}
