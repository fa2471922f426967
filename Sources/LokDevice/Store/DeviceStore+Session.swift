package import LokBooks
import LokSQLite
import LokShard
package import LokWire

/// What a session asks of the store and tells it.
extension DeviceStore {
  /// - Parameter asksForFiles: somebody wants the files that were asked for now, whatever the link is.
  /// - Throws: `DeviceError.notRegistered`.
  package func sessionStart(appBuild: String, asksForFiles: Bool = false) throws -> SessionStart {
    try setApartUnreadable()
    let identity = try identity()
    let counters = try counters()
    let nonce = try connection.statement("SELECT nonce FROM device_state").first { $0.bytes(0) } ?? []
    var start = SessionStart(
      block: block, device: identity.number, appBuild: appBuild, key: identity.key,
      serverKey: identity.serverKey, nonce: nonce.isEmpty ? nil : nonce,
      outboxLast: DeviceSeq(counters.nextDeviceSeq.rawValue - 1), outboxChain: counters.chain,
      firstUnproven: try firstSet(of: identity.number, below: .committed),
      firstUnstored: try firstSet(of: identity.number, below: .stored), cursor: try cursor(),
      takesSnapshots: true, takenScope: try takenScope(), hasBlobs: try hasBlobsToMove())
    start.link = try link().link
    start.server = try server().text
    start.heardEpoch = try heardEpoch()
    start.fetchesFiles = asksForFiles || start.link == .fast
    start.setsToGo =
      try connection.statement("SELECT COUNT(*) FROM device_outbox WHERE device = ? AND state < ?")
      .bind(identity.number.rawValue, OutboxState.committed.rawValue).first { Int($0.integer(0)) } ?? 0
    if start.cursor.epoch != nil { start.books = try shard.booksMark(at: start.cursor.seq) }
    return start
  }

  /// The outbox chain before a number; nil where no set of this store ends there.
  package func chain(before next: DeviceSeq) throws -> [UInt8]? {
    try chain(before: next, of: try identity().number)
  }

  func chain(before next: DeviceSeq, of device: DeviceNumber) throws -> [UInt8]? {
    guard next.rawValue > 1 else { return OutboxChain.start }
    return try connection.statement(
      "SELECT chain FROM device_outbox WHERE device = ? AND first_device_seq + count = ?"
    ).bind(device.rawValue, next.rawValue).first { $0.bytes(0) }
  }

  /// The sets from `first` on; after the first one only as many as fit `bytes`.
  package func outbox(from first: DeviceSeq, sets: Int, bytes: Int) throws -> [OutboxSet] {
    let device = try identity().number
    let candidates = try connection.statement(
      """
      SELECT first_device_seq, count, bytes, hash, first_hlc FROM device_outbox
      WHERE device = ? AND first_device_seq >= ? ORDER BY first_device_seq LIMIT ?
      """
    ).bind(device.rawValue, first.rawValue, sets).all { row in
      OutboxSet(
        firstDeviceSeq: DeviceSeq(row.unsigned(0)), count: UInt32(truncatingIfNeeded: row.integer(1)),
        bytes: row.bytes(2), hash: row.bytes(3), firstHLC: HybridTime(rawValue: row.unsigned(4)))
    }
    var fitting: [OutboxSet] = []
    var room = bytes
    for var set in candidates {
      set.keys = try wrappedKeys(device, set.firstDeviceSeq)
      room -= set.frameBytes
      guard fitting.isEmpty || room >= 0 else { break }
      fitting.append(set)
    }
    return fitting
  }

  /// These leave the phone now.
  package func recordSent(_ sets: [OutboxSet]) throws {
    try shard.transaction {
      let device = try identity().number
      for set in sets { try raise(.sent, device, where: "first_device_seq = ?", set.firstDeviceSeq) }
    }
  }

