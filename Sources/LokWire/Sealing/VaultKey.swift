internal import Crypto
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
package import LokBooks

/// The server's public vault key: devices wrap members' keys for it.
///
/// HPKE base mode (RFC 9180): X25519, HKDF-SHA256, ChaCha20-Poly1305; info "LOKK", associated data
/// block u32 ‖ member u64, big-endian. Wrapped: encapsulated key (32) ‖ ciphertext (32) ‖ tag (16).
package struct VaultPublicKey: Hashable, Sendable {
  package static let wrappedByteCount = 80

  /// X25519, 32 bytes.
  package let bytes: [UInt8]

  /// - Throws: `SealingError.badVaultKey`, also for the few points of low order: what is wrapped for them,
  ///   anybody opens, and swift-crypto's HPKE does not make the check that RFC 9180, 7.1.4 asks for.
  package init(_ bytes: [UInt8]) throws(SealingError) {
    guard let key = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: bytes),
      let shared = try? Curve25519.KeyAgreement.PrivateKey().sharedSecretFromKeyAgreement(with: key),
      shared.withUnsafeBytes({ $0.contains { $0 != 0 } })
    else { throw .badVaultKey }
    self.bytes = bytes
  }

  /// The key, to be opened by the vault only, for this member only. HPKE draws its own one-time key: two
  /// wrappings of one key differ.
  package func wrap(
    _ key: PersonKey, of member: RecordID, in block: BlockCode
  ) throws(SealingError) -> WrappedKey {
    do {
      var sender = try HPKE.Sender(
        recipientKey: Curve25519.KeyAgreement.PublicKey(rawRepresentation: bytes), ciphersuite: suite,
        info: wrappingInfo)
      let closed = try sender.seal(key.bytes, authenticating: associatedData(block, member))
      return WrappedKey(member: member, wrapped: [UInt8](sender.encapsulatedKey) + [UInt8](closed))
    } catch {
      throw .badVaultKey
    }
  }
}

/// The private half. It never leaves the server.
package struct VaultKey: Sendable {
  private let key: Curve25519.KeyAgreement.PrivateKey

  /// A new one, from the system's source of randomness.
  package init() { key = Curve25519.KeyAgreement.PrivateKey() }

  /// - Throws: `SealingError.badVaultKey` unless there are 32 bytes.
  package init(_ bytes: [UInt8]) throws(SealingError) {
    guard let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes) else {
      throw .badVaultKey
    }
    self.key = key
  }

  /// 32 bytes, secret.
  package var bytes: [UInt8] { [UInt8](key.rawRepresentation) }

  package var publicKey: VaultPublicKey {
    get throws(SealingError) { try VaultPublicKey([UInt8](key.publicKey.rawRepresentation)) }
  }

  /// - Throws: `SealingError.badLength`; `.notAuthentic` where it was wrapped for another vault, block or
  ///   member, or changed since.
  package func unwrap(_ wrapped: WrappedKey, in block: BlockCode) throws(SealingError) -> PersonKey {
    guard wrapped.wrapped.count == VaultPublicKey.wrappedByteCount else {
      throw .badLength(actual: wrapped.wrapped.count)
    }
    guard
      var recipient = try? HPKE.Recipient(
        privateKey: key, ciphersuite: suite, info: wrappingInfo,
        encapsulatedKey: Data(wrapped.wrapped.prefix(32))),
      let opened = try? recipient.open(
        wrapped.wrapped.dropFirst(32), authenticating: associatedData(block, wrapped.member)),
      let person = PersonKey([UInt8](opened))
    else { throw .notAuthentic }
    return person
  }
}

private let suite = HPKE.Ciphersuite.Curve25519_SHA256_ChachaPoly
private let wrappingInfo = Data("LOKK".utf8)

private func associatedData(_ block: BlockCode, _ member: RecordID) -> [UInt8] {
  bigEndianBytes(block.rawValue) + bigEndianBytes(member.rawValue)
}
