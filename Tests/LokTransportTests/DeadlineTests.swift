import LokTransport
import LokWire
import NIOCore
import NIOPosix
import Testing

/// That the timers are set: real sockets with limits of milliseconds.
struct DeadlineTests {
  private func connectRaw(to server: TestServer) async throws -> any Channel {
    // It never reads, so it never notices that it was closed.
    try await ClientBootstrap(group: loops).channelOption(.autoRead, value: false)
      .connect(host: "127.0.0.1", port: Int(try #require(server.listener.hostPort).port)).get()
  }

  @Test(arguments: [[], WireLimits.preface, WireLimits.preface + [0, 0, 0, 9, 1]])
  func `a stranger that says nothing whole is closed`(bytes: [UInt8]) async throws {
    var limits = FrameLimits.standard
    limits.strangerTime = .milliseconds(50)
    let server = try await TestServer.start(limits: limits)
    let raw = try await connectRaw(to: server)
    try await raw.writeAndFlush(ByteBuffer(bytes: bytes))
    #expect(await server.events.nextClosing() == .failed(.strangerTooLate))
    try? await raw.close()
    await server.stop()
  }

  @Test func `a stranger that never starts its TLS handshake is closed`() async throws {
    let directory = TemporaryDirectory()
    var limits = FrameLimits.standard
    limits.strangerTime = .milliseconds(50)
    let server = try await TestServer.start(security: TestKeys.one.security(in: directory), limits: limits)
    let raw = try await connectRaw(to: server)
    #expect(await server.events.nextClosing() == .failed(.strangerTooLate))
    try? await raw.close()
    await server.stop()
  }

  @Test func `a frame that stays open is closed`() async throws {
    var limits = FrameLimits.standard
    limits.frameTime = .milliseconds(50)
    limits.lingerTime = .milliseconds(10)
    let server = try await TestServer.start(limits: limits)
    let raw = try await connectRaw(to: server)
    try await raw.writeAndFlush(ByteBuffer(bytes: WireLimits.preface + onTheWire([1]) + [0, 0, 0, 9, 1]))
    #expect(await server.events.nextClosing() == .failed(.frameTooLate))
    try? await raw.close()
    await server.stop()
  }

  @Test(arguments: [true, false])
  func `a peer that never reads is closed, by time or by what piles up`(byTime: Bool) async throws {
    var limits = FrameLimits.standard
    limits.unwritableTime = byTime ? .milliseconds(50) : .seconds(600)
    limits.unsentBytes = byTime ? .max : 100_000
    let server = try await TestServer.start(limits: limits)
    let raw = try await connectRaw(to: server)
    try await raw.writeAndFlush(ByteBuffer(bytes: WireLimits.preface + onTheWire([1])))
    // More than the kernel keeps for both sides.
    let frame = ByteBuffer(bytes: onTheWire([UInt8](repeating: 1, count: 1_000_000)))
    for _ in 0..<40 { raw.writeAndFlush(frame, promise: nil) }
    #expect(await server.events.nextClosing() == .failed(.peerNotReading))
    try? await raw.close()
    await server.stop()
  }

  @Test func `a server that accepts and says nothing is given up`() async throws {
    let silent = try await ServerBootstrap(group: loops).bind(host: "127.0.0.1", port: 0).get()
    let port = UInt16(try #require(silent.localAddress?.port))
    await #expect(throws: TransportError.connectTimeout) {
      try await Dialer.connect(
        to: .tcp(HostPort(host: "127.0.0.1", port: port)), trust: .pinned(fingerprint: "00"), group: loops,
        timeout: .milliseconds(50))
    }
    try await silent.close()
  }
}
