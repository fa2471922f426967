import LokBooks
import LokShard
package import LokWire

/// A CBO's digests on both sides.
package struct DigestComparison: Hashable, Sendable {
  package var own: CboDigest
  /// Nil = the server does not show it to this device.
  package var server: CboDigest?

  /// Nil = they cannot be compared: judged by other rules, or one side is further on.
  package var isEqual: Bool? {
    guard let server, server.rules == own.rules, server.seq == own.seq else { return nil }
    return server.chain == own.chain && server.state == own.state
  }
}

extension DeviceStore {
  /// Own digests beside the server's.
  func compared(_ server: [CboDigest], of cbos: [RecordID]) throws -> [DigestComparison] {
    try cbos.map { cbo in
      DigestComparison(own: try shard.stateDigest(of: cbo), server: server.first { $0.cbo == cbo })
    }
  }
}
