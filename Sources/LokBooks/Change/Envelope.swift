/// What the server adds to a set (or any command): its place, its sender, when it came, by which rules
/// it was judged. Hashed into the leaf, so it never changes.
package struct Envelope: Hashable, Sendable {
  package enum Kind: Int, Sendable {
    case set = 1
    case resolution = 2
    case refusal = 3
    case quarantine = 4
    case openBlock = 5
    case enrolCode = 6
    case register = 7
    case revoke = 8
    case suspend = 9
    case scope = 10
    case quarantineDecision = 11
    case restore = 12
  }

  package var seq: Seq
  package var kind: Kind
  package var device: DeviceNumber
  package var firstDeviceSeq: DeviceSeq
  package var count: UInt32
  package var received: Timestamp
  /// Effective: max(the device's previous, min(sent, received)).
  package var hlc: HybridTime
  package var rules: RulesVersion

  package init(
    seq: Seq, kind: Kind, device: DeviceNumber, firstDeviceSeq: DeviceSeq, count: UInt32,
    received: Timestamp, hlc: HybridTime, rules: RulesVersion
  ) {
    self.seq = seq
    self.kind = kind
    self.device = device
    self.firstDeviceSeq = firstDeviceSeq
    self.count = count
    self.received = received
    self.hlc = hlc
    self.rules = rules
  }
}
