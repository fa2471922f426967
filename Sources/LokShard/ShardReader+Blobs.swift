package import LokBooks
import LokSQLite
import LokWire

/// Whom a blob concerns: it lies beside the books, and only they say whose it is.
extension ShardReader {
  /// The record names the blob with this SHA-256, and the device may see it. A record that does not and one
  /// that is out of scope are the same answer.
  package func names(_ hash: [UInt8], in record: RecordID, for device: DeviceNumber) throws -> Bool {
    let cbo = try connection.statement(
      """
      SELECT cbo FROM member WHERE id = ?1 AND photo = ?2
      UNION ALL SELECT cbo FROM bank_account WHERE id = ?1 AND passbook_page = ?2
      UNION ALL SELECT id FROM cbo WHERE id = ?1 AND resolution = ?2
      """
    ).bind(record.rawValue, hash).first { RecordID(rawValue: $0.unsigned(0)) }
    return try cbo.map { try isInScope($0, of: device) } ?? false
  }

  /// The SHA-256 of every blob that a record of the block names.
  package func namedBlobs() throws -> Set<[UInt8]> {
    Set(
      try connection.statement(
        """
        SELECT photo FROM member WHERE photo IS NOT NULL
        UNION SELECT passbook_page FROM bank_account WHERE passbook_page IS NOT NULL
        UNION SELECT resolution FROM cbo WHERE resolution IS NOT NULL
        """
      ).all { $0.bytes(0) })
  }

  /// The bytes of the set at a place in the journal, where the device may see its CBO; nil otherwise, or
  /// where they have another hash.
  package func set(at seq: Seq, hash: [UInt8], for device: DeviceNumber) throws -> [UInt8]? {
    let found = try connection.statement("SELECT cbo, changes FROM journal WHERE seq = ? AND cbo IS NOT NULL")
      .bind(seq.rawValue).first { (cbo: RecordID(rawValue: $0.unsigned(0)), bytes: $0.bytes(1)) }
    guard let found, try isInScope(found.cbo, of: device), Hash.sha256(found.bytes) == hash else {
      return nil
    }
    return found.bytes
  }
}
