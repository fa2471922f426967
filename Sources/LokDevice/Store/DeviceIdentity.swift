package import LokBooks
package import LokTransport
package import LokWire

/// Who this store is in its block, as the server registered it.
package struct DeviceIdentity: Sendable {
  package var block: BlockCode
  package var number: DeviceNumber
  package var role: Role
  package var grants: [Grant]
  package var key: DeviceKey
  /// Ed25519, 32 bytes.
  package var serverKey: [UInt8]
  /// X25519, 32 bytes.
  package var vaultKey: [UInt8]
  /// The number before a re-enrolment.
  package var predecessor: DeviceNumber?
}

/// Where the server is, and the certificate fingerprint that it is known by.
package struct ServerAddress: Hashable, Sendable {
  /// `HOST:PORT`.
  package var text: String
  /// SHA-256 of the certificate in hex; nil = no TLS, on loopback only.
  package var fingerprint: String?
  /// How large packets may be on the way there.
  package var segments = Dialer.Segments.usual
  package init(text: String, fingerprint: String? = nil) {
    self.text = text
    self.fingerprint = fingerprint
  }
}

extension Grant {
  /// Nil = the block.
  var group: RecordID? { if case .cbo(let id) = self { id } else { nil } }
}

extension [Grant] {
  /// Eight bytes each, big-endian; the block is 0.
  var stored: [UInt8] {
    flatMap { grant -> [UInt8] in
      switch grant {
      case .block: UInt64(0).bigEndianBytes
      case .cbo(let id): id.rawValue.bigEndianBytes
      }
    }
  }

  init(stored bytes: [UInt8]) {
    self = stride(from: 0, to: bytes.count - bytes.count % 8, by: 8).map { start in
      let value = UInt64(bigEndianBytes: bytes[start..<start + 8])
      return value == 0 ? .block : .cbo(RecordID(rawValue: value))
    }
  }
}

extension UInt64 {
  var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { [UInt8]($0) } }
  init(bigEndianBytes bytes: some Sequence<UInt8>) {
    self = bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }
}