  private func wrappedKeys(_ device: DeviceNumber, _ first: DeviceSeq) throws -> [WrappedKey] {
    try connection.statement(
      """
      SELECT member, wrapped FROM device_outbox_key WHERE device = ? AND first_device_seq = ? ORDER BY member
      """
    ).bind(device.rawValue, first.rawValue).all {
      WrappedKey(member: RecordID(rawValue: $0.unsigned(0)), wrapped: $0.bytes(1))
    }
  }

  /// A set's state only ever rises.
  func raise(
    _ state: OutboxState, _ device: DeviceNumber, where condition: String, _ bound: DeviceSeq
  ) throws {
    try connection.statement(
      "UPDATE device_outbox SET state = ? WHERE device = ? AND state < ? AND \(condition)"
    ).bind(state.rawValue, device.rawValue, state.rawValue, bound.rawValue).run()
  }

  /// The server has every set before `bound` on disk.
  package func recordStored(before bound: DeviceSeq) throws {
    try raise(.stored, try identity().number, where: "first_device_seq + count <= ?", bound)
  }

  /// Keeps a verified receipt, and what it says of each set.
  package func recordCommitted(_ receipt: Receipt) throws {
    try recordCommitted(receipt, of: try identity()) { _ in true }
  }

  /// - Parameter isWanted: of the receipt's sets, those that are told something by it.
  func recordCommitted(
    _ receipt: Receipt, of identity: DeviceIdentity, where isWanted: (DeviceSeq) -> Bool
  ) throws {
    try shard.transaction {
      try connection.statement(
        "INSERT INTO device_receipt (device, epoch, places, signature, server_key) VALUES (?, ?, ?, ?, ?)"
      ).bind(
        identity.number.rawValue, receipt.epoch.bytes,
        receipt.places.flatMap { $0.seq.rawValue.bigEndianBytes + $0.leaf }, receipt.signature,
        identity.serverKey
      ).run()
      let id = connection.lastInsertedRow
      for entry in receipt.entries where isWanted(entry.committed.firstDeviceSeq) {
        try connection.statement(
          """
          UPDATE device_outbox SET state = ?, seq = ?, kind = ?, verdicts = ?, resolution = ?, receipt = ?,
            is_own = ? WHERE device = ? AND first_device_seq = ?
          """
        ).bind(
          OutboxState.committed.rawValue, entry.committed.seq.rawValue, entry.committed.kind.rawValue,
          entry.committed.verdicts, entry.committed.resolution, id, entry.isOwnBytes,
          identity.number.rawValue, entry.committed.firstDeviceSeq.rawValue
        ).run()
      }
    }
  }

  package func remember(nonce: [UInt8], epoch: Epoch) throws {
    try connection.statement("UPDATE device_state SET nonce = ?, server_epoch = ?")
      .bind(nonce, epoch.bytes).run()
  }

  /// Where a download has to begin.
  package func place() throws -> (cursor: Cursor, have: [DownloadRequest.Have]) {
    var cursor = try cursor()
    if cursor.epoch == nil { cursor.epoch = try heardEpoch() }
    return (cursor, try shard.heldCBOs())
  }

  private func heardEpoch() throws -> Epoch? {
    try connection.statement("SELECT server_epoch FROM device_state").first { Epoch($0.bytes(0)) } ?? nil
  }

  /// What a session's end leaves for a person to see. After a good end nothing of it holds any more.
  package func noteOutcome(_ outcome: SyncOutcome, at now: Timestamp) throws {
    try shard.transaction {
      switch outcome {
      case .done:
        try clearTroubles(.person)
        try connection.statement("UPDATE device_state SET is_revoked = 0").run()
      case .revoked: try connection.statement("UPDATE device_state SET is_revoked = 1").run()
      default: break
      }
      // What passes is told by the sync itself.
      if let trouble = outcome.trouble, trouble.kind != .wait { try note(trouble, at: now) }
    }
  }
}

extension String {
  /// MEETING_NUMBER_TAKEN as a sentence has it: meeting number taken.
  var wordsOfCode: String { lowercased().split(separator: "_").joined(separator: " ") }
}
