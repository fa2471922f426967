import LokBooks
import LokSQLite
import LokWire

/// Writing again, under a new number, what the server never stored under the old one.
extension DeviceStore {
  /// Inside the transaction that adopts the new number. The old rows stay, pointing at the new ones.
  ///
  /// - Returns: how many sets were written again.
  func rewriteUnstored(of old: DeviceIdentity, as new: DeviceIdentity) throws -> Int {
    var renamed: [RecordID: RecordID] = [:]
    let rows = try connection.statement(
      """
      SELECT bytes, recorded FROM device_outbox WHERE device = ? AND state < ? ORDER BY first_device_seq
      """
    ).bind(old.number.rawValue, OutboxState.stored.rawValue).all {
      (bytes: $0.bytes(0), recorded: Timestamp(milliseconds: $0.integer(1)))
    }
    for row in rows {
      let set = try ChangeSet(decoding: row.bytes)
      let carried = try membersWithKeys(in: set)
      let counters = try counters()
      // All at once: a line may name a record that begins further down in its set.
      for (place, change) in set.changes.filter(\.isNew).enumerated() {
        guard let counter = UInt32(exactly: counters.nextCounter + UInt64(place)) else {
          throw DeviceError.countersUsedUp
        }
        renamed[change.record] = RecordID(device: new.number, counter: counter)
      }
      var draft = SetDraft(
        kind: set.kind, block: block, identity: new, counters: counters, time: set.firstHLC,
        baseSeq: set.baseSeq)
      for index in set.changes.indices {
        try rewrite(index, of: set, carried: carried, into: &draft, renamed)
      }
      var rewritten = draft.changeSet(of: renamed[set.cbo] ?? set.cbo)
      // When each line was typed stays true under any number.
      for index in set.changes.indices { rewritten.changes[index].hlc = set.changes[index].hlc }
      rewritten.baseEpoch = set.baseEpoch
      rewritten.author = set.author
      try append(rewritten, of: draft, recorded: row.recorded)
      try connection.statement(
        """
        UPDATE device_outbox SET state = ?, became_device = ?, became_seq = ?
        WHERE device = ? AND first_device_seq = ?
        """
      ).bind(
        OutboxState.rewritten.rawValue, new.number.rawValue, rewritten.firstDeviceSeq.rawValue,
        old.number.rawValue, set.firstDeviceSeq.rawValue
      ).run()
    }
    try renameBlobs(renamed)
    return rows.count
  }

  /// The first set that has not come so far; past the last one where there is none.
  func firstSet(of device: DeviceNumber, below state: OutboxState) throws -> DeviceSeq {
    let first = try connection.statement(
      "SELECT min(first_device_seq) FROM device_outbox WHERE device = ? AND state < ?"
    ).bind(device.rawValue, state.rawValue).first { $0.optionalInteger(0) }
    return try first.flatMap { $0 }.map { DeviceSeq(UInt64($0)) } ?? counters().nextDeviceSeq
  }

  /// Of the sets that the server holds under an old number, those that are this store's own.
  func markStored(_ held: [HeldSet], of device: DeviceNumber) throws {
    for set in held {
      let hash = try connection.statement(
        "SELECT hash FROM device_outbox WHERE device = ? AND first_device_seq = ? AND state < ?"
      ).bind(device.rawValue, set.firstDeviceSeq.rawValue, OutboxState.stored.rawValue).first { $0.bytes(0) }
      guard let hash, HeldSet(firstDeviceSeq: set.firstDeviceSeq, hash: hash) == set else { continue }
      try connection.statement("UPDATE device_outbox SET state = ? WHERE device = ? AND first_device_seq = ?")
        .bind(OutboxState.stored.rawValue, device.rawValue, set.firstDeviceSeq.rawValue).run()
    }
  }

  private func membersWithKeys(in set: ChangeSet) throws -> Set<RecordID> {
    Set(
      try connection.statement(
        "SELECT member FROM device_outbox_key WHERE device = ? AND first_device_seq = ?"
      ).bind(set.device.rawValue, set.firstDeviceSeq.rawValue).all { RecordID(rawValue: $0.unsigned(0)) })
  }

  private func rewrite(
    _ index: Int, of set: ChangeSet, carried: Set<RecordID>, into draft: inout SetDraft,
    _ renamed: [RecordID: RecordID]
  ) throws {
    let change = set.changes[index]
    let patch = Self.renaming(change.patch, of: change.entity, renamed)
    let id = try draft.add(change.entity, change.isNew ? nil : renamed[change.record] ?? change.record, patch)
    guard change.entity == .member else { return }
    try reseal(index, of: set, as: id, carried: carried.contains(change.record), into: &draft)
  }

  /// A sealed part opens only at its own place, so it is opened there and sealed at the new one.
  private func reseal(
    _ index: Int, of set: ChangeSet, as id: RecordID, carried: Bool, into draft: inout SetDraft
  ) throws {
    let change = set.changes[index]
    let sealed = MemberField.sealed.compactMap { field in
      change.patch.bytes(field).map { (field, $0) }
    }
    guard carried || !sealed.isEmpty else { return }
    guard let key = try personKey(of: change.record).flatMap({ PersonKey($0) }) else {
      throw DeviceError.memberKeyMissing(change.record)
    }
    let nonce = SealNonce(setNonce: set.sealNonce ?? 0, changeIndex: UInt32(index))
    for (field, bytes) in sealed {
      let place = SealedPlace(
        block: block, record: change.record, deviceSeq: set.firstDeviceSeq.advanced(by: UInt32(index)),
        field: field)
      try draft.seal(try key.open(bytes, nonce: nonce, at: place), field, with: key, random: random)
    }
    if carried { try draft.carry(key, of: id) }
  }

  /// The same patch with every reference to a renamed record following it.
  private static func renaming(
    _ patch: Patch, of entity: Entity, _ renamed: [RecordID: RecordID]
  ) -> Patch {
    var result = patch
    for field in references(of: entity) {
      guard let id = patch.record(field), let new = renamed[id] else { continue }
      result[field] = FieldValue(new)
    }
    return result
  }

  /// The fields of an entity that name other records.
  private static func references(of entity: Entity) -> [UInt32] {
    switch entity {
    case .cbo: [CBOField.parent, CBOField.village]
    case .attendance: [AttendanceField.member]
    case .entry: [EntryField.member, EntryField.loan]
    case .loan: [LoanField.member, LoanField.borrowerCBO]
    default: []
    }
  }
}
