import Foundation
import LokBooks
import LokSQLite

/// The folder of a log: which files are there, and whether they belong together.
struct LogFolder {
  let path: String
  /// Of whole files, ascending.
  let names: [String]
  private let leftovers: [String]

  init(_ path: String) throws {
    self.path = path
    guard let found = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      throw IntakeError.missing(folder: path)
    }
    let whole = found.filter { Self.number(of: $0) != nil }
    names = whole.sorted { (Self.number(of: $0) ?? 0) < (Self.number(of: $1) ?? 0) }
    leftovers = found.filter { Self.isLeftover($0, among: Set(whole)) }
  }

  /// Every file with its header read, the last one ready to append.
  func open() throws -> [LogFile] {
    for name in leftovers { try DurableFiles.remove(path + "/" + name) }
    var files: [LogFile] = []
    for name in names {
      let file = try LogFile(opening: path + "/" + name)
      guard file.header.number == Self.number(of: name) else {
        throw IntakeError.notALog(path: file.path, detail: "it was file \(file.header.number)")
      }
      if let before = files.last { try check(file, follows: before) }
      files.append(file)
    }
    try files.last?.openForAppending()
    return files
  }

  private func check(_ file: LogFile, follows before: LogFile) throws {
    guard file.header.intake == before.header.intake else {
      throw IntakeError.foreign(
        path: file.path, expected: before.header.intake, found: file.header.intake)
    }
    guard file.header.number == before.header.number + 1 else {
      throw IntakeError.fileMissing(folder: path, number: before.header.number + 1)
    }
    guard file.header.firstLSN >= before.header.firstLSN,
      file.header.trustedThrough < file.header.firstLSN
    else {
      throw IntakeError.damaged(path: file.path, detail: "its rows do not follow those of the file before")
    }
  }

  private static func number(of name: String) -> Int? {
    guard name.hasSuffix(".sqlite"), let number = Int(name.dropLast(7)), number > 0,
      LogFile.name(number) == name
    else { return nil }
    return number
  }

  /// A draft of a file that was not finished, or what SQLite kept beside a file that has been removed.
  private static func isLeftover(_ name: String, among whole: Set<String>) -> Bool {
    for suffix in ["-wal", "-shm"] where name.hasSuffix(".sqlite" + suffix) {
      return !whole.contains(String(name.dropLast(4)))
    }
    let draft = ".sqlite" + LogFile.draftSuffix
    return name.hasSuffix(draft) || name.hasSuffix(draft + "-journal")
  }
}

/// Where the log ends, read from its last file alone.
struct Tail {
  let positions: [BlockCode: LSN]
  let highest: LSN
  let lastReceived: Timestamp
  let fileBytes: Int

  /// The checkpoint writes every page of the WAL anew: what a failed fsync of an earlier process has left in
  /// the page cache only is on disk afterwards, or this throws.
  init(reading file: LogFile) throws {
    do {
      let connection = try file.open()
      try connection.checkpoint(.truncate)
      var positions = try file.positions()
      var highest = file.header.trustedThrough
      var received = file.header.lastReceived
      try connection.statement("SELECT lsn, block, previous, received FROM log ORDER BY lsn").forEach { row in
        let lsn = LSN(row.unsigned(0))
        let block = BlockCode(UInt32(truncatingIfNeeded: row.integer(1)))
        guard lsn >= file.header.firstLSN, LSN(row.unsigned(2)) == positions[block] ?? .zero else {
          throw IntakeError.damaged(path: file.path, detail: "row \(lsn) does not follow the row before it")
        }
        positions[block] = lsn
        highest = lsn
        received = max(received, Timestamp(milliseconds: row.integer(3)))
      }
      self.positions = positions
      self.highest = highest
      lastReceived = received
      fileBytes =
        try connection.statement("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        .first { Int($0.integer(0)) } ?? 0
    } catch let error as SQLiteError where error.isCorruption {
      throw IntakeError.damaged(path: file.path, detail: error.message)
    }
  }
}
