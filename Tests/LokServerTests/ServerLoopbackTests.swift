import LokBooks
import LokServer
import LokTransport
import LokWire
import Logging
import NIOCore
import ServiceLifecycle
import Testing

/// The server on its threads and sockets.
@Suite struct ServerLoopbackTests {
  /// A client's end of a real connection.
  private final class Wire {
    private let connection: DialedConnection
    private var call: UInt32 = 0
    private var frames: DialedConnection.Frames.Iterator

    init(_ target: Dialer.Target, trust: ServerTrust, group: any EventLoopGroup) async throws {
      connection = try await Dialer.connect(to: target, trust: trust, group: group)
      frames = connection.frames.makeAsyncIterator()
    }

    func ask(_ method: LokWire.Method, _ payload: [UInt8]) async throws -> Heard {
      post(method, payload)
      return try await answer()
    }

    /// The call, without waiting for its answer.
    func post(_ method: LokWire.Method, _ payload: [UInt8]) {
      call = call == 0 ? 1 : call + 2
      connection.send([Frame(call: call, method: method, payload: payload, end: true).encoded()])
    }

    /// Everything up to the end of the last call.
    func answer() async throws -> Heard {
      var heard: [Frame] = []
      while let bytes = try await frames.next() {
        let frame = try Frame(decoding: bytes)
        heard.append(frame)
        if frame.call == call, frame.end { break }
      }
      return Heard(heard, call: call)
    }

    func send(_ bytes: [UInt8]) { connection.send([bytes]) }

    /// True when the server has closed.
    func ends() async -> Bool {
      while let next = try? await frames.next() { _ = next }
      return true
    }

    func close() { connection.close() }
  }

  private final class Bench {
    let directory: TemporaryDirectory
    let data: DataDirectory
    /// For the clients; it lives as long as the process, as a connection may close after its test.
    private static let loops = EventLoops.start(threads: 1)
    var group: any EventLoopGroup { Self.loops }
    private(set) var server: RunningServer
    private let isInsecure: Bool
    private let connections: Int

    init(insecure: Bool = true, connections: Int = Listener.connectionsMaximum) async throws {
      directory = try TemporaryDirectory()
      data = try directory.create()
      isInsecure = insecure
      self.connections = connections
      server = try await Self.start(data, insecure, connections)
    }

    private static func start(
      _ data: DataDirectory, _ insecure: Bool, _ connections: Int
    ) async throws -> RunningServer {
      var configuration = ServerConfiguration(
        directory: data, listen: HostPort(host: "127.0.0.1", port: 0),
        admin: HostPort(host: "127.0.0.1", port: 0), isInsecure: insecure)
      configuration.connections = connections
      return try await LoksyncServer(
        configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      )
      .start()
    }

    func restart() async throws {
      await server.stop()
      server = try await Self.start(data, isInsecure, connections)
      while server.blocksCatchingUp > 0 { await Task.yield() }
    }

    func wire() async throws -> Wire {
      let trust: ServerTrust =
        isInsecure
        ? .insecure : .pinned(fingerprint: try ServerCertificate.fingerprint(ofFile: data.certificate))
      return try await Wire(.tcp(server.addresses.listen), trust: trust, group: group)
    }

