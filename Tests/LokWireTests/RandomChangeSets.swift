import LokBooks
import LokTestSupport
import LokWire

extension SeededGenerator {
  static let entities: [Entity] = [
    .village, .cbo, .member, .meeting, .attendance, .entry, .loan, .decision, Entity(rawValue: 77),
  ]

  /// A value that fits the field: found out by offering one of each kind to the codec.
  mutating func value(of number: UInt32, _ entity: Entity) -> FieldValue {
    let offers: [FieldValue] = [
      .integer(i64()), .integer(Int64(number & 1)), .integer(Int64(u32() >> 1)), .text(text(upTo: 20)),
      .bytes(someBytes()),
    ]
    for offer in offers.shuffled(using: &self) {
      if (try? Patch([.init(number: number, value: offer)]).encoded(as: entity)) != nil { return offer }
    }
    return unknown()
  }

  mutating func unknown() -> FieldValue {
    switch Int.random(in: 0..<4, using: &self) {
    case 0: .unknown(wireType: 0, bytes: [0xAC, 0x02])
    case 1: .unknown(wireType: 1, bytes: bytes(8))
    case 2: .unknown(wireType: 2, bytes: [3] + bytes(3) + [0])
    default: .unknown(wireType: 5, bytes: bytes(8))
    }
  }

  mutating func patch(_ entity: Entity) -> Patch {
    var patch = Patch()
    for number in EntitySchema.fieldNumbers(entity) where Bool.random(using: &self) {
      patch[number] = value(of: number, entity)
    }
    if Bool.random(using: &self) { patch[UInt32.random(in: 100...5000, using: &self)] = unknown() }
    return patch
  }

  mutating func changeSet() -> ChangeSet {
    let device = device()
    let firstCounter = UInt32(number(upTo: UInt64(UInt32.max - 20)))
    let firstHLC = HybridTime(Timestamp(milliseconds: Int64(number(upTo: 1 << 45))), counter: 7)
    var clock = firstHLC
    var new: UInt32 = 0
    let changes = list(upTo: 8) { random in
      let entity = random.one(of: Self.entities)
      let isNew = Bool.random(using: &random)
      clock = clock.advanced(byMilliseconds: random.number(upTo: 1 << 32 - 1))
      let change = Change(
        entity: entity,
        record: isNew ? RecordID(device: device, counter: firstCounter + new) : random.record(),
        isNew: isNew, hlc: clock, patch: random.patch(entity))
      if isNew { new += 1 }
      return change
    }
    return ChangeSet(
      kind: ChangeSet.Kind(rawValue: Int.random(in: 1...4, using: &self))!, cbo: record(), device: device,
      firstDeviceSeq: deviceSeq(), firstCounter: firstCounter, baseSeq: seq(),
      baseEpoch: maybe { $0.epoch() }, firstHLC: firstHLC, sealNonce: maybe { $0.next() },
      author: maybe { $0.u32() }, changes: changes)
  }
}
