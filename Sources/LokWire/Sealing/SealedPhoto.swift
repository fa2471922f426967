internal import Crypto
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
package import LokBooks

/// A member's photo as it travels and rests: nonce 12 ‖ ciphertext ‖ tag 16, ChaCha20-Poly1305 under a key of
/// her own for photos. Where her key is forgotten, no copy of it opens any more.
///
/// The nonce is made from the photo, so that the same photo sealed again is the same blob, which is sent and
/// kept once. Two photos of one woman share a nonce with a probability of 2^-96.
package enum SealedPhoto {
  private static let nonceBytes = 12
  /// What sealing adds.
  package static let overheadBytes = nonceBytes + PersonKey.tagByteCount

  /// - Throws: `SealingError.notAuthentic`.
  package static func seal(_ photo: [UInt8], with key: PersonKey, in block: BlockCode) throws(SealingError)
    -> [UInt8]
  {
    let code = HMAC<SHA256>.authenticationCode(for: photo, using: derived(key, "LOKM"))
    do {
      let box = try ChaChaPoly.seal(
        photo, using: derived(key, "LOKF"),
        nonce: ChaChaPoly.Nonce(data: Array(code).prefix(nonceBytes)), authenticating: place(block))
      return Array(box.combined)
    } catch {
      throw .notAuthentic
    }
  }

  /// - Throws: `SealingError.badLength`, `.notAuthentic`.
  package static func open(_ sealed: [UInt8], with key: PersonKey, in block: BlockCode) throws(SealingError)
    -> [UInt8]
  {
    guard sealed.count >= overheadBytes else { throw .badLength(actual: sealed.count) }
    do {
      let box = try ChaChaPoly.SealedBox(combined: sealed)
      return Array(try ChaChaPoly.open(box, using: derived(key, "LOKF"), authenticating: place(block)))
    } catch {
      throw .notAuthentic
    }
  }

  private static func derived(_ key: PersonKey, _ purpose: String) -> SymmetricKey {
    HKDF<SHA256>.expand(
      pseudoRandomKey: SymmetricKey(data: key.bytes),
      info: Array(purpose.utf8) + bigEndianBytes(MemberField.photo), outputByteCount: PersonKey.byteCount)
  }

  /// Not the record's id: that changes when an unsent member is written again under a new device number.
  private static func place(_ block: BlockCode) -> [UInt8] {
    Array("LOKP".utf8) + bigEndianBytes(block.rawValue) + bigEndianBytes(MemberField.photo)
  }
}
