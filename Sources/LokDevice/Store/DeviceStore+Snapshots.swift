package import LokBooks
import LokSQLite
import LokShard
package import LokWire

/// Taking up groups by their snapshots. A file is kept piece by piece as it comes, so that a cut costs no
/// more than the piece that was on its way. Its preview is there to look at as soon as it is whole; the file
/// becomes books when it is, in one transaction. The outbox is not touched by any of it.
extension DeviceStore {
  /// What this phone asks for: all in its scope but what it holds. A CBO of which own sets are on their way
  /// comes with the download, which does not send a phone's own bytes back.
  package func snapshotRequest(only: [RecordID] = []) throws -> SnapshotRequest {
    let held = try shard.heldCBOs().map(\.cbo)
    let own = try connection.statement("SELECT DISTINCT cbo FROM device_outbox WHERE applied = 0")
      .all { RecordID(rawValue: $0.unsigned(0)) }
    return SnapshotRequest(
      have: only.isEmpty ? Set(held + own).subtracting(try shard.previews()).sorted() : [], only: only,
      begun: try begunFiles().map {
        .init(cbo: $0.cbo, seq: $0.seq, hash: $0.stated.hashNumber, offset: $0.bytes.count)
      })
  }

  /// - Parameter head: with the last page of a first sync: where the download goes on.
  package func apply(_ page: SnapshotPage, adopting head: Seq?) throws -> SnapshotResult {
    do {
      try shard.transaction {
        for key in page.keys { try keep(key.key, of: key.member) }
        for part in page.parts { try take(part) }
        if let head {
          // What has left the scope meanwhile.
          try connection.statement("DELETE FROM device_snapshot").run()
          try connection.statement(
            "UPDATE device_state SET cursor_seq = ?, epoch = COALESCE(server_epoch, epoch) "
              + "WHERE cursor_seq = 0 AND scope_version = 0"
          ).bind(head.rawValue).run()
        }
      }
      return .applied
    } catch let refused as RefusedPart {
      // What is here of it leads nowhere: the next session begins it anew.
      try forget(refused.cbo)
      return .refused(refused.cbo)
    }
  }

  func rememberTaken(scope version: UInt32) throws {
    try connection.statement("INSERT OR REPLACE INTO device_taken_scope (id, version) VALUES (1, ?)")
      .bind(version).run()
  }

  func takenScope() throws -> UInt32? {
    try connection.statement("SELECT version FROM device_taken_scope").first {
      UInt32(clamping: $0.integer(0))
    }
  }

  private struct RefusedPart: Error { var cbo: RecordID }

  private func begunFiles(of cbo: RecordID? = nil) throws -> [BegunFile] {
    try connection.statement(
      """
      SELECT cbo, seq, hash, file_bytes, plain_bytes, preview_bytes, preview_plain_bytes, bytes
      FROM device_snapshot WHERE ?1 IS NULL OR cbo = ?1 ORDER BY cbo
      """
    ).bind(cbo?.rawValue).all { row in
      let previewBytes = Int(row.integer(5))
      return BegunFile(
        cbo: RecordID(rawValue: row.unsigned(0)), seq: Seq(row.unsigned(1)),
        stated: .init(
          hash: row.bytes(2), bytes: Int(row.integer(3)), plainBytes: row.optionalInteger(4).map { Int($0) },
          preview: previewBytes == 0 ? nil : .init(bytes: previewBytes, plainBytes: Int(row.integer(6)))),
        bytes: row.bytes(7))
    }
  }

  private func forget(_ cbo: RecordID) throws {
    try connection.statement("DELETE FROM device_snapshot WHERE cbo = ?").bind(cbo.rawValue).run()
  }

  private func keep(_ file: BegunFile) throws {
    try connection.statement(
      """
      INSERT INTO device_snapshot (cbo, seq, hash, file_bytes, plain_bytes, preview_bytes,
        preview_plain_bytes, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """
    ).bind(
      file.cbo.rawValue, file.seq.rawValue, file.stated.hash, file.stated.bytes, file.stated.plainBytes,
      file.stated.preview?.bytes ?? 0, file.stated.preview?.plainBytes ?? 0, file.bytes
    ).run()
  }

  private func take(_ part: SnapshotPart) throws {
    var file: BegunFile
    if let stated = part.file, part.offset == 0 {
      file = BegunFile(cbo: part.cbo, seq: part.seq, stated: stated, bytes: [])
    } else {
      guard let begun = try begunFiles(of: part.cbo).first, begun.seq == part.seq else {
        throw RefusedPart(cbo: part.cbo)
      }
      file = begun
    }
    guard part.offset == file.bytes.count, part.bytes.count <= file.stated.bytes - part.offset,
      file.stated.bytes <= WireLimits.frameBytesMaximum
    else { throw RefusedPart(cbo: part.cbo) }
    let previewEnd = file.stated.preview?.bytes ?? .max
    let hadPreview = file.bytes.count >= previewEnd
    file.bytes += part.bytes
    try forget(part.cbo)
    if file.bytes.count == file.stated.bytes { return try adopt(file) }
    try keep(file)
    if !hadPreview, file.bytes.count >= previewEnd { try adoptPreview(of: file) }
  }

