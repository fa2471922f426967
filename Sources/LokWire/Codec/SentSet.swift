internal import CLokProto
import LokBooks

/// A change-set as its message has it: ids and clocks still implied, patches still bytes.
struct SentSet {
  struct Change {
    var entity: Entity
    /// Nil = a new record.
    var record: RecordID?
    var hlcStepMilliseconds: UInt32
    var patch: [UInt8]
  }

  var kind: ChangeSet.Kind
  var cbo: RecordID
  var device: DeviceNumber
  var firstDeviceSeq: DeviceSeq
  var firstCounter: UInt32
  var baseSeq: Seq
  var baseEpoch: Epoch?
  var firstHLC: HybridTime
  var sealNonce: UInt64?
  var author: UInt32?
  var changes: [Change]
}

extension SentSet {
  func encoded() -> [UInt8] {
    Loksync__V1__ChangeSet.encode { arena in
      var message = Loksync__V1__ChangeSet.empty
      fillEnum(&message.has_kind, &message.kind, kind.rawValue)
      fillUnlessZero(&message.has_cbo, &message.cbo, cbo.rawValue)
      fillUnlessZero(&message.has_device, &message.device, device.rawValue)
      fillUnlessZero(&message.has_first_device_seq, &message.first_device_seq, firstDeviceSeq.rawValue)
      fillUnlessZero(&message.has_first_counter, &message.first_counter, firstCounter)
      fillUnlessZero(&message.has_base_seq, &message.base_seq, baseSeq.rawValue)
      arena.fill(&message.has_base_epoch, &message.base_epoch, baseEpoch?.bytes)
      fillUnlessZero(&message.has_first_hlc, &message.first_hlc, firstHLC.rawValue)
      fill(&message.has_seal_nonce, &message.seal_nonce, sealNonce)
      fill(&message.has_author, &message.author, author)
      arena.fill(&message.n_change, &message.change, changes.map { $0.message(in: arena) })
      return message
    }
  }

  /// Size and number of changes are checked before anything is allocated for them.
  init(decoding bytes: [UInt8]) throws(WireError) {
    let changeField: UInt32 = 11
    guard bytes.count <= WireLimits.setBytes else {
      throw .overLimit(actual: bytes.count, limit: WireLimits.setBytes)
    }
    var reader = FieldReader(bytes)
    var count = 0
    while let field = try reader.next() { if field.number == changeField { count += 1 } }
    guard count <= WireLimits.changesPerSet else {
      throw .tooManyChanges(actual: count, limit: WireLimits.changesPerSet)
    }
    self = try Loksync__V1__ChangeSet.decode(bytes) { message throws(WireError) in try SentSet(message) }
  }

  private init(_ message: Loksync__V1__ChangeSet) throws(WireError) {
    self.init(
      kind: try required(message.has_kind, message.kind, "kind"),
      cbo: try recordID(message.cbo, "cbo"), device: try LokWire.device(message.device),
      firstDeviceSeq: try deviceSeq(message.first_device_seq, "first_device_seq"),
      firstCounter: message.first_counter, baseSeq: try seq(message.base_seq, "base_seq"),
      baseEpoch: try epoch(message.has_base_epoch, message.base_epoch, "base_epoch"),
      firstHLC: try hybridTime(message.first_hlc, "first_hlc"),
      sealNonce: present(message.has_seal_nonce, message.seal_nonce),
      author: present(message.has_author, message.author),
      changes: try load(message.n_change, message.change, Change.init))
  }
}

extension SentSet.Change {
  fileprivate func message(in arena: Arena) -> Loksync__V1__Change {
    var message = Loksync__V1__Change.empty
    fillUnlessZero(&message.has_entity, &message.entity, entity.rawValue)
    fill(&message.has_record, &message.record, record?.rawValue)
    fillUnlessZero(&message.has_hlc_step_ms, &message.hlc_step_ms, hlcStepMilliseconds)
    arena.fillUnlessEmpty(&message.has_patch, &message.patch, patch)
    return message
  }

  fileprivate init(_ message: Loksync__V1__Change) throws(WireError) {
    self.init(
      entity: Entity(rawValue: message.entity),
      record: try present(message.has_record, message.record)
        .flatMap { value throws(WireError) in try recordID(value, "change.record") },
      hlcStepMilliseconds: message.hlc_step_ms, patch: load(message.patch))
  }
}
