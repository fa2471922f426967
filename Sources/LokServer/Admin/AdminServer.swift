package import LokTransport
package import NIOCore
internal import NIOHTTP1

/// What monitoring asks over HTTP, and nothing else: `/status` (counters as JSON), `/healthz` (the process
/// answers) and `/readyz` (it can take sets). Its own address, meant for loopback or an inner network: no
/// TLS, no rights, and nothing about persons in it.
///
/// One request a connection, answered within `requestTime`; scrapers come rarely and curl does not mind.
package final class AdminServer: Sendable {
  /// Request line and headers. curl sends 80 bytes, a browser about a thousand.
  static let requestBytes = 8 * 1024
  static let requestTime: TimeAmount = .seconds(5)
  static let connectionsMaximum = 100

  /// Whether the server can take sets.
  package enum Readiness: Hashable, Sendable {
    case ready
    /// A stable word for machines and people: `starting`, `replaying`, `disk_full`, `stopping`.
    case notReady(reason: String)
  }

  /// Where the answers come from. Called outside the event loops; may take their time, within
  /// `requestTime`.
  package struct Sources: Sendable {
    /// A JSON document.
    let status: @Sendable () async -> [UInt8]
    let readiness: @Sendable () async -> Readiness

    package init(
      status: @escaping @Sendable () async -> [UInt8], readiness: @escaping @Sendable () async -> Readiness
    ) {
      self.status = status
      self.readiness = readiness
    }
  }

  private let socket: ListeningSocket

  private init(socket: ListeningSocket) { self.socket = socket }

  /// Answers from now on. Throws what the operator has to mend: `TransportError.addressInUse`, `io`.
  package static func bind(
    _ address: HostPort, group: any EventLoopGroup, sources: Sources
  ) async throws(TransportError) -> AdminServer {
    let socket = try await ListeningSocket.bind(
      .tcp(address), group: group, connectionsMaximum: connectionsMaximum
    ) { channel in
      channel.eventLoop.makeCompletedFuture {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(RequestLimit())
        try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false, withErrorHandling: true)
        try pipeline.addHandler(AdminHandler(sources: sources))
      }
    }
    return AdminServer(socket: socket)
  }

  /// With the port that was given where 0 was asked.
  package var address: HostPort? {
    if case .tcp(let hostPort) = socket.address { hostPort } else { nil }
  }

  package func stop() async { await socket.close() }
}
