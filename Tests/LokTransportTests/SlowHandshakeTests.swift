import LokTransport
import NIOCore
import NIOPosix
import Testing

/// A server that closes before TLS is ready: because it speaks none, or because it has waited too long.
@Suite struct SlowHandshakeTests {
  /// What a server does that has waited for a stranger in vain, and one that speaks without TLS.
  @Test(arguments: [(TimeAmount.milliseconds(600), true), (.zero, false)])
  func `a handshake that was only slow is not taken for a server without TLS`(
    waits: TimeAmount, isSlow: Bool
  ) async throws {
    let server = try await ServerBootstrap(group: loops).childChannelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandler(ClosingHandler(after: waits))
      }
    }.bind(host: "127.0.0.1", port: 0).get()
    var limits = FrameLimits.standard
    limits.strangerTime = .milliseconds(300)
    do {
      _ = try await Dialer.connect(
        to: .tcp(HostPort(host: "127.0.0.1", port: UInt16(try #require(server.localAddress?.port)))),
        trust: .pinned(fingerprint: TestKeys.one.fingerprint), group: loops, timeout: .seconds(5),
        limits: limits)
      Issue.record("connected")
    } catch TransportError.tlsFailed {
      #expect(!isSlow)
    } catch {
      #expect(error as? TransportError == .connectTimeout && isSlow)
    }
    try await server.close()
  }
}

/// Reads, and closes in good order some time after the first bytes.
private final class ClosingHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  private let delay: TimeAmount
  private var isClosing = false

  init(after delay: TimeAmount) { self.delay = delay }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isClosing else { return }
    isClosing = true
    let channel = context.channel
    context.eventLoop.scheduleTask(in: delay) { channel.close(promise: nil) }
  }
}
