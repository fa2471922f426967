import Crypto
import Foundation
package import LokBooks
import SwiftASN1
import X509

/// A new P-256 key with a certificate signed by itself: phones know the server by its fingerprint, which they
/// get with their enrolment code, not by an authority.
package struct ServerCertificate: Sendable {
  package let keyPEM: String
  package let certificatePEM: String

  /// For localhost and `hosts`, valid ten years from the day before `now` (clocks lie).
  /// - Throws: `DataDirectoryError.badHost`.
  package init(hosts: [String], now: Timestamp) throws {
    let key = P256.Signing.PrivateKey()
    let name = try DistinguishedName { CommonName("loksync") }
    let start = Date(timeIntervalSince1970: Double(now.milliseconds) / 1_000)
    let names = try (["localhost", "127.0.0.1", "::1"] + hosts).map(Self.generalName)
    let certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(),
      publicKey: Certificate.PublicKey(key.publicKey), notValidBefore: start - Self.day,
      notValidAfter: start + 3_652 * Self.day, issuer: name, subject: name,
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(KeyUsage(digitalSignature: true))
        try ExtendedKeyUsage([.serverAuth])
        SubjectAlternativeNames(names)
      },
      issuerPrivateKey: Certificate.PrivateKey(key))
    keyPEM = key.pemRepresentation + "\n"
    certificatePEM = try certificate.serializeAsPEM().pemString + "\n"
  }

  /// SHA-256 of the first certificate's DER in the file, 64 hexadecimal digits.
  /// - Throws: `DataDirectoryError.badCertificate`.
  package static func fingerprint(ofFile path: String) throws -> String {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8),
      let document = try? PEMDocument.parseMultiple(pemString: text).first,
      document.discriminator == Certificate.defaultPEMDiscriminator,
      (try? Certificate(pemDocument: document)) != nil
    else { throw DataDirectoryError.badCertificate(path: path) }
    return SHA256.hash(data: document.derBytes).hexadecimal
  }

  private static let day: TimeInterval = 86_400

  private static func generalName(_ host: String) throws -> GeneralName {
    var v4 = in_addr()
    var v6 = in6_addr()
    if inet_pton(AF_INET, host, &v4) == 1 {
      return .ipAddress(ASN1OctetString(contentBytes: withUnsafeBytes(of: v4) { [UInt8]($0)[...] }))
    }
    if inet_pton(AF_INET6, host, &v6) == 1 {
      return .ipAddress(ASN1OctetString(contentBytes: withUnsafeBytes(of: v6) { [UInt8]($0)[...] }))
    }
    guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy(isHostByte) else {
      throw DataDirectoryError.badHost(host)
    }
    return .dnsName(host)
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
