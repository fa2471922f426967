package import LokBooks
import LokSQLite
import LokShard
package import LokWire

/// Taking up groups by their snapshots. A file is kept piece by piece as it comes, so that a cut costs no
/// more than the piece that was on its way; it becomes books when it is whole, in one transaction. The outbox
/// is not touched by any of it.
extension DeviceStore {
  /// What this phone asks for: all in its scope but what it holds. A CBO of which own sets are on their way
  /// comes with the download, which does not send a phone's own bytes back.
  package func snapshotRequest(only: [RecordID] = []) throws -> SnapshotRequest {
    let held = try shard.heldCBOs().map(\.cbo)
    let own = try connection.statement("SELECT DISTINCT cbo FROM device_outbox WHERE applied = 0")
      .all { RecordID(rawValue: $0.unsigned(0)) }
    let begun = try begunFile()
    return SnapshotRequest(
      have: only.isEmpty ? Set(held + own).sorted() : [], only: only,
      resume: begun.map {
        SnapshotPart(cbo: $0.cbo, seq: $0.seq, file: $0.stated, offset: $0.bytes.count, bytes: [])
      })
  }

  /// - Parameter head: with the last page of a first sync: where the download goes on.
  package func apply(_ page: SnapshotPage, adopting head: Seq?) throws -> SnapshotResult {
    do {
      try shard.transaction {
        for key in page.keys { try keep(key.key, of: key.member) }
        for part in page.parts { try take(part) }
        if let head {
          try connection.statement(
            "UPDATE device_state SET cursor_seq = ?, epoch = COALESCE(server_epoch, epoch) "
              + "WHERE cursor_seq = 0 AND scope_version = 0"
          ).bind(head.rawValue).run()
        }
      }
      return .applied
    } catch let refused as RefusedPart {
      // What is here of it leads nowhere: the next session begins it anew.
      try connection.statement("DELETE FROM device_snapshot").run()
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

  private struct BegunFile {
    var cbo: RecordID
    var seq: Seq
    var stated: SnapshotPart.File
    var bytes: [UInt8]
  }

  private func begunFile() throws -> BegunFile? {
    try connection.statement(
      "SELECT cbo, seq, hash, file_bytes, plain_bytes, bytes FROM device_snapshot"
    ).first { row in
      BegunFile(
        cbo: RecordID(rawValue: row.unsigned(0)), seq: Seq(row.unsigned(1)),
        stated: .init(
          hash: row.bytes(2), bytes: Int(row.integer(3)), plainBytes: row.optionalInteger(4).map { Int($0) }),
        bytes: row.bytes(5))
    }
  }

  private func take(_ part: SnapshotPart) throws {
    var file: BegunFile
    if let stated = part.file, part.offset == 0 {
      file = BegunFile(cbo: part.cbo, seq: part.seq, stated: stated, bytes: [])
    } else {
      guard let begun = try begunFile(), begun.cbo == part.cbo, begun.seq == part.seq else {
        throw RefusedPart(cbo: part.cbo)
      }
      file = begun
    }
    guard part.offset == file.bytes.count, part.bytes.count <= file.stated.bytes - part.offset,
      file.stated.bytes <= WireLimits.frameBytesMaximum
    else { throw RefusedPart(cbo: part.cbo) }
    file.bytes += part.bytes
    try connection.statement("DELETE FROM device_snapshot").run()
    if file.bytes.count == file.stated.bytes { return try adopt(file) }
    try connection.statement(
      "INSERT INTO device_snapshot (cbo, seq, hash, file_bytes, plain_bytes, bytes) VALUES (?, ?, ?, ?, ?, ?)"
    ).bind(
      file.cbo.rawValue, file.seq.rawValue, file.stated.hash, file.stated.bytes, file.stated.plainBytes,
      file.bytes
    ).run()
  }

  private func adopt(_ file: BegunFile) throws {
    guard Hash.sha256(file.bytes) == file.stated.hash, let snapshot = try? decoded(file),
      snapshot.cbo == file.cbo, snapshot.seq == file.seq
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

  private func decoded(_ file: BegunFile) throws -> CboSnapshot {
    let plain = try file.stated.plainBytes.map {
      try PayloadCompression.expanded(file.bytes, to: $0, dictionary: 1)
    }
    return try CboSnapshot(decoding: plain ?? file.bytes, block: block)
  }
}

extension DeviceStore {
  /// What the server has confirmed, for a named book. Such a book is of all that was ever entered: of a part
  /// of it, it would show wrong figures.
  /// - Throws: `DeviceError.historyNotHere`.
  package func confirmedBooks(of cbo: RecordID) throws -> GroupBooks? {
    guard try shard.heldHistory(of: cbo) == nil else { throw DeviceError.historyNotHere(cbo) }
    return try shard.groupBooks(of: cbo)
  }

  /// The older sets that are not on this phone: what `device sync --history` asks for.
  package func missingHistory() throws -> [DownloadRequest.History] {
    try shard.incompleteHistories().map { .init(cbo: $0.cbo, after: $0.fetched, through: $0.floor) }
  }
}
