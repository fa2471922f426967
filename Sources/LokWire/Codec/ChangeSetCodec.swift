package import LokBooks

extension ChangeSet {
  /// Throws where an implied value would differ from the one that stands here: a new record's id is
  /// `device << 32 | firstCounter + k`, the k-th new one's; and from `firstHLC` on, each change's HLC is
  /// whole milliseconds (below 2^32) after the one before it.
  package func encoded() throws(WireError) -> [UInt8] {
    guard changes.count <= WireLimits.changesPerSet else {
      throw .tooManyChanges(actual: changes.count, limit: WireLimits.changesPerSet)
    }
    var implied = ImpliedIDs(device: device, firstCounter: firstCounter)
    var clock = firstHLC
    var sent: [SentSet.Change] = []
    sent.reserveCapacity(changes.count)
    for change in changes {
      if change.isNew, try implied.next() != change.record { throw .outOfRange(field: "change.record") }
      sent.append(
        SentSet.Change(
          entity: change.entity, record: change.isNew ? nil : change.record,
          hlcStepMilliseconds: try Self.step(from: clock, to: change.hlc),
          patch: try change.patch.encoded(as: change.entity)))
      clock = change.hlc
    }
    return SentSet(
      kind: kind, cbo: cbo, device: device, firstDeviceSeq: firstDeviceSeq, firstCounter: firstCounter,
      baseSeq: baseSeq, baseEpoch: baseEpoch, firstHLC: firstHLC, sealNonce: sealNonce, author: author,
      changes: sent
    ).encoded()
  }

  package init(decoding bytes: [UInt8]) throws(WireError) {
    let sent = try SentSet(decoding: bytes)
    var implied = ImpliedIDs(device: sent.device, firstCounter: sent.firstCounter)
    var clock = sent.firstHLC
    var changes: [Change] = []
    changes.reserveCapacity(sent.changes.count)
    for change in sent.changes {
      clock = try hybridTime(
        clock.advanced(byMilliseconds: UInt64(change.hlcStepMilliseconds)).rawValue, "change.hlc_step_ms")
      let record = if let named = change.record { named } else { try implied.next() }
      changes.append(
        Change(
          entity: change.entity, record: record, isNew: change.record == nil, hlc: clock,
          patch: try Patch(decoding: change.patch, as: change.entity)))
    }
    self.init(
      kind: sent.kind, cbo: sent.cbo, device: sent.device, firstDeviceSeq: sent.firstDeviceSeq,
      firstCounter: sent.firstCounter, baseSeq: sent.baseSeq, baseEpoch: sent.baseEpoch,
      firstHLC: sent.firstHLC, sealNonce: sent.sealNonce, author: sent.author, changes: changes)
  }

  /// The HLC that a set's bytes say, without decoding the rest; nil where they are no message.
  package static func firstHLC(in bytes: [UInt8]) -> HybridTime? {
    let firstHLCField: UInt32 = 8
    var reader = FieldReader(bytes)
    var value: UInt64 = 0
    do {
      while let field = try reader.next() {
        if field.number == firstHLCField, field.type == .eightBytes { value = field.bits }
      }
      return try hybridTime(value, "first_hlc")
    } catch {
      return nil
    }
  }

  /// The ids of an entity's records that begin in a set, without decoding what they say: a server asks it of
  /// each set that it sends.
  ///
  /// - Throws: `.undecodable`, `.outOfRange`.
  package static func newRecords(of entity: Entity, in bytes: [UInt8]) throws(WireError) -> [RecordID] {
    let (deviceField, firstCounterField, changeField): (UInt32, UInt32, UInt32) = (3, 5, 11)
    var reader = FieldReader(bytes)
    var (device, firstCounter) = (DeviceNumber(0), UInt32(0))
    var new: UInt32 = 0
    // Their places among the new ones: most sets have none.
    var places: [UInt32] = []
    while let field = try reader.next() {
      switch field.number {
      case deviceField: device = try LokWire.device(UInt32(truncatingIfNeeded: field.bits))
      case firstCounterField: firstCounter = UInt32(truncatingIfNeeded: field.bits)
      case changeField:
        let (kind, isNew) = try Self.head(of: field.payload, in: bytes)
        if isNew, kind == entity { places.append(new) }
        if isNew { new += 1 }
      default: continue
      }
    }
    let implied = ImpliedIDs(device: device, firstCounter: firstCounter)
    return try places.map { place throws(WireError) in try implied.id(at: place) }
  }

  @inline(__always)
  private static func head(
    of change: Range<Int>, in bytes: [UInt8]
  ) throws(WireError) -> (entity: Entity, isNew: Bool) {
    let (entityField, recordField): (UInt32, UInt32) = (1, 2)
    var reader = FieldReader(bytes, in: change)
    var (entity, isNew) = (Entity(rawValue: 0), true)
    while let field = try reader.next() {
      if field.number == entityField { entity = Entity(rawValue: UInt32(truncatingIfNeeded: field.bits)) }
      if field.number == recordField { isNew = false }
    }
    return (entity, isNew)
  }

  private static func step(from earlier: HybridTime, to later: HybridTime) throws(WireError) -> UInt32 {
    let (difference, backwards) = later.rawValue.subtractingReportingOverflow(earlier.rawValue)
    guard !backwards, difference & 0xFFFF == 0, let step = UInt32(exactly: difference >> 16) else {
      throw .outOfRange(field: "change.hlc_step_ms")
    }
    return step
  }
}

/// The ids of a set's new records, in their order.
private struct ImpliedIDs {
  let device: DeviceNumber
  let firstCounter: UInt32
  private var given: UInt32 = 0

  init(device: DeviceNumber, firstCounter: UInt32) {
    self.device = device
    self.firstCounter = firstCounter
  }

  mutating func next() throws(WireError) -> RecordID {
    let id = try id(at: given)
    given += 1
    return id
  }

  /// Of the new record that comes after so many others.
  func id(at place: UInt32) throws(WireError) -> RecordID {
    let (counter, overflow) = firstCounter.addingReportingOverflow(place)
    guard !overflow else { throw .outOfRange(field: "first_counter") }
    return RecordID(device: device, counter: counter)
  }
}
