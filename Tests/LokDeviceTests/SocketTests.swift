import LokBooks
import LokDevice
import LokTransport
import LokWire
import NIOCore
import Testing

/// The loopback server's calls, behind a listener.
private final class SocketSession: FrameReceiver {
  private let server: LoopbackServer
  private let connection: FrameConnection
  private var state = LoopbackLink.Connection()

  init(server: LoopbackServer, connection: FrameConnection) {
    self.server = server
    self.connection = connection
  }

  func received(_ frames: [[UInt8]]) {
    for bytes in frames {
      guard let frame = try? Frame(decoding: bytes), let replies = try? server.answer(frame, &state) else {
        return connection.close()
      }
      connection.markAuthenticated()
      connection.send(replies.map { $0.encoded() })
    }
  }

  func closed(_ reason: Closing) {}
}

@Suite struct SocketTests {
  @Test func `a phone registers, uploads and downloads over TCP, and counts its bytes`() async throws {
    let village = try Village()
    let server = village.server
    let group = EventLoops.start(threads: 1)
    let listener = try await Listener.bind(
      .tcp(HostPort(host: "127.0.0.1", port: 0)), security: .insecure, group: group
    ) { SocketSession(server: server, connection: $0) }
    let address = try #require(listener.hostPort)
    try server.code("900001-socket")
    let phone = try await DeviceAgent.open(
      path: village.path("socket"), block: block,
      surroundings: .init(dialing: .tcp(group), clock: { noon }, appBuild: "test"))
    try await phone.register(server: ServerAddress(text: address.description), code: "900001-socket")
    let (shg, member) = try await phone.makeGroup()
    for _ in 0..<20 { try await phone.meet(shg, saving: member, 1_000) }
    let report = try await phone.syncUntilDone(attempts: 2)
    #expect(report.outcome == .done && report.setsCommitted == 22)
    // 22 signed-for sets: a signature and two chains up, a receipt and the chains of two groups down.
    #expect(report.bytesUp > 300 && report.bytesDown > 300)
    #expect(try await phone.digests().allSatisfy { $0.isEqual == true })
    await listener.stopAccepting()
    try await group.shutdownGracefully()
  }
}
