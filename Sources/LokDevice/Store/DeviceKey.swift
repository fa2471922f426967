import Crypto
package import LokWire

/// A store's own Ed25519 key: made on the phone, never leaves it.
package struct DeviceKey: Sendable {
  /// 32 bytes.
  let raw: [UInt8]
  package let publicKey: PublicKey

  /// From 32 random bytes, or those kept before; nil for any other length.
  package init?(raw: [UInt8]) {
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: raw) else { return nil }
    self.raw = raw
    publicKey = PublicKey(type: .ed25519, bytes: [UInt8](key.publicKey.rawRepresentation))
  }

  /// 64 bytes. Empty where the system cannot sign, which no server accepts.
  package func signature(over bytes: [UInt8]) -> [UInt8] {
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: raw),
      let signature = try? key.signature(for: bytes)
    else { return [] }
    return [UInt8](signature)
  }
}

extension DeviceKey {
  /// What answers to this store's bundles are sealed for, X25519. Derived from the key itself, so that
  /// nothing more has to be kept: HKDF(SHA-256, private key, no salt, `LOKX`, 32).
  struct ReplyKey {
    let secret: [UInt8]
    let publicKey: [UInt8]
  }

  /// Nil where the system cannot derive keys.
  var replyKey: ReplyKey? {
    let derived = HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: raw), info: Array("LOKX".utf8), outputByteCount: 32)
    let secret = derived.withUnsafeBytes { [UInt8]($0) }
    guard let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: secret) else { return nil }
    return ReplyKey(secret: secret, publicKey: [UInt8](key.publicKey.rawRepresentation))
  }
}

/// Where randomness comes from; handed in, so that a run can be repeated.
package struct RandomBytes: Sendable {
  private let source: @Sendable (Int) -> [UInt8]
  package init(_ source: @escaping @Sendable (Int) -> [UInt8]) { self.source = source }
  package func bytes(_ count: Int) -> [UInt8] { source(count) }

  /// Eight bytes as a number.
  package func number() -> UInt64 { bytes(8).reduce(0) { $0 << 8 | UInt64($1) } }

  /// The system's own, fit for keys.
  package static let system = RandomBytes { count in
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }
}