    func operate(_ request: OperatorRequest) async throws -> OperatorReply {
      let wire = try await Wire(.unix(path: data.controlSocket), trust: .insecure, group: group)
      let heard = try await wire.ask(.operate, request.encoded())
      if let status = heard.status { throw status }
      return try OperatorReply(decoding: try #require(heard.payloads.first))
    }

    func registered(key: UInt8) async throws -> TestPhone {
      let request = OperatorRequest.enrolCode(
        SteppedBench.block, role: .bookkeeperSHG, grants: [.block], count: 1, validDays: 1)
      let code = try #require(try await operate(request).codes.first)
      var phone = try TestPhone(key: key)
      let heard = try await wire().ask(.register, phone.register(code: code).encoded())
      phone.take(try RegisterReply(decoding: try #require(heard.payloads.first)))
      // The real clock gives the nonce.
      return phone
    }

    func line(_ phone: TestPhone) async throws -> Wire {
      let wire = try await wire()
      #expect(try await wire.ask(.hello, phone.hello().encoded()).status == nil)
      return wire
    }

    func end() async { await server.stop() }
  }

  @Test func `of phones there are no more at a time than were said to come`() async throws {
    let bench = try await Bench(connections: 1)
    let request = try TestPhone().register(code: "900001-AAAAA-BBBBB").encoded()
    let first = try await bench.wire()
    #expect(try await first.ask(.register, request).status != nil)
    // Accepted by the system and closed by the server: it may be seen while dialling or afterwards.
    #expect((try? await bench.wire().ask(.register, request).status) == nil)
    #expect(try await first.ask(.register, request).status != nil)
    await bench.end()
  }

  @Test(arguments: [true, false])
  func `a set goes up from one phone and down to another, also after a restart`(insecure: Bool) async throws {
    let bench = try await Bench(insecure: insecure)
    var writer = try await bench.registered(key: 1)
    let reader = try await bench.registered(key: 2)
    let sets = try (0..<5).map { try writer.writeGroup("group \($0)") }
    let up = try await bench.line(writer).ask(.upload, writer.upload(sets).encoded())
    #expect(try up.committed().map(\.kind) == Array(repeating: .set, count: 5))
    try await bench.restart()
    let again = try await bench.line(writer).ask(.upload, writer.upload(sets).encoded())
    #expect(try again.committed().allSatisfy(\.duplicate))
    #expect(try again.committed().map(\.seq) == up.committed().map(\.seq))
    let request = DownloadRequest(epoch: nil, after: .zero, scopeVersion: 0)
    let pages = try await bench.line(reader).ask(.download, request.encoded()).pages()
    #expect(pages.flatMap(\.sets).compactMap(\.bytes) == sets.map(\.set.bytes))
    await bench.end()
  }

  @Test func `a revocation over the control socket counts from the next frame on`() async throws {
    let bench = try await Bench()
    let phone = try await bench.registered(key: 1)
    let wire = try await bench.line(phone)
    #expect(try await wire.ask(.head, []).status == nil)
    #expect(try await bench.operate(.revoke(SteppedBench.block, phone.device)).seq != nil)
    #expect(try await wire.ask(.head, []).reason == .deviceRevoked)
    await bench.end()
  }

  @Test func `a broken frame ends its connection, and others go on`() async throws {
    let bench = try await Bench()
    let phone = try await bench.registered(key: 1)
    let good = try await bench.line(phone)
    let bad = try await bench.wire()
    bad.send([0xFF, 0xFF, 0xFF])
    #expect(await bad.ends())
    #expect(try await good.ask(.head, []).status == nil)
    await bench.end()
  }

  @Test func `sixteen phones at once get all their sets committed`() async throws {
    let bench = try await Bench()
    var wires: [Wire] = []
    for key in 1...16 as ClosedRange<UInt8> {
      var phone = try await bench.registered(key: key)
      let sets = try (0..<8).map { try phone.writeGroup("group \($0)") }
      let wire = try await bench.line(phone)
      wire.post(.upload, phone.upload(sets).encoded())
      wires.append(wire)
    }
    var committed = 0
    for wire in wires { committed += try await wire.answer().committed().count }
    #expect(committed == 128)
    #expect(bench.server.readiness == .ready)
    #expect(bench.server.statusJSON.contains("\"sets_committed\" : 128"))
    await bench.end()
  }

  @Test func `a running server counts what its sockets carry, by device and in its totals`() async throws {
    let bench = try await Bench(insecure: false)
    var phone = try await bench.registered(key: 1)
    let set = try phone.writeGroup("Asha")
    let wire = try await bench.line(phone)
    #expect(try await wire.ask(.upload, phone.upload([set]).encoded()).status == nil)
    #expect(bench.server.statusJSON.contains("\"frame_bytes_by_method\""))
    wire.close()
    await bench.end()
    let now = ServerClock.system.now().wall
    let activity = try #require(
      try DeviceActivity.read(SteppedBench.block, in: bench.data, days: 2, at: now).first)
    let total = activity.recent.calls.total
    #expect(activity.recent.sessions == 1 && activity.recent.connections == 1)
    #expect(activity.recent.calls[.upload].calls == 1)
    // TLS adds a handshake with a certificate.
    #expect(activity.recent.socketBytesUp > total.bytesUp + 200)
    #expect(activity.recent.socketBytesDown > total.bytesDown + 500)
    #expect(activity.lastContact.milliseconds > now.milliseconds - 60_000)
  }

  @Test func `a graceful shutdown ends the service`() async throws {
    let directory = try TemporaryDirectory()
    let configuration = ServerConfiguration(
      directory: try directory.create(), listen: HostPort(host: "127.0.0.1", port: 0), isInsecure: true)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let (started, continuation) = AsyncStream.makeStream(of: LoksyncServer.Addresses.self)
    let server = LoksyncServer(configuration, logger: logger) { continuation.yield($0) }
    let services = ServiceGroup(services: [server], logger: logger)
    async let run: Void = services.run()
    for await addresses in started {
      #expect(addresses.listen.port > 0)
      break
    }
    await services.triggerGracefulShutdown()
    try await run
    // Its lock is free again.
    _ = try DirectoryLock(configuration.directory)
  }

  @Test func `an operator's command works without a server, and not beside one`() async throws {
    let bench = try await Bench()
    let request = OperatorRequest.enrolCode(
      SteppedBench.block, role: .viewer, grants: [.block], count: 2, validDays: 1)
    #expect(throws: DataDirectoryError.self) { try OperatorCommands.run(request, in: bench.data) }
    await bench.end()
    #expect(try OperatorCommands.run(request, in: bench.data).codes.count == 2)
    let nobody = OperatorRequest.revoke(SteppedBench.block, DeviceNumber(99))
    #expect(throws: LokWire.Status.self) { try OperatorCommands.run(nobody, in: bench.data) }
  }
}
