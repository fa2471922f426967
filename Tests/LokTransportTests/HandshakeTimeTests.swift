import LokTransport
import NIOCore
import NIOPosix
import Testing

/// A handshake that stalls is given up by what connecting took.
@Suite struct HandshakeTimeTests {
  /// Milliseconds of connecting, and of the handshake: a quick link, 2g, hill, hill with a SYN lost, one
  /// that was hardly connected.
  @Test(arguments: [
    (0, 10_000), (50, 10_000), (800, 10_000), (1_500, 15_000), (2_600, 26_000), (20_000, 20_000),
    (45_000, 0),
  ])
  func `the longer connecting took, the longer a handshake may take`(connecting: Int, handshake: Int) {
    #expect(Dialer.handshakeTime(after: .milliseconds(connecting)) == .milliseconds(handshake))
  }

  @Test func `a server that takes the connection and says nothing is given up after half the time`()
    async throws
  {
    let server = try await ServerBootstrap(group: loops).bind(host: "127.0.0.1", port: 0).get()
    let began = ContinuousClock.now
    await #expect(throws: TransportError.connectTimeout) {
      _ = try await Dialer.connect(
        to: .tcp(HostPort(host: "127.0.0.1", port: UInt16(try #require(server.localAddress?.port)))),
        trust: .pinned(fingerprint: TestKeys.one.fingerprint), group: loops, timeout: .seconds(4))
    }
    // Both together had twice the time before.
    #expect((.seconds(2)..<(.seconds(6))).contains(ContinuousClock.now - began))
    try await server.close()
  }
}
