package import LokBooks
import LokShard
package import LokWire

/// Where a device's snapshots stand between their pages: first the previews of all, then what is left
/// of each.
package struct SnapshotCursor: Sendable {
  package let device: DeviceNumber
  package let request: SnapshotRequest
  /// Whose turn has not come, in order; nil before the first page.
  fileprivate var turns: [Turn]?
  /// The file whose turn it is, how far it went, and how far it goes in this turn.
  fileprivate var current: (file: SnapshotFiles.File, offset: Int, end: Int)?
  fileprivate(set) var isFinished = false
  /// Nothing of it has been given yet.
  var isBeginning: Bool { turns == nil }

  fileprivate struct Turn: Sendable {
    var cbo: RecordID
    /// What the device has of the CBO's file; nil = nothing.
    var begun: SnapshotRequest.Begun?
    /// Its preview is through.
    var isSeen = false
  }

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
  private static let keyBytes = 34

  func page(_ cursor: inout SnapshotCursor, maximumBytes: Int) throws -> SnapshotPage {
    var page = SnapshotPage()
    if cursor.isBeginning {
      page.head = try reader.head()
      cursor.turns = try turns(of: cursor)
    }
    var room = maximumBytes
    while room > 0, try openNext(&cursor), let (file, offset, end) = cursor.current {
      let part = file.part(of: offset)
      let keyed = try reader.members(of: file.cbo).map { (id: $0.id, place: file.place(of: $0.id, $0.isNow)) }
        .filter { part.contains($0.place) }
      // Of the room, what its part of the file takes beside the keys that go with that part.
      let share = part.count + keyed.count * Self.keyBytes
      let fitting = max(1, room - Self.partOverheadBytes) * part.count / share
      let count = min(end - offset, max(1, fitting))
      page.parts.append(
        SnapshotPart(
          cbo: file.cbo, seq: file.seq, file: offset == 0 ? file.stated : nil, offset: offset,
          bytes: Array(file.bytes[offset..<offset + count])))
      let going = keyed.filter { (offset..<offset + count).contains($0.place) }
      if !going.isEmpty { page.keys += try keys(going.map(\.id)) }
      room -= count + going.count * Self.keyBytes + Self.partOverheadBytes
      cursor.went(to: offset + count)
      // The phone can work from here on: it shall not wait for what fills the page.
      if offset < file.previewEnd, cursor.hasSeenAll { break }
    }
    cursor.isFinished = cursor.current == nil && cursor.turns?.isEmpty == true
    page.isLast = cursor.isFinished
    page.left = cursor.left
    return page
  }

  /// Whoever has a preview has had its turn.
  private func turns(of cursor: SnapshotCursor) throws -> [SnapshotCursor.Turn] {
    let scope = try reader.scope(of: cursor.device)
    let only = Set(cursor.request.only)
    let wanted = only.isEmpty ? scope.subtracting(cursor.request.have) : scope.intersection(only)
    let begun = Dictionary(cursor.request.begun.map { ($0.cbo, $0) }) { first, _ in first }
    let turns = wanted.sorted().map { SnapshotCursor.Turn(cbo: $0, begun: begun[$0]) }
    var (unseen, seen): ([SnapshotCursor.Turn], [SnapshotCursor.Turn]) = ([], [])
    for turn in turns {
      // Reads the file: once.
      if let begun = turn.begun, let file = files.file(of: begun), begun.offset >= file.previewEnd {
        seen.append(SnapshotCursor.Turn(cbo: turn.cbo, begun: begun, isSeen: true))
      } else {
        unseen.append(turn)
      }
    }
    return unseen + seen
  }

  /// False where nothing is left.
  private func openNext(_ cursor: inout SnapshotCursor) throws -> Bool {
    while cursor.current == nil, let turn = cursor.turns?.first {
      cursor.turns?.removeFirst()
      // Asked for again: the scope may have become another one since the first page.
      guard try reader.isInScope(turn.cbo, of: cursor.device) else { continue }
      if let begun = turn.begun, let file = files.file(of: begun) {
        let isPreview = begun.offset < file.previewEnd
        cursor.current = (file, begun.offset, isPreview ? file.previewEnd : file.bytes.count)
      } else {
        let seq = try reader.lastSeq(of: turn.cbo)
        guard seq > .zero else { continue }
        cursor.current = try files.file(turn.cbo, seq) { try reader.snapshot(of: turn.cbo) }
          .map { ($0, 0, $0.previewEnd) }
      }
    }
    return cursor.current != nil
  }
}

extension SnapshotCursor {
  /// A file with a preview counts once more until that is through.
  fileprivate var left: UInt32 {
    let begun = current.map { $0.end < $0.file.bytes.count ? 2 : 1 } ?? 0
    let waiting = (turns ?? []).reduce(0) { $0 + ($1.begun == nil ? 2 : 1) }
    return UInt32(clamping: begun + waiting)
  }

  /// A file with something left takes its place behind all others.
  fileprivate mutating func went(to offset: Int) {
    guard let (file, _, end) = current else { return }
    current = offset < end ? (file, offset, end) : nil
    guard offset == end, end < file.bytes.count else { return }
    turns?.append(
      Turn(
        cbo: file.cbo,
        begun: .init(cbo: file.cbo, seq: file.seq, hash: file.stated.hashNumber, offset: offset),
        isSeen: true))
  }

  /// Every preview is through, and something is left.
  fileprivate var hasSeenAll: Bool { current == nil && turns?.first?.isSeen == true }
}

extension SnapshotFiles.File {
  /// Where its preview ends; without one it is as much as one.
  var previewEnd: Int { stated.preview?.bytes ?? bytes.count }

  /// The preview, or what comes after it.
  fileprivate func part(of offset: Int) -> Range<Int> {
    offset < previewEnd ? 0..<previewEnd : previewEnd..<bytes.count
  }

  /// Each member's key goes with one byte of the file, by her id: so a page has few of them, and a download
  /// that goes on after a cut, and after members have come, sends none twice and leaves none out. Those who
  /// have left go with what comes after the preview.
  fileprivate func place(of member: RecordID, _ isNow: Bool) -> Int {
    let bytes = isNow || previewEnd == bytes.count ? 0..<previewEnd : previewEnd..<bytes.count
    // Multiplicative hashing: ids are dense.
    return bytes.lowerBound + Int((member.rawValue &* 0x9E37_79B9_7F4A_7C15) >> 33) % max(1, bytes.count)
  }
}
