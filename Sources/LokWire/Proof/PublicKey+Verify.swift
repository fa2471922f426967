internal import Crypto

extension PublicKey {
  /// False for a wrong signature, and for a key or signature that is none.
  package func verifies(signature: [UInt8], over bytes: [UInt8]) -> Bool {
    switch type {
    case .ed25519:
      guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: self.bytes) else { return false }
      return key.isValidSignature(signature, for: bytes)
    case .p256:
      guard let key = try? P256.Signing.PublicKey(x963Representation: self.bytes),
        let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
      else { return false }
      return key.isValidSignature(signature, for: bytes)
    }
  }
}
