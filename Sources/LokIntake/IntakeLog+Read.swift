package import LokBooks
import LokSQLite

extension IntakeLog {
  package var blocksWithRows: [BlockCode] {
    let oldest = files[0].header.firstLSN
    return positions.filter { $0.value >= oldest }.keys.sorted()
  }

  /// Follows the block's rows backwards by their `previous`: no index has to be written for that.
  package func rows(of block: BlockCode, after lsn: LSN, limit: Int = .max) throws -> [IntakeRow] {
    var wanted: [LSN] = []
    var next = lastLSN(of: block)
    while next > lsn {
      wanted.append(next)
      guard let file = try fileHolding(next), let link = try damageNamed(file, { try file.link(next) }) else {
        throw IntakeError.rowsRemoved(block: block, after: lsn, missing: next)
      }
      guard link.block == block, link.previous < next else {
        throw IntakeError.damaged(path: file.path, detail: "row \(next) is not block \(block)'s")
      }
      next = link.previous
    }
    guard next == lsn else { throw IntakeError.positionUnknown(block: block, lsn: lsn) }
    return try wanted.reversed().prefix(limit).map { lsn in
      guard let file = try fileHolding(lsn), let row = try damageNamed(file, { try file.row(lsn) }) else {
        throw IntakeError.rowsRemoved(block: block, after: lsn, missing: lsn)
      }
      return row
    }
  }

  package func forEachRow(after lsn: LSN, _ body: (IntakeRow) throws -> Void) throws {
    var done = lsn
    while let index = files.indices.first(where: { trustedEnd(ofFile: $0) > done }) {
      let through = trustedEnd(ofFile: index)
      let file = try reader(ofFile: index)
      let rows = try damageNamed(file) { try file.rows(after: done, through: through, limit: 256) }
      for row in rows { try body(row) }
      done = rows.last?.lsn ?? through
    }
  }

  /// The file with the trusted row of this LSN, open; nil where it has been removed.
  private func fileHolding(_ lsn: LSN) throws -> LogFile? {
    guard let index = files.lastIndex(where: { $0.header.firstLSN <= lsn }), lsn <= trustedEnd(ofFile: index)
    else { return nil }
    return try reader(ofFile: index)
  }

  private func damageNamed<Value>(_ file: LogFile, _ read: () throws -> Value) throws -> Value {
    do {
      return try read()
    } catch let error as SQLiteError where error.isCorruption {
      throw IntakeError.damaged(path: file.path, detail: error.message)
    }
  }
}
