import LokBooks
import LokSQLite
import LokWire

/// Computes a CBO's state digest from the tables; the same on server and phone.
struct StateDigestReader {
  let connection: Connection

  func digest(of cbo: RecordID) throws -> CboDigest {
    var digest = StateDigest(rules: .current, cbo: cbo)
    try connection.statement("SELECT id, entity, seq, fields FROM record WHERE cbo = ? ORDER BY id")
      .bind(cbo.rawValue).forEach { row in
        digest.record(
          RecordID(rawValue: row.unsigned(0)), entity: Entity(rawValue: UInt32(clamping: row.integer(1))),
          seq: Seq(row.unsigned(2)), fields: row.bytes(3))
      }
    try connection.statement(
      "SELECT account, sub_ledger, paise FROM balance WHERE cbo = ? ORDER BY account, sub_ledger"
    ).bind(cbo.rawValue).forEach { row in
      digest.balance(
        account: UInt32(clamping: row.integer(0)), subLedger: row.unsigned(1),
        paise: Paise(row.integer(2)))
    }
    try connection.statement("SELECT seq, idx, word, reason FROM set_aside WHERE cbo = ? ORDER BY seq, idx")
      .bind(cbo.rawValue).forEach { row in
        digest.setAside(
          seq: Seq(row.unsigned(0)), index: Int32(clamping: row.integer(1)),
          word: Word(rawValue: Int(row.integer(2))) ?? .flagged,
          reason: Reason(rawValue: Int(row.integer(3))))
      }
    let (seq, chain) = try JournalTable(connection: connection).chain(of: cbo)
    return CboDigest(cbo: cbo, seq: seq, chain: chain, state: digest.finish(), rules: .current)
  }
}
