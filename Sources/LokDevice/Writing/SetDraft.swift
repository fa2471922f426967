import LokBooks
import LokWire

/// A set while it is being put together inside a transaction: ids are minted here, parts are sealed where
/// their place is known.
struct SetDraft {
  let kind: ChangeSet.Kind
  let block: BlockCode
  let identity: DeviceIdentity
  let firstDeviceSeq: DeviceSeq
  let firstCounter: UInt64
  let time: HybridTime
  var baseSeq: Seq
  private(set) var sealNonce: UInt64?
  private(set) var changes: [Change] = []
  private(set) var newRecords: [RecordID] = []
  private(set) var wrappedKeys: [WrappedKey] = []
  private(set) var mintedKeys: [(member: RecordID, key: [UInt8])] = []

  init(
    kind: ChangeSet.Kind, block: BlockCode, identity: DeviceIdentity, counters: DeviceStore.Counters,
    time: HybridTime, baseSeq: Seq
  ) {
    self.kind = kind
    self.block = block
    self.identity = identity
    firstDeviceSeq = counters.nextDeviceSeq
    firstCounter = counters.nextCounter
    self.time = time
    self.baseSeq = baseSeq
  }

  /// The first counter that this set does not use.
  var nextCounter: UInt64 { firstCounter + UInt64(newRecords.count) }

  /// - Parameter record: nil = a new one.
  @discardableResult
  mutating func add(_ entity: Entity, _ record: RecordID? = nil, _ patch: Patch) throws(DeviceError)
    -> RecordID
  {
    let id: RecordID
    if let record {
      id = record
    } else {
      guard let counter = UInt32(exactly: nextCounter) else { throw .countersUsedUp }
      id = RecordID(device: identity.number, counter: counter)
      newRecords.append(id)
    }
    changes.append(Change(entity: entity, record: id, isNew: record == nil, hlc: time, patch: patch))
    return id
  }

  /// Seals a part of the change added last, under its member's key.
  mutating func seal(
    _ part: [UInt8], _ field: UInt32, with key: PersonKey, random: RandomBytes
  ) throws(DeviceError) {
    let setNonce = sealNonce ?? random.number()
    sealNonce = setNonce
    let index = UInt32(changes.count - 1)
    let place = SealedPlace(
      block: block, record: changes[changes.count - 1].record,
      deviceSeq: firstDeviceSeq.advanced(by: index), field: field)
    do {
      let sealed = try key.seal(part, nonce: SealNonce(setNonce: setNonce, changeIndex: index), at: place)
      changes[changes.count - 1].patch[field] = .bytes(sealed)
    } catch {
      throw .sealFailed
    }
  }

  /// The member's key travels with this set, wrapped for the server.
  mutating func carry(_ key: PersonKey, of member: RecordID) throws(DeviceError) {
    do {
      wrappedKeys.append(try VaultPublicKey(identity.vaultKey).wrap(key, of: member, in: block))
      mintedKeys.append((member, key.bytes))
    } catch {
      throw .sealFailed
    }
  }

  func changeSet(of cbo: RecordID) -> ChangeSet {
    ChangeSet(
      kind: kind, cbo: cbo, device: identity.number, firstDeviceSeq: firstDeviceSeq,
      firstCounter: UInt32(clamping: firstCounter), baseSeq: baseSeq, firstHLC: time, sealNonce: sealNonce,
      changes: changes)
  }
}

extension Patch {
  /// The fields that have a value.
  init(present fields: (UInt32, FieldValue?)...) {
    self.init(fields.compactMap { number, value in value.map { Field(number: number, value: $0) } })
  }
}

extension FieldValue {
  init(_ record: RecordID) { self = .integer(Int64(bitPattern: record.rawValue)) }
  init(_ day: Day) { self = .integer(Int64(day.number)) }
  init(_ paise: Paise) { self = .integer(paise.rawValue) }
  init(_ number: UInt32) { self = .integer(Int64(number)) }
}
