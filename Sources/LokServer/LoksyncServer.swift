import Dispatch
import Foundation
import LokBooks
import LokIntake
package import LokTransport
import LokWire
package import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Where a server lies and listens.
package struct ServerConfiguration: Sendable {
  package var directory: DataDirectory
  /// Port 0 = any free one.
  package var listen: HostPort
  /// Nil = no admin address.
  package var admin: HostPort?
  /// For loopback only.
  package var isInsecure: Bool
  /// Another certificate and key than those of the data directory.
  package var certificate: (chain: String, key: String)?
  /// Phones that may be connected at a time, as far as descriptors allow.
  package var connections = Listener.connectionsMaximum
  package var tuning = ServerTuning()
  package var clock = ServerClock.system

  package init(
    directory: DataDirectory, listen: HostPort, admin: HostPort? = nil, isInsecure: Bool = false,
    certificate: (chain: String, key: String)? = nil
  ) {
    self.directory = directory
    self.listen = listen
    self.admin = admin
    self.isInsecure = isInsecure
    self.certificate = certificate
  }
}

/// The whole server: sessions on event loops, one thread for the intake, a few that merge and read, and
/// what an operator needs to see it.
package final class LoksyncServer: Service {
  /// Where a started server can be reached.
  package struct Addresses: Hashable, Sendable {
    package var listen: HostPort
    package var admin: HostPort?
  }

  private let configuration: ServerConfiguration
  private let logger: Logger
  private let onStart: @Sendable (Addresses) -> Void

  /// - Parameter onStart: called once everything listens.
  package init(
    _ configuration: ServerConfiguration, logger: Logger,
    onStart: @escaping @Sendable (Addresses) -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.logger = logger
    self.onStart = onStart
  }

  /// Serves until a graceful shutdown or cancellation. What is in flight then is committed, or stored and
  /// merged at the next start, or was not acknowledged.
  package func run() async throws {
    let running = try await start()
    onStart(running.addresses)
    do {
      try await gracefulShutdown()
    } catch {
      // Cancelled: the same, as there is nothing quicker that keeps the promises.
    }
    await running.stop()
  }

  /// Everything listens when this returns; blocks are served as soon as they have caught up with the log.
  package func start() async throws -> RunningServer {
    try await RunningServer.start(configuration, logger: logger)
  }
}

