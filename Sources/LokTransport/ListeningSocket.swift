import Glibc
package import NIOCore
internal import NIOPosix
import Synchronization

/// Where to listen, or where something listens.
package enum ListenAddress: Hashable, Sendable {
  /// Port 0 = any free one.
  case tcp(HostPort)
  case unix(path: String)
}

/// A bound socket whose accepted channels somebody else fills with handlers.
package final class ListeningSocket: Sendable {
  /// With the port that was given where 0 was asked.
  package let address: ListenAddress
  private let channel: any Channel
  private let open: OpenConnections

  private init(address: ListenAddress, channel: any Channel, open: OpenConnections) {
    self.address = address
    self.channel = channel
    self.open = open
  }

  /// Binds and accepts. Beyond `connectionsMaximum` a new connection is closed at once: the phone's library
  /// waits and comes again. Throws what the operator has to mend: `addressInUse`, `notASocket`, `io`.
  package static func bind(
    _ address: ListenAddress, group: any EventLoopGroup, connectionsMaximum: Int,
    initialize: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
  ) async throws(TransportError) -> ListeningSocket {
    let open = OpenConnections(maximum: connectionsMaximum)
    var bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 4_096)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(AcceptPause())
        }
      }
      .childChannelOption(.writeBufferWaterMark, value: .init(low: 32 * 1024, high: 128 * 1024))
      .childChannelInitializer { channel in
        guard open.enter() else {
          return channel.eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
        }
        channel.closeFuture.whenComplete { _ in open.leave() }
        return initialize(channel)
      }
    do {
      switch address {
      case .tcp(let hostPort):
        // Keep-alives (two hours apart) end the connections of phones that vanished; SO_REUSEADDR lets a
        // restart bind while old connections time out.
        bootstrap = bootstrap.childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
          .childChannelOption(.socketOption(.so_keepalive), value: 1)
        let channel = try await bootstrap.bind(host: hostPort.host, port: Int(hostPort.port)).get()
        let port = UInt16(clamping: channel.localAddress?.port ?? Int(hostPort.port))
        let bound = HostPort(host: hostPort.host, port: port)
        return ListeningSocket(address: .tcp(bound), channel: channel, open: open)
      case .unix(let path):
        let channel = try await bootstrap.withBoundSocket(try UnixSocket.bind(path: path)).get()
        return ListeningSocket(address: address, channel: channel, open: open)
      }
    } catch {
      throw TransportError(error)
    }
  }

  package var openConnections: Int { open.count }

  /// Stops accepting; connections that are open stay.
  package func close() async {
    try? await channel.close()
    if case .unix(let path) = address { UnixSocket.remove(path: path) }
  }
}

/// How many connections a socket has open, and whether one more may be.
final class OpenConnections: Sendable {
  private let maximum: Int
  private let current = Atomic<Int>(0)

  init(maximum: Int) { self.maximum = maximum }

  var count: Int { current.load(ordering: .relaxed) }

  func enter() -> Bool {
    if current.add(1, ordering: .relaxed).newValue <= maximum { return true }
    leave()
    return false
  }

  func leave() { current.subtract(1, ordering: .relaxed) }
}

/// Out of descriptors or memory, `accept` fails at once, again and again, and would spin its event loop:
/// accepting rests a second instead.
final class AcceptPause: ChannelInboundHandler, ChannelOutboundHandler {
  typealias InboundIn = any Channel
  typealias OutboundIn = any Channel

  private var isResting = false
  private var readIsAsked = false

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard !isResting, let error = error as? IOError,
      [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(error.errnoCode)
    else { return }
    isResting = true
    context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) {
      self.isResting = false
      if self.readIsAsked { context.read() }
      self.readIsAsked = false
    }
  }

  func read(context: ChannelHandlerContext) {
    if isResting { readIsAsked = true } else { context.read() }
  }
}
