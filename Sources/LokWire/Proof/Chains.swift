package import LokBooks

/// One value for all sets of a CBO up to one of them, in seq order: phone and server compare it after
/// every sync.
package enum CboChain {
  package static let start = Hash.zero

  /// The value after the set with `leaf`.
  package static func next(after chain: [UInt8], leaf: [UInt8]) -> [UInt8] {
    var layout = CanonicalBytes(tag: "LOKC")
    layout.append(chain)
    layout.append(leaf)
    return Hash.sha256(layout.bytes)
  }
}

/// One value for all that a device has written up to one of its sets: what it signs in Hello.
package enum OutboxChain {
  package static let start = Hash.zero

  /// The value after the set that begins at `firstDeviceSeq`.
  package static func next(
    after chain: [UInt8], firstDeviceSeq: DeviceSeq, setHash: [UInt8]
  ) -> [UInt8] {
    var layout = CanonicalBytes(tag: "LOKO")
    layout.append(chain)
    layout.append(firstDeviceSeq.rawValue)
    layout.append(setHash)
    return Hash.sha256(layout.bytes)
  }
}
