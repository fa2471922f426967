internal import Crypto
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
package import LokBooks

/// A file that is carried between a phone and its server by a memory card or another phone. Who carries it
/// learns block, device and server, how long it is, and nothing else.
///
///     head ‖ encapsulated key 32 ‖ ciphertext ‖ tag 16 ‖ SHA-256 of all before it 32
///     head = `LOKB` ‖ version u8 ‖ kind u8 ‖ block u32 ‖ device u32 ‖ server key 32
///
/// Sealed by HPKE base mode (RFC 9180) as members' keys are (`VaultPublicKey`), with info `LOKB` and the head
/// as associated data. The hash tells a damaged card from a wrong file; it proves nothing.
package struct SealedBundle: Hashable, Sendable {
  package enum Kind: UInt8, Sendable, CaseIterable {
    /// From a phone: its outbox.
    case outbox = 1
    /// From the server, to that phone.
    case answer = 2
  }

  package static let version: UInt8 = 1
  private static let mark = Array("LOKB".utf8)
  private static let headBytes = 46
  private static let keyBytes = 32
  private static let tagBytes = 16
  private static let info = Data("LOKB".utf8)

  package let kind: Kind
  package let block: BlockCode
  package let device: DeviceNumber
  /// Ed25519, 32 bytes: of the server to or from which it goes.
  package let serverKey: [UInt8]
  private let head: [UInt8]
  private let sealed: [UInt8]

  /// The whole file.
  ///
  /// - Parameter key: X25519, 32 bytes.
  /// - Throws: `SealingError.badVaultKey` for a key that seals nothing.
  package static func seal(
    _ content: [UInt8], as kind: Kind, block: BlockCode, device: DeviceNumber, serverKey: [UInt8],
    for key: [UInt8]
  ) throws(SealingError) -> [UInt8] {
    let head =
      mark + [version, kind.rawValue] + bigEndianBytes(block.rawValue) + bigEndianBytes(device.rawValue)
      + serverKey
    let recipient = try VaultPublicKey(key)
    do {
      var sender = try HPKE.Sender(
        recipientKey: Curve25519.KeyAgreement.PublicKey(rawRepresentation: recipient.bytes),
        ciphersuite: .Curve25519_SHA256_ChachaPoly, info: info)
      let closed = try sender.seal(content, authenticating: head)
      let file = head + [UInt8](sender.encapsulatedKey) + [UInt8](closed)
      return file + Hash.sha256(file)
    } catch {
      throw .badVaultKey
    }
  }

  /// What stands on its outside, after it was found whole.
  ///
  /// - Throws: a `Status` with `bundleDamaged`, `bundleTooNew` or `bundleOfOtherKind`.
  package init(_ file: [UInt8], expecting kind: Kind) throws(Status) {
    guard file.starts(with: Self.mark), file.count > Self.mark.count else { throw Self.damaged }
    let least = Self.headBytes + Self.keyBytes + Self.tagBytes + Hash.length
    guard file.count >= least, file.count <= WireLimits.bundleBytes,
      Hash.sha256(Array(file.dropLast(Hash.length))) == Array(file.suffix(Hash.length))
    else { throw Self.damaged }
    // The hash is good: what differs now was written so.
    guard file[4] == Self.version else {
      throw Status(
        .failedPrecondition, .bundleTooNew, next: .showPerson,
        arguments: [Int64(file[4]), Int64(Self.version)])
    }
    guard let found = Kind(rawValue: file[5]) else { throw Self.damaged }
    guard found == kind else {
      throw Status(.invalidArgument, .bundleOfOtherKind, next: .showPerson)
    }
    let number = { (start: Int) in file[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
    guard number(10) <= DeviceNumber.max.rawValue else { throw Self.damaged }
    self.kind = kind
    block = BlockCode(number(6))
    device = DeviceNumber(number(10))
    serverKey = Array(file[14..<Self.headBytes])
    head = Array(file.prefix(Self.headBytes))
    sealed = Array(file[Self.headBytes...].dropLast(Hash.length))
  }

  /// - Parameter key: X25519, 32 bytes, secret.
  /// - Throws: a `Status` with `bundleDamaged` for what was not sealed for this key, or changed since.
  package func open(with key: [UInt8]) throws(Status) -> [UInt8] {
    guard let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: key),
      var recipient = try? HPKE.Recipient(
        privateKey: key, ciphersuite: .Curve25519_SHA256_ChachaPoly, info: Self.info,
        encapsulatedKey: Data(sealed.prefix(Self.keyBytes))),
      let content = try? recipient.open(sealed.dropFirst(Self.keyBytes), authenticating: head)
    else { throw Self.damaged }
    return [UInt8](content)
  }

  /// Nothing of it is taken, and the phone still has everything.
  package static let damaged = Status(.dataLoss, .bundleDamaged, next: .showPerson)
}
