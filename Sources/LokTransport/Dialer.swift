import Glibc
package import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Makes connections.
package enum Dialer {
  /// Where to connect to.
  package enum Target: Hashable, Sendable {
    case tcp(HostPort)
    case unix(path: String)
  }

  /// How large the packets may be that carry a connection, both ways.
  package enum Segments: Hashable, Sendable {
    /// What the interface says.
    case usual
    /// 536 bytes of TCP, which every link of the Internet carries (RFC 9293, 3.7.1): for a path that drops
    /// larger ones and tells nobody.
    case small
  }

  /// A connection that is ready: with TLS, the server's key is the right one. `timeout` bounds connecting,
  /// twice of it both, and `handshakeTime` the handshake. The preface goes out with the first frame.
  /// `source` is the address of this computer to connect from, nil = the system's choice: one address has no
  /// more than some 28,000 free ports.
  ///
  /// Throws `refused`, `connectTimeout`, `unknownHost`, `wrongServerKey`, `tlsFailed`, `closedByPeer`, `io`.
  package static func connect(
    to target: Target, from source: String? = nil, trust: ServerTrust, segments: Segments = .usual,
    group: any EventLoopGroup,
    timeout: Duration = .seconds(20), limits: FrameLimits = .standard
  ) async throws(TransportError) -> DialedConnection {
    let pin: PinCheck? =
      if case .pinned(let fingerprint) = trust { PinCheck(expected: fingerprint) } else { nil }
    let began = ContinuousClock.now
    do {
      let loop = group.next()
      let inbox = FrameInbox(ready: loop.makePromise(of: FrameConnection.self))
      do {
        try await bootstrap(group: loop, trust: pin, timeout: timeout, limits: limits, inbox: inbox)
          .connect(to: target, from: source, segments)
      } catch {
        inbox.fail(TransportError(error))
      }
      let connecting = ContinuousClock.now - began
      let late = loop.scheduleTask(in: TimeAmount(handshakeTime(after: connecting, timeout: timeout))) {
        inbox.fail(.connectTimeout)
      }
      defer { late.cancel() }
      return DialedConnection(connection: try await inbox.ready.futureResult.get(), inbox: inbox)
    } catch {
      let reason = pin?.mismatch ?? TransportError(error)
      // A server closes on strangers that are not ready in time, which looks as if it spoke no TLS.
      if case .tlsFailed = reason, ContinuousClock.now - began >= limits.strangerTime {
        throw .connectTimeout
      }
      throw reason
    }
  }

  /// How long a handshake may take where connecting took so long, which is a round trip and what SYNs were
  /// lost.
  ///
  /// A handshake is a round trip too, but longer packets. Of a lost one the sender hears nothing for three
  /// round trips, of the same lost again for six more: ten let one be lost twice. Ten seconds are for
  /// servers that have much to do.
  package static func handshakeTime(after connecting: Duration, timeout: Duration = .seconds(20)) -> Duration
  {
    min(max(connecting * 10, timeout / 2), max(timeout + timeout - connecting, .zero))
  }

  private static func bootstrap(
    group: any EventLoopGroup, trust pin: PinCheck?, timeout: Duration, limits: FrameLimits, inbox: FrameInbox
  ) -> ClientBootstrap {
    ClientBootstrap(group: group)
      .connectTimeout(TimeAmount(timeout))
      .channelOption(.writeBufferWaterMark, value: .init(low: 32 * 1024, high: 128 * 1024))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addFrameHandlers(
            side: .client, tls: try pin?.handler(), limits: limits, on: channel.eventLoop
          ) { connection in
            inbox.attach(connection)
            return InboxReceiver(inbox: inbox)
          }
        }
      }
  }
}

extension ClientBootstrap {
  fileprivate func connect(
    to target: Dialer.Target, from source: String?, _ segments: Dialer.Segments
  ) async throws {
    switch target {
    case .tcp(let hostPort):
      let bound = try source.map { bind(to: try SocketAddress(ipAddress: $0, port: 0)) } ?? self
      // Said in the SYN too: the server's packets are bounded by it.
      let bounded =
        segments == .small ? bound.channelOption(.tcpOption(.init(rawValue: TCP_MAXSEG)), value: 536) : bound
      _ = try await bounded.channelOption(.tcpOption(.tcp_nodelay), value: 1)
        .connect(host: hostPort.host, port: Int(hostPort.port)).get()
    case .unix(let path):
      _ = try await connect(unixDomainSocketPath: path).get()
    }
  }
}
