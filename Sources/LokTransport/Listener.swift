package import NIOCore
internal import NIOSSL

/// Accepts connections that speak frames, and gives each an owner.
package final class Listener: Sendable {
  /// More than any block office has phones: 7,241 blocks share a national server; each idle connection
  /// costs 5 KB, with TLS 23.
  package static let connectionsMaximum = 60_000

  private let socket: ListeningSocket

  private init(socket: ListeningSocket) { self.socket = socket }

  /// Listens from now on. `makeReceiver` is called on the event loop of each new connection. Throws what
  /// the operator has to mend: the address, the key files.
  package static func bind(
    _ address: ListenAddress, security: ServerSecurity, group: any EventLoopGroup,
    connectionsMaximum: Int = Listener.connectionsMaximum, limits: FrameLimits = .standard,
    makeReceiver: @escaping MakeFrameReceiver
  ) async throws(TransportError) -> Listener {
    let tls = try security.context()
    let socket = try await ListeningSocket.bind(
      address, group: group, connectionsMaximum: connectionsMaximum
    ) { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addFrameHandlers(
          side: .server, tls: tls.map { NIOSSLServerHandler(context: $0) }, limits: limits,
          on: channel.eventLoop, makeReceiver: makeReceiver)
      }
    }
    return Listener(socket: socket)
  }

  /// With the port that was given where 0 was asked.
  package var address: ListenAddress { socket.address }

  /// Nil for a Unix socket.
  package var hostPort: HostPort? {
    if case .tcp(let hostPort) = socket.address { hostPort } else { nil }
  }

  package var openConnections: Int { socket.openConnections }

  /// Stops accepting, and removes a Unix socket's file. Connections that are open stay: their owners end
  /// what is under way and close them.
  package func stopAccepting() async { await socket.close() }
}

extension ChannelPipeline.SynchronousOperations {
  func addFrameHandlers(
    side: FrameChannelHandler.Side, tls: (any ChannelHandler)?, limits: FrameLimits,
    on eventLoop: any EventLoop, makeReceiver: @escaping MakeFrameReceiver
  ) throws {
    let traffic = SocketTraffic()
    try addHandler(SocketTrafficHandler(traffic: traffic))
    if let tls { try addHandler(tls) }
    try addHandler(
      FrameChannelHandler(
        side: side, awaitsTLS: tls != nil, limits: limits, traffic: traffic, on: eventLoop,
        makeReceiver: makeReceiver))
  }
}
