package import LokBooks
import LokSQLite
import LokShard
package import LokWire

/// A blob that a record of the confirmed books names.
package struct NamedBlob: Hashable, Sendable {
  package var record: RecordID
  package var cbo: RecordID
  package var type: BlobType
  /// SHA-256 of its bytes as they travel.
  package var hash: [UInt8]
}

/// Blobs come on wish only: nobody's first download waits for photos.
extension DeviceStore {
  /// Every blob that the books on this phone name, in the order of groups and records.
  package func namedBlobs() throws -> [NamedBlob] {
    try connection.statement(
      """
      SELECT id, cbo, photo, ?1 FROM member WHERE photo IS NOT NULL
      UNION ALL SELECT id, cbo, passbook_page, ?2 FROM bank_account WHERE passbook_page IS NOT NULL
      UNION ALL SELECT id, id, resolution, ?3 FROM cbo WHERE resolution IS NOT NULL
      ORDER BY 2, 1
      """
    ).bind(BlobType.photo.rawValue, BlobType.passbookPage.rawValue, BlobType.resolution.rawValue).all { row in
      BlobType(rawValue: Int(row.integer(3))).map {
        NamedBlob(
          record: RecordID(rawValue: row.unsigned(0)), cbo: RecordID(rawValue: row.unsigned(1)), type: $0,
          hash: row.bytes(2))
      }
    }.compactMap { $0 }
  }

  /// The next syncs fetch those that are not here.
  ///
  /// - Returns: how many are not here.
  @discardableResult
  package func want(_ blobs: [NamedBlob]) throws -> Int {
    try shard.transaction {
      var missing = 0
      for blob in blobs where try !isWhole(blob.hash) {
        missing += 1
        try connection.statement(
          """
          INSERT OR IGNORE INTO device_blob (hash, type, record, cbo, state, sent) VALUES (?, ?, ?, ?, ?, 0)
          """
        ).bind(
          blob.hash, blob.type.rawValue, blob.record.rawValue, blob.cbo.rawValue, BlobState.wanted.rawValue
        ).run()
      }
      return missing
    }
  }

  /// One whose bytes have changed on this phone comes again; of one that has to go up there is no other.
  private func isWhole(_ hash: [UInt8]) throws -> Bool {
    let bytes = try connection.statement("SELECT bytes FROM device_blob WHERE hash = ? AND bytes IS NOT NULL")
      .bind(hash).first { $0.bytes(0) }
    guard let bytes else { return false }
    if Hash.sha256(bytes) == hash { return true }
    try connection.statement(
      "UPDATE device_blob SET bytes = NULL, size = NULL, sent = 0, state = ? "
        + "WHERE hash = ? AND state IN (?, ?)"
    ).bind(
      BlobState.wanted.rawValue, hash, BlobState.held.rawValue, BlobState.doubted.rawValue
    ).run()
    return false
  }

  /// The file as it was attached; nil where it is not here as it was, or where this phone has no key of the
  /// member.
  ///
  /// - Throws: `SealingError` for a photo that does not open with her key.
  package func file(of blob: NamedBlob) throws -> [UInt8]? {
    let bytes =
      try connection.statement("SELECT bytes FROM device_blob WHERE hash = ?").bind(blob.hash)
      .first { $0.bytes(0) } ?? []
    guard !bytes.isEmpty, Hash.sha256(bytes) == blob.hash else { return nil }
    guard blob.type.isSealed else { return bytes }
    guard let key = try personKey(of: blob.record).flatMap({ PersonKey($0) }) else { return nil }
    return try SealedPhoto.open(bytes, with: key, in: block)
  }
}
