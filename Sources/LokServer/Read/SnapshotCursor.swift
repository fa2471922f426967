package import LokBooks
import LokShard
package import LokWire

/// Where a device's snapshots stand between their pages.
package struct SnapshotCursor: Sendable {
  package let device: DeviceNumber
  package let request: SnapshotRequest
  /// CBOs whose file has not begun, in their order; nil before the first page.
  fileprivate var waiting: [RecordID]?
  /// The file that has begun, and how far it went.
  fileprivate var current: (file: SnapshotFiles.File, offset: Int)?
  fileprivate(set) var isFinished = false
  /// Nothing of it has been given yet.
  var isBeginning: Bool { waiting == nil }

  package init(device: DeviceNumber, request: SnapshotRequest) {
    self.device = device
    self.request = request
  }
}

/// Fills pages from files. No transaction outlives a page: each CBO's snapshot is of its own moment, and what
/// has come since the first page comes with the download.
struct SnapshotPages {
  let reader: ShardReader
  let files: SnapshotFiles
  let keys: ([RecordID]) throws -> [DownloadPage.PersonKey]

  /// What a part takes beside its bytes, at most.
  private static let partOverheadBytes = 64
  private static let keyBytes = 45

  /// Each member's key goes with one byte of the file, by her id: so a page has few of them, and a download
  /// that goes on after a cut, and after members have come, sends none twice and leaves none out.
  private static func place(_ member: RecordID, in file: SnapshotFiles.File) -> Int {
    // Multiplicative hashing: ids are dense.
    Int((member.rawValue &* 0x9E37_79B9_7F4A_7C15) >> 33) % max(1, file.bytes.count)
  }

  func page(_ cursor: inout SnapshotCursor, maximumBytes: Int) throws -> SnapshotPage {
    var page = SnapshotPage()
    if cursor.waiting == nil {
      page.head = try reader.head()
      try begin(&cursor)
    }
    var room = maximumBytes
    while room > 0, try openNext(&cursor), let (file, offset) = cursor.current {
      let members = try reader.members(of: file.cbo)
      let share = file.bytes.count + members.count * Self.keyBytes
      let fitting = max(1, room - Self.partOverheadBytes) * file.bytes.count / share
      let count = min(file.bytes.count - offset, max(1, fitting))
      page.parts.append(
        SnapshotPart(
          cbo: file.cbo, seq: file.seq, file: offset == 0 ? file.stated : nil, offset: offset,
          bytes: Array(file.bytes[offset..<offset + count])))
      let going = members.filter { (offset..<offset + count).contains(Self.place($0, in: file)) }
      if !going.isEmpty { page.keys += try keys(going) }
      room -= count + going.count * Self.keyBytes + Self.partOverheadBytes
      if offset + count < file.bytes.count {
        cursor.current = (file, offset + count)
      } else {
        cursor.current = nil
      }
    }
    cursor.isFinished = cursor.current == nil && cursor.waiting?.isEmpty == true
    page.isLast = cursor.isFinished
    return page
  }

  private func begin(_ cursor: inout SnapshotCursor) throws {
    let scope = try reader.scope(of: cursor.device)
    let only = Set(cursor.request.only)
    let wanted = only.isEmpty ? scope.subtracting(cursor.request.have) : scope.intersection(only)
    cursor.waiting = wanted.sorted()
    guard let resume = cursor.request.resume, wanted.contains(resume.cbo), let hash = resume.file?.hash,
      let file = files.file(resume.cbo, resume.seq, hash: hash), resume.offset < file.bytes.count
    else { return }
    cursor.waiting?.removeAll { $0 == resume.cbo }
    cursor.current = (file, resume.offset)
  }

  /// False where nothing is left.
  private func openNext(_ cursor: inout SnapshotCursor) throws -> Bool {
    while cursor.current == nil, let cbo = cursor.waiting?.first {
      cursor.waiting?.removeFirst()
      // Asked for again: the scope may have become another one since the first page.
      guard try reader.isInScope(cbo, of: cursor.device) else { continue }
      let seq = try reader.lastSeq(of: cbo)
      guard seq > .zero else { continue }
      cursor.current = try files.file(cbo, seq) { try reader.snapshot(of: cbo) }.map { ($0, 0) }
    }
    return cursor.current != nil
  }
}
