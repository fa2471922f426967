import LokBooks
import LokMerge
import LokSQLite
import LokShard
package import LokWire

extension DeviceStore {
  /// Applies a page: its sets, the scope's change, the keys and the cursor, all or nothing. A CBO whose
  /// chain then is not the server's leaves everything as it was.
  package func apply(_ page: DownloadPage, adopting version: UInt32?) throws -> PageResult {
    do {
      try shard.transaction { try applyWhole(page, adopting: version) }
      return .applied
    } catch let divergence as Divergence {
      return .diverged(divergence)
    } catch let error as SnapshotError {
      return .diverged(Divergence(error))
    }
  }

  private func applyWhole(_ page: DownloadPage, adopting version: UInt32?) throws {
    for cbo in page.scope?.drop ?? [] { try drop(cbo) }
    let own = try identities(where: "1 = 1").map(\.number)
    var hlc = try counters().hlc
    var lastOfCBO: [RecordID: Seq] = [:]
    for stored in page.sets {
      let bytes = try stored.bytes ?? stored.named.map(namedSet) ?? ownBytes(stored.envelope)
      let cbo = try ChangeSet(decoding: bytes).cbo
      lastOfCBO[cbo] = stored.envelope.seq
      // A backfill and the tail may overlap.
      try fitting(cbo, stored.envelope.seq) {
        if try stored.envelope.seq > shard.chain(of: cbo).seq {
          try shard.apply(stored.envelope, verdicts: stored.verdicts, bytes: bytes)
        } else if page.backfill == cbo {
          // In the tail such a set lies between where the download began and a snapshot that was read
          // later.
          try shard.keepHistory(stored.envelope, verdicts: stored.verdicts, bytes: bytes)
        }
      }
      if own.contains(stored.envelope.device) { try cameDown(stored, bytes) }
      hlc = max(hlc, stored.envelope.hlc)
    }
    if page.sets.contains(where: { $0.named != nil }) { try dropNamedSets() }
    for mark in page.chains { try compare(mark, at: lastOfCBO[mark.cbo]) }
    for key in page.keys { try keep(key.key, of: key.member) }
    try advance(page, adopting: version, hlc: hlc)
  }

  /// What does not fit the books that are here shows that they are damaged, as another chain does.
  private func fitting(_ cbo: RecordID, _ seq: Seq, _ body: () throws -> Void) throws {
    let divergence = Divergence(cbo: cbo, seq: seq, server: [], own: [])
    do {
      try body()
    } catch is ApplyError {
      throw divergence
    } catch is WireError {
      throw divergence
    } catch ShardError.damaged {
      throw divergence
    } catch let error as SQLiteError where error.isConstraint {
      throw divergence
    }
  }

  /// The server does not send a phone's own bytes back: where they are damaged here, they come with the
  /// books.
  private func ownBytes(_ envelope: Envelope) throws -> [UInt8] {
    let own = try connection.statement(
      "SELECT bytes, hash, cbo FROM device_outbox WHERE device = ? AND first_device_seq = ?"
    ).bind(envelope.device.rawValue, envelope.firstDeviceSeq.rawValue).first {
      (bytes: $0.bytes(0), hash: $0.bytes(1), cbo: RecordID(rawValue: $0.unsigned(2)))
    }
    guard let own else { throw DeviceError.ownSetMissing(envelope.firstDeviceSeq) }
    guard Hash.sha256(own.bytes) == own.hash else {
      throw Divergence(cbo: own.cbo, seq: envelope.seq, server: [], own: [])
    }
    return own.bytes
  }

