internal import Crypto
internal import NIOCore
internal import NIOSSL
import Synchronization

/// What a listener shows of itself.
package enum ServerSecurity: Hashable, Sendable {
  /// TLS 1.3 and nothing older, with PEM files: the certificate (its own first) and its key.
  case tls(certificateChainPath: String, keyPath: String)
  /// For loopback and Unix sockets.
  case insecure

  func context() throws(TransportError) -> NIOSSLContext? {
    guard case .tls(let chainPath, let keyPath) = self else { return nil }
    let chain: [NIOSSLCertificate]
    do { chain = try NIOSSLCertificate.fromPEMFile(chainPath) } catch {
      throw .badKeyMaterial(path: chainPath, detail: String(describing: error))
    }
    do {
      let key = try NIOSSLPrivateKey(file: keyPath, format: .pem)
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
      configuration.minimumTLSVersion = .tlsv13
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw .badKeyMaterial(path: keyPath, detail: String(describing: error))
    }
  }

  /// What phones pin: SHA-256 of the DER of the first certificate in a PEM file, in lower-case hex.
  package static func fingerprint(certificateChainPath path: String) throws(TransportError) -> String {
    do {
      guard let first = try NIOSSLCertificate.fromPEMFile(path).first else {
        throw TransportError.badKeyMaterial(path: path, detail: "no certificate in it")
      }
      return try first.fingerprint()
    } catch {
      throw error as? TransportError ?? .badKeyMaterial(path: path, detail: String(describing: error))
    }
  }
}

/// Whom a client believes.
package enum ServerTrust: Hashable, Sendable {
  /// TLS 1.3 with exactly this certificate, however its names and dates read: the enrolment code brought
  /// the fingerprint, and village phones have wrong clocks.
  case pinned(fingerprint: String)
  /// For loopback and Unix sockets.
  case insecure
}

/// Compares one server's certificate with the pin.
final class PinCheck: Sendable {
  private let expected: String
  private let other = Mutex<String?>(nil)

  init(expected: String) { self.expected = expected.lowercased() }

  func handler() throws -> NIOSSLClientHandler {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv13
    // The callback below takes the place of all other verification; without roots none are loaded from disk.
    configuration.certificateVerification = .noHostnameVerification
    configuration.trustRoots = .certificates([])
    // The library's default adds a share of ML-KEM: 2.3 KB more in each handshake, half a second of a 2G
    // link. What names a person is sealed beneath TLS, under keys that are wrapped for the server.
    configuration.curves = [.x25519]
    configuration.verifySignatureAlgorithms = [.ecdsaSecp256R1Sha256]
    let context = try NIOSSLContext(configuration: configuration)
    return try NIOSSLClientHandler(context: context, serverHostname: nil) { chain, verdict in
      verdict.succeed(self.accepts(chain) ? .certificateVerified : .failed)
    }
  }

  private func accepts(_ chain: [NIOSSLCertificate]) -> Bool {
    guard let found = try? chain.first?.fingerprint() else { return false }
    if found != expected { other.withLock { $0 = found } }
    return found == expected
  }

  /// Set after a server showed another certificate.
  var mismatch: TransportError? {
    other.withLock { $0 }.map { .wrongServerKey(expected: expected, found: $0) }
  }
}

extension NIOSSLCertificate {
  func fingerprint() throws -> String {
    let digits = Array("0123456789abcdef".utf8)
    let hex = SHA256.hash(data: try toDERBytes()).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: hex, as: UTF8.self)
  }
}
