import Foundation
package import LokBooks
package import LokSQLite
import LokWire

/// The log as a row of SQLite files, `00000001.sqlite` on, in one folder. Used by one thread at a time.
///
/// Between calls: every row up to `highest` is on disk and counts; the last file takes the next group,
/// unless a write there failed. Then the next append starts a new file, whose header says through which
/// row the files before it are to be trusted. A row of the failed group that is found on disk later lies
/// above that, and LSNs that were tried once are not given again.
package final class IntakeLog: Intake {
  /// Limits of the files, each with its reason.
  package struct Limits: Sendable {
    /// A file is closed at about this size: small enough to remove or copy whole.
    package var fileBytes = 256 * 1024 * 1024
    /// The WAL is moved into the file at about this size: the pause stays in the tens of milliseconds.
    package var walBytes = 16 * 1024 * 1024
    /// Older files kept open for reading.
    package var readers = 4
    package init() {}
  }

  package let id: IntakeID
  package private(set) var highest: LSN
  package private(set) var positions: [BlockCode: LSN]

  let folder: String
  let limits: Limits
  /// Ascending and never empty.
  private(set) var files: [LogFile]
  private var readers: [LogFile] = []

  private let term: UInt32
  private let commit: (Connection) throws -> Void
  /// The last LSN that was tried, acknowledged or not.
  private var attempted: LSN
  private var lastReceived: Timestamp
  private var isTrusted = true
  private var fileBytes: Int
  private var walBytes = 0

  /// Makes a new, empty log in a folder that is there and holds none.
  package static func create(folder: String, id: IntakeID, now: Timestamp) throws {
    guard try LogFolder(folder).names.isEmpty else { throw IntakeError.alreadyExists(folder: folder) }
    let zero = Timestamp(milliseconds: 0)
    _ = try LogFile.create(
      in: folder,
      LogFile.Header(
        intake: id, number: 1, firstLSN: LSN(1), trustedThrough: .zero, created: now, lastReceived: zero),
      positions: [:])
  }

  /// Opens the log, reads where every block stands and makes sure that all it found is on disk.
  /// - Parameters:
  ///   - term: the owner's fencing number, stamped on rows.
  ///   - commit: ends a group's transaction; handed in so that a test can let it fail.
  package init(
    folder: String, term: UInt32 = 1, limits: Limits = Limits(),
    commit: @escaping (Connection) throws -> Void = { try $0.statement("COMMIT").run() }
  ) throws {
    let files = try LogFolder(folder).open()
    guard let newest = files.last else { throw IntakeError.missing(folder: folder) }
    let tail = try Tail(reading: newest)
    id = newest.header.intake
    self.folder = folder
    self.term = term
    self.limits = limits
    self.commit = commit
    self.files = files
    positions = tail.positions
    highest = tail.highest
    attempted = max(tail.highest, LSN(newest.header.firstLSN.rawValue - 1))
    lastReceived = tail.lastReceived
    fileBytes = tail.fileBytes
  }

  package func append(_ group: [PendingAppend], now: Timestamp) throws -> [IntakeRow] {
    if group.isEmpty { return [] }
    let keys = try group.map { pending throws(IntakeError) in try WrappedKeyLayout.encode(pending.keys) }
    let file: LogFile
    do {
      file = try fileForNextGroup(now)
    } catch {
      throw IntakeError.notStored(cause: String(describing: error))
    }
    let rows = numbered(group, now)
    attempted = rows.last?.lsn ?? attempted
    do {
      try file.append(Array(zip(rows, keys)), commit: commit)
    } catch {
      isTrusted = false
      file.close()
      throw IntakeError.notStored(cause: String(describing: error))
    }
    acknowledge(rows, keys)
    return rows
  }

  /// Closes the current file, which can then be archived and removed, and starts the next one.
  package func rotate(now: Timestamp) throws {
    if isTrusted, let current = files.last { current.shrink() }
    try startFile(now)
  }

  private func fileForNextGroup(_ now: Timestamp) throws -> LogFile {
    if isTrusted, fileBytes >= limits.fileBytes { try rotate(now: now) }
    if isTrusted, walBytes >= limits.walBytes, let current = files.last {
      do {
        try current.open().checkpoint(.passive)
        walBytes = 0
      } catch {
        isTrusted = false
        current.close()
      }
    }
    if !isTrusted { try startFile(now) }
    guard let current = files.last else { throw IntakeError.missing(folder: folder) }
    return current
  }

  private func numbered(_ group: [PendingAppend], _ now: Timestamp) -> [IntakeRow] {
    var last: [BlockCode: LSN] = [:]
    var lsn = attempted.rawValue
    var received = lastReceived
    return group.map { pending in
      lsn += 1
      received = max(received, pending.received ?? now)
      let previous = last[pending.block] ?? positions[pending.block] ?? .zero
      last[pending.block] = LSN(lsn)
      return IntakeRow(
        lsn: LSN(lsn), block: pending.block, previous: previous, term: term, received: received,
        rules: pending.rules, kind: pending.kind, payload: pending.payload, keys: pending.keys)
    }
  }

  private func acknowledge(_ rows: [IntakeRow], _ keys: [[UInt8]]) {
    for (row, keys) in zip(rows, keys) {
      positions[row.block] = row.lsn
      highest = row.lsn
      lastReceived = row.received
      let bytes = row.payload.count + keys.count + Self.rowOverheadBytes
      fileBytes += bytes
      walBytes += bytes
    }
    walBytes += Self.commitOverheadBytes
  }

  /// Keys, header and share of the page of a row.
  private static let rowOverheadBytes = 48
  /// A commit writes whole pages: the one it fills, and the ones above it.
  private static let commitOverheadBytes = 8 * 1024

  /// A file in which nothing was ever acknowledged gives its place to the new one: a full disk must not
  /// fill further with the files of each attempt.
  private func startFile(_ now: Timestamp) throws {
    let last = files[files.count - 1].header
    let replaces = !isTrusted && highest < last.firstLSN
    if replaces { closeReader(files[files.count - 1]) }
    let file = try LogFile.create(
      in: folder,
      LogFile.Header(
        intake: id, number: replaces ? last.number : last.number + 1, firstLSN: LSN(attempted.rawValue + 1),
        trustedThrough: highest, created: now, lastReceived: lastReceived),
      positions: positions)
    files[files.count - 1].close()
    if replaces { files[files.count - 1] = file } else { files.append(file) }
    isTrusted = false
    try file.openForAppending()
    isTrusted = true
    fileBytes = 0
    walBytes = 0
  }
}

extension IntakeLog {
  /// The last row of the `index`th file that counts.
  func trustedEnd(ofFile index: Int) -> LSN {
    index + 1 < files.count ? files[index + 1].header.trustedThrough : highest
  }

  /// Opens it for reading; the longest unused of the other older ones is closed.
  func reader(ofFile index: Int) throws -> LogFile {
    let file = files[index]
    if index == files.count - 1, isTrusted { return file }
    try file.openForReading(expecting: trustedEnd(ofFile: index))
    readers.removeAll { $0 === file }
    readers.append(file)
    if readers.count > max(1, limits.readers) { readers.removeFirst().close() }
    return file
  }

  func closeReader(_ file: LogFile) {
    readers.removeAll { $0 === file }
    file.close()
  }

  /// Forgets the oldest file; never the last one.
  func dropOldestFile() -> LogFile? {
    guard files.count > 1 else { return nil }
    let file = files.removeFirst()
    closeReader(file)
    return file
  }
}