  /// An own set stands in the confirmed books now. Under a number that this store no longer has, no
  /// receipt will come any more: the journal itself is the word for it.
  func cameDown(_ stored: StoredSet, _ bytes: [UInt8]) throws {
    let envelope = stored.envelope
    try connection.statement(
      """
      UPDATE device_outbox SET applied = 1, bytes = ? WHERE device = ? AND first_device_seq = ? AND hash = ?
      """
    ).bind(bytes, envelope.device.rawValue, envelope.firstDeviceSeq.rawValue, Hash.sha256(bytes)).run()
    // A set that an operator let out of quarantine: the receipt said where it was kept, this where it stands.
    try connection.statement(
      """
      UPDATE device_outbox SET seq = ?, kind = ?, verdicts = ?, resolution = NULL
      WHERE device = ? AND first_device_seq = ? AND hash = ? AND kind = ?
      """
    ).bind(
      envelope.seq.rawValue, envelope.kind.rawValue, stored.verdicts, envelope.device.rawValue,
      envelope.firstDeviceSeq.rawValue, Hash.sha256(bytes), Envelope.Kind.quarantine.rawValue
    ).run()
    guard envelope.device != (try identity().number) else { return }
    try connection.statement(
      """
      UPDATE device_outbox SET state = ?, seq = ?, kind = ?, verdicts = ?, is_own = 1
      WHERE device = ? AND first_device_seq = ? AND hash = ? AND state < ?
      """
    ).bind(
      OutboxState.committed.rawValue, envelope.seq.rawValue, envelope.kind.rawValue, stored.verdicts,
      envelope.device.rawValue, envelope.firstDeviceSeq.rawValue, Hash.sha256(bytes),
      OutboxState.committed.rawValue
    ).run()
  }

  private func compare(_ mark: DownloadPage.ChainMark, at seq: Seq?) throws {
    guard let seq else { return }
    let held = try connection.statement("SELECT chain FROM journal_by_cbo WHERE cbo = ? AND seq = ?")
      .bind(mark.cbo.rawValue, seq.rawValue).first { $0.bytes(0) }
    let own = try held ?? shard.fetchedChain(of: mark.cbo, at: seq)
    // Between what was fetched and what a snapshot began with, nothing is held to compare.
    if own == nil, let history = try shard.heldHistory(of: mark.cbo), seq <= history.floor { return }
    guard let own, mark.matches(own) else {
      throw Divergence(cbo: mark.cbo, seq: seq, server: mark.chain, own: own ?? [])
    }
  }

  private func advance(_ page: DownloadPage, adopting version: UInt32?, hlc: HybridTime) throws {
    try connection.statement(
      "UPDATE device_state SET hlc = MAX(hlc, ?), epoch = COALESCE(server_epoch, epoch)"
    )
    .bind(hlc.rawValue).run()
    if page.backfill == nil {
      try connection.statement("UPDATE device_state SET cursor_seq = ?").bind(page.last.rawValue).run()
    }
    if let version {
      try connection.statement("UPDATE device_state SET scope_version = ?").bind(version).run()
    }
  }

  /// Deletes what the server gave of a CBO. What this phone wrote stays, and so do the keys that its
  /// sets still need to be sealed again.
  func drop(_ cbo: RecordID) throws {
    let needed = try Set(unstoredSets(of: cbo).flatMap(sealedMembers))
    let members = try connection.statement("SELECT id FROM member WHERE cbo = ?").bind(cbo.rawValue)
      .all { RecordID(rawValue: $0.unsigned(0)) }
    for member in members where !needed.contains(member) {
      try connection.statement("DELETE FROM device_person_key WHERE member = ?").bind(member.rawValue).run()
    }
    try dropBlobs(of: cbo)
    try shard.drop(cbo)
    // Sets that come down again after a later gain count as new to the books.
    try connection.statement("UPDATE device_outbox SET applied = 0 WHERE cbo = ?").bind(cbo.rawValue).run()
  }

  private func unstoredSets(of cbo: RecordID) throws -> [ChangeSet] {
    try connection.statement("SELECT bytes FROM device_outbox WHERE cbo = ? AND state < ?")
      .bind(cbo.rawValue, OutboxState.stored.rawValue).all { try? ChangeSet(decoding: $0.bytes(0)) }
      .compactMap { $0 }
  }

  private func sealedMembers(_ set: ChangeSet) -> [RecordID] {
    set.changes.filter { $0.entity == .member }.map(\.record)
  }

  func keep(_ key: [UInt8], of member: RecordID) throws {
    try connection.statement("INSERT OR REPLACE INTO device_person_key (member, key) VALUES (?, ?)")
      .bind(member.rawValue, key).run()
  }

  func personKey(of member: RecordID) throws -> [UInt8]? {
    try connection.statement("SELECT key FROM device_person_key WHERE member = ?")
      .bind(member.rawValue).first { $0.bytes(0) }
  }
}
