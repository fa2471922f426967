package import LokBooks
import LokSQLite
import LokShard
package import LokWire

/// What a session asks of the store about blobs, and tells it.
extension DeviceStore {
  /// A group that was out of scope may be in it by now: tried again once in each session. What the server
  /// will never take is not.
  func hasBlobsToMove() throws -> Bool {
    try connection.statement("UPDATE device_blob SET reason = NULL WHERE reason = ?")
      .bind(Reason.notInScope.rawValue).run()
    return try nextBlob() != nil
  }

  /// Nil = nothing waits. First what goes up, the oldest first.
  ///
  /// - Parameters:
  ///   - fetching: also what was asked for.
  ///   - doubting: also what the server was said to have.
  package func nextBlob(fetching: Bool = true, doubting: Bool = true) throws -> BlobWork? {
    let states = [BlobState.unsent] + (fetching ? [.wanted] : []) + (doubting ? [.doubted] : [])
    return try connection.statement(
      """
      SELECT hash, type, record, cbo, size, state FROM device_blob
      WHERE state IN (\(states.map { "\($0.rawValue)" }.joined(separator: ", "))) AND type != ?
        AND reason IS NULL ORDER BY state, id LIMIT 1
      """
    ).bind(BlobType.changeSet.rawValue).first { row -> BlobWork? in
      let hash = row.bytes(0)
      if row.integer(5) == BlobState.wanted.rawValue {
        let offset = try fetchedBytes(of: hash)
        return .get(
          GetBlobRequest(.record(RecordID(rawValue: row.unsigned(2))), hash: hash, offset: offset))
      }
      guard let type = BlobType(rawValue: Int(row.integer(1))) else {
        throw DeviceError.damaged("device_blob")
      }
      return .put(
        BlobHead(cbo: RecordID(rawValue: row.unsigned(3)), hash: hash, size: Int(row.integer(4)), type: type))
    } ?? nil
  }

  /// Of one that goes up, or of a set of the outbox; empty where it is not here.
  package func blobBytes(_ hash: [UInt8], from offset: Int, count: Int) throws -> [UInt8] {
    let blob = try connection.statement(
      "SELECT substr(bytes, ?, ?) FROM device_blob WHERE hash = ? AND state IN (?, ?)"
    )
    .bind(offset + 1, count, hash, BlobState.unsent.rawValue, BlobState.doubted.rawValue).first {
      $0.bytes(0)
    }
    if let blob { return blob }
    return try connection.statement("SELECT substr(bytes, ?, ?) FROM device_outbox WHERE hash = ?")
      .bind(offset + 1, count, hash).first { $0.bytes(0) } ?? []
  }

  /// What the server has of it on disk.
  ///
  /// - Returns: whether that is more than was known.
  @discardableResult
  package func record(blob hash: [UInt8], _ reply: PutBlobReply) throws -> Bool {
    let isDoubted =
      try connection.statement("SELECT 1 FROM device_blob WHERE hash = ? AND state = ?")
      .bind(hash, BlobState.doubted.rawValue).first { _ in true } ?? false
    try connection.statement("UPDATE device_blob SET sent = ?, state = ? WHERE hash = ? AND state IN (?, ?)")
      .bind(
        reply.have, (reply.isStored ? BlobState.held : .unsent).rawValue, hash, BlobState.unsent.rawValue,
        BlobState.doubted.rawValue
      ).run()
    return !isDoubted
  }

  /// One that was to go up stays, with the reason; one that was asked for is asked for no longer.
  package func refuse(blob hash: [UInt8], _ reason: Reason?) throws {
    try connection.statement("UPDATE device_blob SET state = ? WHERE hash = ? AND state = ?")
      .bind(BlobState.held.rawValue, hash, BlobState.doubted.rawValue).run()
    try connection.statement("UPDATE device_blob SET reason = ? WHERE hash = ? AND state = ?")
      .bind((reason ?? .badRequest).rawValue, hash, BlobState.unsent.rawValue).run()
    try forget(wanted: hash)
  }

  /// A piece stays where it came; with the last one all of it is compared with its hash.
  package func keep(_ piece: BlobPiece, of hash: [UInt8], at offset: Int) throws -> PieceResult {
    try shard.transaction {
      if let size = piece.size {
        try connection.statement("UPDATE device_blob SET size = ? WHERE hash = ?").bind(size, hash).run()
      }
      let size = try connection.statement("SELECT size FROM device_blob WHERE hash = ? AND state = ?")
        .bind(hash, BlobState.wanted.rawValue).first { Int($0.integer(0)) }
      let end = offset + piece.bytes.count
      guard let size, try fetchedBytes(of: hash) == offset, (1...Self.blobBytesMaximum).contains(size),
        end <= size
      else { return try refused(hash) }
      if !piece.bytes.isEmpty {
        try connection.statement("INSERT INTO device_blob_piece (hash, offset, bytes) VALUES (?, ?, ?)")
          .bind(hash, offset, piece.bytes).run()
      }
      return end == size ? try adopt(hash) : .kept(through: end, of: size)
    }
  }