  private func adoptPreview(of file: BegunFile) throws {
    guard let plain = try? file.previewPlain(),
      let preview = try? CboSnapshot(decoding: plain, block: block), preview.cbo == file.cbo,
      preview.seq == file.seq, preview.extent == .preview
    else { throw RefusedPart(cbo: file.cbo) }
    try shard.adopt(preview)
  }

  private func adopt(_ file: BegunFile) throws {
    guard Hash.sha256(file.bytes) == file.stated.hash, let plain = try? file.plain(),
      let snapshot = try? CboSnapshot(decoding: plain, block: block), snapshot.cbo == file.cbo,
      snapshot.seq == file.seq, snapshot.extent != .preview
    else { throw RefusedPart(cbo: file.cbo) }
    do {
      try shard.adopt(snapshot)
    } catch is SnapshotError {
      throw RefusedPart(cbo: file.cbo)
    }
    let own = try identities(where: "1 = 1").map(\.number)
    for stored in snapshot.sets where own.contains(stored.envelope.device) {
      try cameDown(stored, stored.bytes ?? [])
    }
    try connection.statement("UPDATE device_outbox SET applied = 1 WHERE cbo = ? AND seq <= ?")
      .bind(file.cbo.rawValue, file.seq.rawValue).run()
    try connection.statement("UPDATE device_state SET hlc = MAX(hlc, ?)")
      .bind(snapshot.latestHLC.rawValue).run()
  }
}

/// A file as far as it is here.
private struct BegunFile {
  var cbo: RecordID
  var seq: Seq
  var stated: SnapshotPart.File
  var bytes: [UInt8]

  func plain() throws -> [UInt8] {
    guard let size = stated.plainBytes else { return bytes }
    guard let preview = stated.preview else {
      return try PayloadCompression.expanded(bytes, to: size, dictionary: 1)
    }
    return try PayloadCompression.expanded(
      Array(bytes.dropFirst(preview.bytes)), to: size, after: try previewPlain())
  }

  func previewPlain() throws -> [UInt8] {
    guard let preview = stated.preview else { throw WireError.undecodable }
    return try PayloadCompression.expanded(
      Array(bytes.prefix(preview.bytes)), to: preview.plainBytes, dictionary: 1)
  }
}

extension DeviceStore {
  /// What the server has confirmed, for a named book. Such a book is of all that was ever entered: of a part
  /// of it, it would show wrong figures.
  /// - Throws: `DeviceError.historyNotHere`.
  package func confirmedBooks(of cbo: RecordID) throws -> GroupBooks? {
    guard try shard.heldHistory(of: cbo) == nil, try !shard.previews().contains(cbo) else {
      throw DeviceError.historyNotHere(cbo)
    }
    return try shard.groupBooks(of: cbo)
  }

  /// The older sets that are not on this phone: what `device sync --history` asks for.
  package func missingHistory() throws -> [DownloadRequest.History] {
    try shard.incompleteHistories().map { .init(cbo: $0.cbo, after: $0.fetched, through: $0.floor) }
  }

  /// Of these, the groups that this phone writes in, or was enrolled for by name: a wide scope's others are
  /// looked at as they stand.
  package func missingOwnHistory() throws -> [DownloadRequest.History] {
    let missing = try missingHistory()
    guard !missing.isEmpty else { return [] }
    let written = try connection.statement("SELECT DISTINCT cbo FROM device_outbox")
      .all { RecordID(rawValue: $0.unsigned(0)) }
    let own = Set(written).union(try identity().grants.compactMap(\.group))
    return missing.filter { own.contains($0.cbo) }
  }

  /// How much of the groups' older sets is here.
  func heldHistory() throws -> DeviceStatus.History {
    let missing = try missingHistory()
    var history = DeviceStatus.History(groups: try shard.heldCBOs().count { $0.cbo != .blockBook })
    history.whole = history.groups - missing.count { $0.cbo != .blockBook }
    for group in missing where group.after > .zero {
      history.olderSets +=
        try connection.statement("SELECT COUNT(*) FROM journal WHERE cbo = ? AND seq <= ?")
        .bind(group.cbo.rawValue, group.after.rawValue).first { Int($0.integer(0)) } ?? 0
    }
    return history
  }
}
