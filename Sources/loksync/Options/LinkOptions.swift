package import ArgumentParser
import LokDevice
package import LokTransport

/// How a phone knows its server.
package struct LinkOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The server.", valueName: "HOST:PORT"))
  package var server: HostPort
  @Option(
    help: ArgumentHelp(
      "SHA-256 of the server's certificate in hex, as loksync init prints it.", valueName: "hex"))
  package var fingerprint: String?
  @Option(
    help: ArgumentHelp(
      "Instead of the fingerprint: the certificate itself, DIR/tls-certificate.pem.", valueName: "FILE"))
  package var certificate: String?
  @Flag(help: "Without TLS, to a loopback address only.")
  package var insecure = false

  package init() {}

  package func validate() throws {
    if server.port == 0 { throw ValidationError("--server needs the port the server printed.") }
    if insecure, !server.isLoopback {
      throw ValidationError("--insecure needs a loopback address; --server is \(server).")
    }
    guard [insecure, fingerprint != nil, certificate != nil].filter(\.self).count == 1 else {
      throw ValidationError("Give one of --fingerprint, --certificate and --insecure.")
    }
    if let fingerprint, fingerprint.utf8.count != 64 || !fingerprint.allSatisfy(\.isHexDigit) {
      throw ValidationError("--fingerprint is 64 hex digits.")
    }
  }

  /// - Throws: `TransportError` where the certificate cannot be read.
  func address() throws -> ServerAddress {
    ServerAddress(
      text: server.description,
      fingerprint: try fingerprint?.lowercased()
        ?? certificate.map { try ServerSecurity.fingerprint(certificateChainPath: $0) })
  }
}
