/// What kind of record a change is about. Values are those of `lokos.v1.Entity`; a newer app's are kept.
package struct Entity: Hashable, Sendable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package static let village = Entity(rawValue: 1)
  package static let cbo = Entity(rawValue: 2)
  package static let member = Entity(rawValue: 3)
  package static let meeting = Entity(rawValue: 4)
  package static let attendance = Entity(rawValue: 5)
  package static let entry = Entity(rawValue: 6)
  package static let loan = Entity(rawValue: 7)
  package static let bankAccount = Entity(rawValue: 8)
  package static let loanEvent = Entity(rawValue: 9)
  package static let bankStatement = Entity(rawValue: 10)
  package static let officeBearer = Entity(rawValue: 11)
  package static let resolution = Entity(rawValue: 20)
  package static let decision = Entity(rawValue: 21)
}

/// A partial message about one record.
package struct Change: Hashable, Sendable {
  package var entity: Entity
  package var record: RecordID
  /// The record begins here; its id was implied by its place in the set.
  package var isNew: Bool
  /// As sent by the writer's clock.
  package var hlc: HybridTime
  package var patch: Patch
  package init(entity: Entity, record: RecordID, isNew: Bool, hlc: HybridTime, patch: Patch) {
    self.entity = entity
    self.record = record
    self.isNew = isNew
    self.hlc = hlc
    self.patch = patch
  }
}

/// Contiguous changes of one device about one CBO: the unit of transport, log, journal and proof.
package struct ChangeSet: Hashable, Sendable {
  package enum Kind: Int, Sendable {
    case meeting = 1
    case records = 2
    case decision = 3
    case server = 4
  }

  package var kind: Kind
  /// The one CBO it writes; `.blockBook` = the block's own.
  package var cbo: RecordID
  package var device: DeviceNumber
  package var firstDeviceSeq: DeviceSeq
  package var firstCounter: UInt32
  /// The shard's seq that the writer had seen, in `baseEpoch` or, where that is nil, the session's.
  package var baseSeq: Seq
  package var baseEpoch: Epoch?
  /// Of an older epoch: where that one ended. What the set names beyond is of a history that is gone. Stands
  /// in the verdicts, not in the set's bytes.
  package private(set) var seenThrough: Seq?
  package var firstHLC: HybridTime
  /// Random; with a change's index the nonce of that change's sealed parts.
  package var sealNonce: UInt64?
  package var author: UInt32?
  package var changes: [Change]

  package init(
    kind: Kind, cbo: RecordID, device: DeviceNumber, firstDeviceSeq: DeviceSeq, firstCounter: UInt32,
    baseSeq: Seq, baseEpoch: Epoch? = nil, firstHLC: HybridTime, sealNonce: UInt64? = nil,
    author: UInt32? = nil, changes: [Change]
  ) {
    self.kind = kind
    self.cbo = cbo
    self.device = device
    self.firstDeviceSeq = firstDeviceSeq
    self.firstCounter = firstCounter
    self.baseSeq = baseSeq
    self.baseEpoch = baseEpoch
    self.firstHLC = firstHLC
    self.sealNonce = sealNonce
    self.author = author
    self.changes = changes
  }

  /// Its writer has seen nothing beyond `seq`, whatever the set says.
  package mutating func bound(to seq: Seq) {
    seenThrough = min(seenThrough ?? seq, seq)
    baseSeq = min(baseSeq, seq)
  }

  /// It can be about what stands at this place.
  package func canName(_ seq: Seq) -> Bool { seenThrough.map { seq <= $0 } ?? true }

  /// The effective HLC of a change: never after the set's receipt, never before the set's own.
  package func effectiveHLC(ofChangeAt index: Int, envelope: Envelope) -> HybridTime {
    max(envelope.hlc, min(changes[index].hlc, HybridTime(envelope.received)))
  }
}
