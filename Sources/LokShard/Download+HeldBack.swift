import LokBooks
import LokSQLite
package import LokWire

extension ShardReader {
  /// What a download has left when its device wants no more bytes: a page without sets, as `page` would go on
  /// to give it, where it is the first or the last one; nil in between. Where nothing is left the download is
  /// done.
  package func heldBack(_ cursor: inout DownloadCursor) throws -> (page: DownloadPage?, held: HeldBack) {
    guard cursor.stage != .finished else { return (nil, HeldBack()) }
    return try connection.snapshot {
      let isFirst = cursor.stage == .first
      if isFirst { try begin(&cursor) }
      if cursor.stage == .caughtUp, try !goOn(&cursor) { return (nil, HeldBack()) }
      let held = try left(cursor)
      var page: DownloadPage?
      if held.sets == 0 {
        page = cursor.request.history.isEmpty ? try tailPage(&cursor, 0) : Self.endOfHistory(&cursor)
      } else if isFirst {
        page = DownloadPage(previous: cursor.tail, last: cursor.tail, sets: [])
      }
      if isFirst {
        page?.epoch = try epoch()
        page?.scope = cursor.scopeChange
      }
      return (page, held)
    }
  }

  private func left(_ cursor: DownloadCursor) throws -> HeldBack {
    var sets = 0
    var cbos: Set<RecordID> = []
    let onlyHistory = !cursor.request.history.isEmpty
    // What lies beyond the cursor is counted with the tail.
    for backfill in cursor.backfills where onlyHistory || backfill.through <= cursor.request.after {
      let count =
        try connection.statement(
          "SELECT COUNT(*) FROM journal_by_cbo WHERE cbo = ? AND seq > ? AND seq <= ?"
        ).bind(backfill.cbo.rawValue, backfill.after.rawValue, backfill.through.rawValue)
        .first { Int($0.integer(0)) } ?? 0
      sets += count
      if count > 0 { cbos.insert(backfill.cbo) }
    }
    guard !onlyHistory else { return HeldBack(sets: sets, cbos: cbos.count) }
    let tail = cursor.tailScope.map(Self.list)
    try connection.statement(
      """
      WITH held(cbo, seq) AS (SELECT value ->> 0, value ->> 1 FROM json_each(?4))
      SELECT journal_by_cbo.cbo, COUNT(*) FROM journal_by_cbo LEFT JOIN held ON held.cbo = journal_by_cbo.cbo
      WHERE (?1 IS NULL OR journal_by_cbo.cbo IN (SELECT value FROM json_each(?1)))
        AND journal_by_cbo.seq > ?2 AND journal_by_cbo.seq <= ?3
        AND journal_by_cbo.seq > COALESCE(held.seq, 0)
      GROUP BY journal_by_cbo.cbo
      """
    ).bind(tail, cursor.tail.rawValue, cursor.head.rawValue, Self.pairs(cursor.held)).forEach { row in
      sets += Int(row.integer(1))
      cbos.insert(RecordID(rawValue: row.unsigned(0)))
    }
    return HeldBack(sets: sets, cbos: cbos.count)
  }

  private static func pairs(_ held: [RecordID: Seq]) -> String {
    "[" + held.map { "[\($0.key.rawValue),\($0.value.rawValue)]" }.joined(separator: ",") + "]"
  }
}