/// A server at work.
package final class RunningServer: Sendable {
  package let addresses: LoksyncServer.Addresses
  private let threads: ServerThreads
  private let loops: [SessionLoop]
  private let group: any EventLoopGroup
  private let listeners: [Listener]
  private let admin: AdminServer?
  private let status: ServerStatus
  private let tuning: ServerTuning
  private let logger: Logger

  private init(
    addresses: LoksyncServer.Addresses, threads: ServerThreads, loops: [SessionLoop],
    group: any EventLoopGroup, listeners: [Listener], admin: AdminServer?, status: ServerStatus,
    tuning: ServerTuning, logger: Logger
  ) {
    self.addresses = addresses
    self.threads = threads
    self.loops = loops
    self.group = group
    self.listeners = listeners
    self.admin = admin
    self.status = status
    self.tuning = tuning
    self.logger = logger
  }

  static func start(_ configuration: ServerConfiguration, logger: Logger) async throws -> RunningServer {
    let files = OpenFileLimit.raise()
    var configuration = configuration
    configuration.tuning = configuration.tuning.fitted(
      toFiles: files, connections: configuration.connections)
    let tuning = configuration.tuning
    if files < tuning.filesOpen {
      logger.warning(
        "few open files are allowed", metadata: ["allowed": "\(files)", "wanted": "\(tuning.filesOpen)"])
    }
    let group = EventLoops.start(threads: tuning.loops)
    do {
      let loops = group.makeIterator().enumerated().map {
        SessionLoop(index: $0.offset, eventLoop: $0.element)
      }
      for loop in loops { loop.startCounting() }
      let desks = try ServerDesks(
        configuration.directory, tuning: tuning, courier: LoopCourier(loops: loops))
      let status = ServerStatus(desks.switchboard)
      let services = SessionServices(
        switchboard: desks.switchboard, surroundings: desks.surroundings, clock: configuration.clock,
        logger: logger, status: { status.json() })
      try desks.beginCatchingUp()
      let threads = ServerThreads(desks, clock: configuration.clock, tuning: tuning, logger: logger)
      do {
        return try await listen(configuration, group, loops, services, threads, status, logger)
      } catch {
        await threads.stop()
        throw error
      }
    } catch {
      try? await group.shutdownGracefully()
      throw error
    }
  }

  private static func listen(
    _ configuration: ServerConfiguration, _ group: any EventLoopGroup, _ loops: [SessionLoop],
    _ services: SessionServices, _ threads: ServerThreads, _ status: ServerStatus, _ logger: Logger
  ) async throws -> RunningServer {
    let directory = configuration.directory
    let chain = configuration.certificate?.chain ?? directory.certificate
    let key = configuration.certificate?.key ?? directory.tlsKey
    let connections = configuration.tuning.connectionsMaximum(
      ofFiles: OpenFileLimit.raise(), wanted: configuration.connections)
    let network = try await Listener.bind(
      .tcp(configuration.listen),
      security: configuration.isInsecure ? .insecure : .tls(certificateChainPath: chain, keyPath: key),
      group: group, connectionsMaximum: connections, limits: configuration.tuning.frames,
      makeReceiver: receiver(.network, loops, services))
    var admin: AdminServer?
    do {
      let control = try await Listener.bind(
        .unix(path: directory.controlSocket), security: .insecure, group: group,
        limits: configuration.tuning.frames, makeReceiver: receiver(.control, loops, services))
      if let address = configuration.admin {
        admin = try await AdminServer.bind(
          address, group: group,
          sources: AdminServer.Sources(
            status: { Array(status.json().utf8) }, readiness: { status.readiness }))
      }
      let listen = network.hostPort ?? configuration.listen
      logger.info("listening", metadata: ["address": "\(listen)"])
      return RunningServer(
        addresses: .init(listen: listen, admin: admin?.address), threads: threads, loops: loops,
        group: group, listeners: [network, control], admin: admin, status: status,
        tuning: configuration.tuning, logger: logger)
    } catch {
      await network.stopAccepting()
      throw error
    }
  }

  private static func receiver(
    _ side: Session.Side, _ loops: [SessionLoop], _ services: SessionServices
  ) -> MakeFrameReceiver {
    let byLoop = Dictionary(loops.map { (ObjectIdentifier($0.eventLoop), $0) }) { first, _ in first }
    return { connection in
      // Every connection of the group is on one of its loops.
      let loop = byLoop[ObjectIdentifier(connection.eventLoop)] ?? loops[0]
      return SessionDriver(connection, side: side, loop: loop, services: services)
    }
  }

  /// In this order: nobody new; sessions end their calls; what is stored is merged as far as time allows;
  /// threads end; files are closed.
  package func stop() async {
    logger.info("stopping")
    status.isStopping = true
    for listener in listeners { await listener.stopAccepting() }
    for loop in loops { loop.eventLoop.execute { loop.stop() } }
    let deadline = DispatchTime.now() + .milliseconds(Int(tuning.stopping.wholeMilliseconds))
    while await openSessions() > 0, DispatchTime.now() < deadline {
      try? await Task.sleep(for: .milliseconds(20))
    }
    for loop in loops { loop.eventLoop.execute { loop.closeAll() } }
    await threads.stop()
    await admin?.stop()
    try? await group.shutdownGracefully()
    logger.info("stopped")
  }

  private func openSessions() async -> Int {
    var count = 0
    for loop in loops { count += (try? await loop.eventLoop.submit { loop.count }.get()) ?? 0 }
    return count
  }

  /// What `/status` shows.
  package var statusJSON: String { status.json() }
  /// What `/readyz` answers.
  package var readiness: AdminServer.Readiness { status.readiness }
  /// Blocks that have rows in the log and are not served yet.
  package var blocksCatchingUp: Int { status.blocksCatchingUp }
}
