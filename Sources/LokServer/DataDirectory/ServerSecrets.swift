import Foundation
import LokBooks
import LokIntake
package import LokWire

/// The keys of a server, as `loksync init` made them. A lost one cannot be made again: without the vault key
/// no member's part opens, and phones distrust receipts of another receipt key.
package struct ServerSecrets: Sendable {
  package let receiptSigner: ReceiptSigner
  package let vaultKey: VaultKey
  package let nonces: NonceMaker
  /// SHA-256 of the certificate's DER, 64 hexadecimal digits.
  package let certificateFingerprint: String

  /// - Throws: `DataDirectoryError.missing`, `.secretIsOpen`, `.badSecret`, `.badCertificate`.
  package static func load(from directory: DataDirectory) throws -> ServerSecrets {
    let receiptKey = try secret(directory.receiptKey)
    let vaultKey = try secret(directory.vaultKey)
    let nonceKey = try secret(directory.nonceKey)
    try requireClosed(directory.tlsKey)
    guard let signer = ReceiptSigner(receiptKey) else {
      throw DataDirectoryError.badSecret(path: directory.receiptKey)
    }
    guard let vault = try? VaultKey(vaultKey) else {
      throw DataDirectoryError.badSecret(path: directory.vaultKey)
    }
    return ServerSecrets(
      receiptSigner: signer, vaultKey: vault, nonces: NonceMaker(secret: nonceKey),
      certificateFingerprint: try ServerCertificate.fingerprint(ofFile: directory.certificate))
  }

  static func create(in directory: DataDirectory) throws {
    let secrets = [
      directory.receiptKey: ReceiptSigner().secret,
      directory.vaultKey: VaultKey().bytes,
      directory.nonceKey: NonceMaker.newSecret(),
    ]
    for (path, bytes) in secrets {
      try DurableFiles.write(Array((bytes.hexadecimal + "\n").utf8), to: path, mode: 0o600)
    }
  }

  /// 32 bytes, in hexadecimal digits on one line.
  private static func secret(_ path: String) throws -> [UInt8] {
    try requireClosed(path)
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw DataDirectoryError.unreadable(path: path)
    }
    let digits = Array(text.utf8.prefix { $0 != UInt8(ascii: "\n") })
    let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
      UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
    }
    guard digits.count == 64, bytes.hexadecimal.utf8.elementsEqual(digits) else {
      throw DataDirectoryError.badSecret(path: path)
    }
    return bytes
  }

  private static func requireClosed(_ path: String) throws {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
      let permissions = attributes[.posixPermissions] as? NSNumber
    else { throw DataDirectoryError.missing(path: path, what: "this secret") }
    let mode = permissions.uint32Value & 0o777
    guard mode & 0o077 == 0 else { throw DataDirectoryError.secretIsOpen(path: path, mode: mode) }
  }
}
