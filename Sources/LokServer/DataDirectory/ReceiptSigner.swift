import Crypto

/// Signs receipts and heads by the server's Ed25519 key.
package struct ReceiptSigner: Sendable {
  private let key: Curve25519.Signing.PrivateKey

  /// A new key.
  init() { key = Curve25519.Signing.PrivateKey() }

  /// Nil unless there are 32 bytes.
  package init?(_ secret: [UInt8]) {
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: secret) else { return nil }
    self.key = key
  }

  var secret: [UInt8] { [UInt8](key.rawRepresentation) }

  /// 32 bytes; phones keep it from their registration.
  package var publicKey: [UInt8] { [UInt8](key.publicKey.rawRepresentation) }

  /// 64 bytes.
  package func sign(_ bytes: [UInt8]) throws -> [UInt8] { [UInt8](try key.signature(for: bytes)) }
}
