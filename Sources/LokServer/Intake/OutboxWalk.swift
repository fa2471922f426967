import LokBooks
import LokWire

/// Whether sets lead, one after the other, from what is stored of a device to what it has signed. Those of a
/// store that was rolled back or copied do not: then none of them is taken.
struct OutboxWalk {
  private let stored: DeviceSeq
  private var next: DeviceSeq
  private var chain: [UInt8]

  init(from numbers: BlockLedger.DeviceNumbers) {
    (stored, next, chain) = (numbers.next, numbers.next, numbers.chain)
  }

  /// - Parameter hash: SHA-256 of the set's bytes; nil where they have not come.
  /// - Returns: false where it does not follow on what is stored and those before it.
  mutating func take(_ first: DeviceSeq, count: UInt32, hash: () -> [UInt8]?) -> Bool {
    let after = first.advanced(by: count)
    if after <= stored { return true }
    guard first == next, let hash = hash() else { return false }
    chain = OutboxChain.next(after: chain, firstDeviceSeq: first, setHash: hash)
    next = after
    return true
  }

  func ends(at commitment: Session.Commitment) -> Bool {
    next == commitment.last.advanced(by: 1) && chain == commitment.chain
  }
}
