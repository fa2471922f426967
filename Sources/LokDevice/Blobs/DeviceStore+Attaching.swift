package import LokBooks
import LokSQLite
import LokShard
import LokWire

/// Photos and pages that are written down: a record names them, and the bytes wait beside the outbox until
/// sets and pages are done.
extension DeviceStore {
  /// The photo of a member, sealed under her key before anything is kept of it.
  ///
  /// - Parameter file: JPEG, PNG or WebP, at most `WireLimits.photoBytes`.
  /// - Throws: `DeviceError.memberKeyMissing`, `.blobTooLarge`, `.blobFormUnknown`; nothing is written then.
  package func attachPhoto(
    _ file: [UInt8], of member: RecordID, in cbo: RecordID, at now: Timestamp
  ) throws -> RecordedSet {
    try Self.check(file, .photo, limit: WireLimits.photoBytes)
    guard let key = try personKey(of: member).flatMap({ PersonKey($0) }) else {
      throw DeviceError.memberKeyMissing(member)
    }
    let sealed: [UInt8]
    do {
      sealed = try SealedPhoto.seal(file, with: key, in: block)
    } catch {
      throw DeviceError.sealFailed
    }
    return try attach(sealed, .photo, to: .member, member, in: cbo, at: now)
  }

  /// The last page of a bank account's pass book.
  ///
  /// - Parameter file: JPEG, PNG, WebP or PDF, at most `WireLimits.documentBytes`.
  package func attachPassbookPage(
    _ file: [UInt8], of account: RecordID, in cbo: RecordID, at now: Timestamp
  ) throws -> RecordedSet {
    try Self.check(file, .passbookPage, limit: WireLimits.documentBytes)
    return try attach(file, .passbookPage, to: .bankAccount, account, in: cbo, at: now)
  }

  /// A resolution that the members of a group have signed.
  ///
  /// - Parameter file: as a pass book's page.
  package func attachResolution(_ file: [UInt8], of cbo: RecordID, at now: Timestamp) throws -> RecordedSet {
    try Self.check(file, .resolution, limit: WireLimits.documentBytes)
    return try attach(file, .resolution, to: .cbo, cbo, in: cbo, at: now)
  }

  private static func check(_ file: [UInt8], _ type: BlobType, limit: Int) throws(DeviceError) {
    guard file.count <= limit else { throw .blobTooLarge(bytes: file.count, limit: limit) }
    guard BlobForm(of: file)?.fits(type) == true else { throw .blobFormUnknown }
  }

  private func attach(
    _ bytes: [UInt8], _ type: BlobType, to entity: Entity, _ id: RecordID, in cbo: RecordID, at now: Timestamp
  ) throws -> RecordedSet {
    let hash = Hash.sha256(bytes)
    return try shard.transaction {
      // What is here already, or asked for, needs no second row: it is sent once. Where the server was said
      // to have it, it is asked.
      try connection.statement(
        """
        INSERT INTO device_blob (hash, type, record, cbo, size, bytes, state, sent)
        VALUES (?, ?, ?, ?, ?, ?, ?, 0)
        ON CONFLICT (hash) DO UPDATE SET bytes = excluded.bytes, size = excluded.size, reason = NULL,
          state = CASE WHEN state IN (?, ?) THEN ? ELSE excluded.state END
        """
      ).bind(
        hash, type.rawValue, id.rawValue, cbo.rawValue, bytes.count, bytes, BlobState.unsent.rawValue,
        BlobState.held.rawValue, BlobState.doubted.rawValue, BlobState.doubted.rawValue
      ).run()
      let patch = Patch(present: (FieldPolicy.blobField(of: entity) ?? 0, .bytes(hash)))
      return try record(
        .records, cbo: cbo, changes: [RecordChange(entity: entity, record: id, patch: patch)], at: now)
    }
  }

  /// Inside the transaction of a re-enrolment: what was never stored has other ids now.
  func renameBlobs(_ renamed: [RecordID: RecordID]) throws {
    for (old, new) in renamed {
      for column in ["record", "cbo"] {
        try connection.statement("UPDATE device_blob SET \(column) = ? WHERE \(column) = ?")
          .bind(new.rawValue, old.rawValue).run()
      }
    }
  }

  /// What the server gave of a CBO that has left the scope; what this phone has to send stays.
  func dropBlobs(of cbo: RecordID) throws {
    let given = "SELECT hash FROM device_blob WHERE cbo = ? AND state != ?"
    try connection.statement("DELETE FROM device_blob_piece WHERE hash IN (\(given))")
      .bind(cbo.rawValue, BlobState.unsent.rawValue).run()
    try connection.statement("DELETE FROM device_blob WHERE cbo = ? AND state != ?")
      .bind(cbo.rawValue, BlobState.unsent.rawValue).run()
  }
}