  private static let blobBytesMaximum = BlobType.allCases.map(\.bytesMaximum).max() ?? 0

  private func adopt(_ hash: [UInt8]) throws -> PieceResult {
    let bytes = try connection.statement("SELECT bytes FROM device_blob_piece WHERE hash = ? ORDER BY offset")
      .bind(hash).all { $0.bytes(0) }.flatMap { $0 }
    guard Hash.sha256(bytes) == hash else { return try refused(hash) }
    try connection.statement("UPDATE device_blob SET bytes = ?, state = ? WHERE hash = ?")
      .bind(bytes, BlobState.held.rawValue, hash).run()
    try connection.statement("DELETE FROM device_blob_piece WHERE hash = ?").bind(hash).run()
    return .whole
  }

  /// What is here of it leads nowhere.
  private func refused(_ hash: [UInt8]) throws -> PieceResult {
    try forget(wanted: hash)
    return .refused
  }

  private func forget(wanted hash: [UInt8]) throws {
    try connection.statement("DELETE FROM device_blob WHERE hash = ? AND state = ?")
      .bind(hash, BlobState.wanted.rawValue).run()
    try connection.statement("DELETE FROM device_blob_piece WHERE hash = ?").bind(hash).run()
  }

  func unsentBlobs() throws -> Int {
    try connection.statement("SELECT COUNT(*) FROM device_blob WHERE state = ?").bind(
      BlobState.unsent.rawValue
    )
    .first { Int($0.integer(0)) } ?? 0
  }

  /// Asked for, and not here whole.
  func wantedFiles() throws -> Int {
    try connection.statement("SELECT COUNT(*) FROM device_blob WHERE state = ? AND type != ?").bind(
      BlobState.wanted.rawValue, BlobType.changeSet.rawValue
    )
    .first { Int($0.integer(0)) } ?? 0
  }

  func refusedBlobs() throws -> [DeviceStatus.RefusedFile] {
    try connection.statement(
      "SELECT record, reason FROM device_blob WHERE state = ? AND reason IS NOT NULL ORDER BY id"
    ).bind(BlobState.unsent.rawValue).all { row in
      Reason(rawValue: Int(row.integer(1))).map {
        .init(record: RecordID(rawValue: row.unsigned(0)), reason: $0)
      }
    }.compactMap { $0 }
  }

  /// The first of a page's long sets that is not here whole; nil = the page can be applied.
  package func nextNamedSet(of page: DownloadPage) throws -> GetBlobRequest? {
    for set in page.sets {
      guard let hash = set.named, try !isHere(hash) else { continue }
      try connection.statement(
        "INSERT OR IGNORE INTO device_blob (hash, type, record, cbo, state, sent) VALUES (?, ?, ?, 0, ?, 0)"
      ).bind(
        hash, BlobType.changeSet.rawValue, set.envelope.seq.rawValue, BlobState.wanted.rawValue
      ).run()
      return GetBlobRequest(.set(set.envelope.seq), hash: hash, offset: try fetchedBytes(of: hash))
    }
    return nil
  }

  /// A long set that a page named, fetched before the page is applied.
  func namedSet(_ hash: [UInt8]) throws -> [UInt8] {
    let bytes =
      try connection.statement("SELECT bytes FROM device_blob WHERE hash = ?").bind(hash)
      .first { $0.bytes(0) } ?? []
    guard Hash.sha256(bytes) == hash else { throw DeviceError.damaged("device_blob") }
    return bytes
  }

  /// Their page is applied; what another session left in part is dropped with them.
  func dropNamedSets() throws {
    let ofSets = "SELECT hash FROM device_blob WHERE type = ?"
    try connection.statement("DELETE FROM device_blob_piece WHERE hash IN (\(ofSets))")
      .bind(BlobType.changeSet.rawValue).run()
    try connection.statement("DELETE FROM device_blob WHERE type = ?").bind(BlobType.changeSet.rawValue).run()
  }

  func isHere(_ hash: [UInt8]) throws -> Bool {
    try connection.statement("SELECT 1 FROM device_blob WHERE hash = ? AND bytes IS NOT NULL").bind(hash)
      .first { _ in true } ?? false
  }

  private func fetchedBytes(of hash: [UInt8]) throws -> Int {
    try connection.statement(
      "SELECT coalesce(max(offset + length(bytes)), 0) FROM device_blob_piece WHERE hash = ?"
    ).bind(hash).first { Int($0.integer(0)) } ?? 0
  }
}
