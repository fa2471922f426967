internal import Crypto
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
package import LokBooks

/// A member's own 256-bit key. Her personal parts are closed without it, for ever.
///
/// Each part is sealed by ChaCha20-Poly1305 under a key of its own, HKDF-Expand(SHA-256, person key,
/// "LOKF" ‖ field u32): one change seals up to three parts with one nonce, and two texts under one key
/// and one nonce would give each other away.
package struct PersonKey: Hashable, Sendable {
  package static let byteCount = 32
  /// What sealing adds to a part.
  package static let tagByteCount = 16

  package let bytes: [UInt8]

  /// Nil unless there are exactly 32 bytes.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = bytes
  }

  /// - Parameter generator: has to be fit for keys, as the system's is.
  package static func mint(using generator: inout some RandomNumberGenerator) -> PersonKey {
    PersonKey(minted: (0..<4).flatMap { _ in bigEndianBytes(generator.next() as UInt64) })
  }

  private init(minted bytes: [UInt8]) { self.bytes = bytes }

  /// Ciphertext ‖ tag, as the wire field holds it.
  package func seal(
    _ part: [UInt8], nonce: SealNonce, at place: SealedPlace
  ) throws(SealingError) -> [UInt8] {
    do {
      let box = try ChaChaPoly.seal(
        part, using: key(of: place.field), nonce: ChaChaPoly.Nonce(data: nonce.bytes),
        authenticating: place.associatedData)
      return [UInt8](box.ciphertext) + [UInt8](box.tag)
    } catch {
      throw .notAuthentic
    }
  }

  /// The part that was sealed there.
  /// - Throws: `SealingError.badLength`, `.notAuthentic`.
  package func open(
    _ sealed: [UInt8], nonce: SealNonce, at place: SealedPlace
  ) throws(SealingError) -> [UInt8] {
    guard sealed.count >= Self.tagByteCount else { throw .badLength(actual: sealed.count) }
    do {
      let box = try ChaChaPoly.SealedBox(
        nonce: ChaChaPoly.Nonce(data: nonce.bytes), ciphertext: sealed.dropLast(Self.tagByteCount),
        tag: sealed.suffix(Self.tagByteCount))
      let part = try ChaChaPoly.open(
        box, using: key(of: place.field), authenticating: place.associatedData)
      return [UInt8](part)
    } catch {
      throw .notAuthentic
    }
  }

  private func key(of field: UInt32) -> SymmetricKey {
    HKDF<SHA256>.expand(
      pseudoRandomKey: SymmetricKey(data: bytes), info: Array("LOKF".utf8) + bigEndianBytes(field),
      outputByteCount: Self.byteCount)
  }
}

/// A sealed part as the projection keeps it: nonce (12) ‖ device_seq (8, big-endian) ‖ ciphertext ‖ tag.
/// With block, record and field, which its row tells, it holds all that opening takes besides the key.
package struct StoredPart: Hashable, Sendable {
  package var nonce: SealNonce
  package var deviceSeq: DeviceSeq
  package var sealed: [UInt8]

  package init(nonce: SealNonce, deviceSeq: DeviceSeq, sealed: [UInt8]) {
    self.nonce = nonce
    self.deviceSeq = deviceSeq
    self.sealed = sealed
  }

  /// - Throws: `SealingError.badLength` where there is no room for nonce, number and tag.
  package init(bytes: [UInt8]) throws(SealingError) {
    let head = SealNonce.byteCount + 8
    guard bytes.count >= head + PersonKey.tagByteCount,
      let nonce = SealNonce(bytes.prefix(SealNonce.byteCount))
    else { throw .badLength(actual: bytes.count) }
    self.nonce = nonce
    let number = bytes[SealNonce.byteCount..<head].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    deviceSeq = DeviceSeq(number)
    sealed = Array(bytes[head...])
  }

  package var bytes: [UInt8] { nonce.bytes + bigEndianBytes(deviceSeq.rawValue) + sealed }

  /// The part in clear.
  package func open(
    with key: PersonKey, block: BlockCode, record: RecordID, field: UInt32
  ) throws(SealingError) -> [UInt8] {
    try key.open(
      sealed, nonce: nonce,
      at: SealedPlace(block: block, record: record, deviceSeq: deviceSeq, field: field))
  }
}
