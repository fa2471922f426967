import LokTransport
import NIOCore
import Synchronization

/// A server that gives every frame back, and remembers how its connections ended.
final class TestServer: Sendable {
  let listener: Listener
  let events: Events

  private init(listener: Listener, events: Events) {
    self.listener = listener
    self.events = events
  }

  static func start(
    _ address: ListenAddress = .tcp(HostPort(host: "127.0.0.1", port: 0)),
    security: ServerSecurity = .insecure,
    connectionsMaximum: Int = 100, limits: FrameLimits = .standard, trusts: Bool = true
  ) async throws -> TestServer {
    let events = Events()
    let listener = try await Listener.bind(
      address, security: security, group: loops, connectionsMaximum: connectionsMaximum, limits: limits
    ) { connection in
      EchoReceiver(connection: connection, events: events, trusts: trusts)
    }
    return TestServer(listener: listener, events: events)
  }

  var target: Dialer.Target {
    switch listener.address {
    case .tcp(let hostPort): .tcp(hostPort)
    case .unix(let path): .unix(path: path)
    }
  }

  func dial(_ trust: ServerTrust = .insecure) async throws -> DialedConnection {
    try await Dialer.connect(to: target, trust: trust, group: loops, timeout: .seconds(5))
  }

  func stop() async { await listener.stopAccepting() }
}

/// Two threads for all tests: they live as long as the process.
let loops = EventLoops.start(threads: 2)

/// What receivers saw, in order, for one test to wait for.
final class Events: Sendable {
  private let closings: AsyncStream<Closing>
  private let closed: AsyncStream<Closing>.Continuation
  let batches = Mutex<[Int]>([])

  init() { (closings, closed) = AsyncStream.makeStream() }

  func note(_ closing: Closing) { closed.yield(closing) }

  func nextClosing() async -> Closing? {
    for await closing in closings { return closing }
    return nil
  }
}

final class EchoReceiver: FrameReceiver {
  private let connection: FrameConnection
  private let events: Events
  private let trusts: Bool

  init(connection: FrameConnection, events: Events, trusts: Bool) {
    self.connection = connection
    self.events = events
    self.trusts = trusts
  }

  func received(_ frames: [[UInt8]]) {
    events.batches.withLock { $0.append(frames.count) }
    if trusts {
      connection.markAuthenticated()
      connection.setMaximumFrame(bytes: 1_048_576)
    }
    connection.send(frames)
  }

  func closed(_ reason: Closing) { events.note(reason) }
}
