import Glibc
import LokTransport
import LokWire
import NIOCore
import NIOPosix
import Synchronization
import Testing

/// Listener and dialer over real sockets.
struct LoopbackTests {
  enum Kind: CaseIterable, Sendable { case plain, tls, unix }

  private func serve(_ kind: Kind, in directory: borrowing TemporaryDirectory) async throws -> (
    TestServer, ServerTrust
  ) {
    switch kind {
    case .plain: (try await .start(), .insecure)
    case .tls:
      (
        try await .start(security: TestKeys.one.security(in: directory)),
        .pinned(fingerprint: TestKeys.one.fingerprint)
      )
    case .unix: (try await .start(.unix(path: directory.path + "/control.sock")), .insecure)
    }
  }

  @Test(arguments: Kind.allCases)
  func `frames of all sizes go there and come back in order`(kind: Kind) async throws {
    let directory = TemporaryDirectory()
    let (server, trust) = try await serve(kind, in: directory)
    let client = try await server.dial(trust)
    client.connection.setMaximumFrame(bytes: 1_048_576)
    let sizes = [1, 10, 5_000, 65_536, 1_048_576, 3]
    let sent = sizes.map { size in [UInt8](repeating: UInt8(truncatingIfNeeded: size), count: size) }
    client.send([sent[0]])
    #expect(try await client.receive() == [sent[0]])
    client.send(Array(sent[1...]))
    var came: [[UInt8]] = []
    for try await frame in client.frames {
      came.append(frame)
      if came.count == sent.count - 1 { break }
    }
    #expect(came == Array(sent[1...]))
    #expect(client.connection.bytesOut >= sizes.reduce(4) { $0 + 4 + $1 })
    client.close()
    #expect(await server.events.nextClosing() == .byPeer)
    #expect(try await client.receive() == nil)
    await server.stop()
  }

  @Test func `Hello and more in one flight reach the owner one after the other`() async throws {
    let server = try await TestServer.start()
    let client = try await server.dial()
    let flight = [[UInt8](repeating: 1, count: 500)] + (0..<40).map { [UInt8](repeating: $0, count: 1_000) }
    client.send(flight)
    var came: [[UInt8]] = []
    while came.count < flight.count, let frames = try await client.receive() { came += frames }
    #expect(came == flight)
    #expect(server.events.batches.withLock { $0.first } == 1)
    await server.stop()
  }

  @Test func `another key than the pinned one is named, with both fingerprints`() async throws {
    let directory = TemporaryDirectory()
    let server = try await TestServer.start(security: TestKeys.one.security(in: directory))
    let wrong = TestKeys.two.fingerprint
    await #expect(throws: TransportError.wrongServerKey(expected: wrong, found: TestKeys.one.fingerprint)) {
      try await server.dial(.pinned(fingerprint: wrong))
    }
    guard case .failed(.tlsFailed)? = await server.events.nextClosing() else {
      Issue.record("the server did not see the handshake fail")
      return
    }
    let client = try await server.dial(.pinned(fingerprint: TestKeys.one.fingerprint))
    client.send([[1]])
    #expect(try await client.receive() == [[1]])
    await server.stop()
  }

  @Test func `TLS to a plain port is told from other strangers, and others go on`() async throws {
    let server = try await TestServer.start()
    let other = try await server.dial()
    other.send([[1]])
    #expect(try await other.receive() == [[1]])
    do {
      _ = try await server.dial(.pinned(fingerprint: TestKeys.one.fingerprint))
      Issue.record("connected")
    } catch TransportError.tlsFailed {
    } catch {
      #expect(error as? TransportError == .closedByPeer)
    }
    #expect(await server.events.nextClosing() == .failed(.notOurPreface(.tls)))
    other.send([[2]])
    #expect(try await other.receive() == [[2]])
    await server.stop()
  }

  @Test func `plain to a TLS port is closed, and others go on`() async throws {
    let directory = TemporaryDirectory()
    let server = try await TestServer.start(security: TestKeys.one.security(in: directory))
    let other = try await server.dial(.pinned(fingerprint: TestKeys.one.fingerprint))
    let plain = try await server.dial()
    plain.send([[1]])
    _ = try? await plain.receive()
    guard case .failed(.tlsFailed)? = await server.events.nextClosing() else {
      Issue.record("not closed for TLS")
      return
    }
    other.send([[2]])
    #expect(try await other.receive() == [[2]])
    await server.stop()
  }

  @Test(arguments: [
    (Array("GET / HTTP/1.1\r\n\r\n".utf8), TransportError.notOurPreface(.http)),
    (WireLimits.preface + [0, 0, 0, 0], .emptyFrame),
    (WireLimits.preface + [0x7F, 0xFF, 0xFF, 0xFF], .frameTooLarge(bytes: 0x7FFF_FFFF, limit: 65_536)),
    (WireLimits.preface + [0, 0, 0x20, 0], .strangerTooLarge(bytes: 8_200, limit: 4_096)),
  ])
  func `bad bytes close their connection and no other`(bytes: [UInt8], error: TransportError) async throws {
    let server = try await TestServer.start()
    let other = try await server.dial()
    let raw = try await ClientBootstrap(group: loops)
      .connect(host: "127.0.0.1", port: Int(try #require(server.listener.hostPort).port)).get()
    try await raw.writeAndFlush(ByteBuffer(bytes: bytes))
    #expect(await server.events.nextClosing() == .failed(error))
    try await raw.closeFuture.get()
    other.send([[2]])
    #expect(try await other.receive() == [[2]])
    await server.stop()
  }

  @Test func `an answer to the last frame arrives although more came behind it`() async throws {
    let server = try await TestServer.start(trusts: false)
    let client = try await server.dial()
    client.send([[7], [UInt8](repeating: 1, count: 60_000)])
    #expect(try await client.receive() == [[7]])
    #expect(try await client.receive() == nil)
    #expect(await server.events.nextClosing() == .failed(.strangerTooLarge(bytes: 60_013, limit: 4_096)))
    await server.stop()
  }

  @Test func `a port where nobody listens refuses`() async throws {
    let server = try await TestServer.start()
    let target = server.target
    await server.stop()
    await #expect(throws: TransportError.refused) {
      try await Dialer.connect(to: target, trust: .insecure, group: loops)
    }
    await #expect(throws: TransportError.refused) {
      try await Dialer.connect(
        to: .unix(path: "/tmp/loktransport-nobody.sock"), trust: .insecure, group: loops)
    }
  }

  @Test func `connections beyond the limit are closed, and a place that is left is given again`() async throws
  {
    let server = try await TestServer.start(connectionsMaximum: 1)
    let first = try await server.dial()
    first.send([[1]])
    #expect(try await first.receive() == [[1]])
    let second = try await server.dial()
    second.send([[2]])
    #expect((try? await second.receive()) == nil)
    first.close()
    #expect(await server.events.nextClosing() == .byPeer)
    var came: [[UInt8]]?
    while came == nil {
      let third = try await server.dial()
      third.send([[3]])
      came = try? await third.receive()
    }
    #expect(came == [[3]])
    await server.stop()
  }

  @Test func `after it stops accepting, open connections go on`() async throws {
    let server = try await TestServer.start()
    let client = try await server.dial()
    client.send([[1]])
    #expect(try await client.receive() == [[1]])
    await server.stop()
    client.send([[2]])
    #expect(try await client.receive() == [[2]])
  }

  @Test func `a slow reader is waited for, and loses nothing`() async throws {
    let server = try await TestServer.start()
    let client = try await server.dial()
    client.connection.setMaximumFrame(bytes: 1_048_576)
    client.send([[0]])
    #expect(try await client.receive() == [[0]])
    let count = 12
    for number in 0..<count { client.send([[UInt8](repeating: UInt8(number), count: 1_000_000)]) }
    var numbers: [UInt8] = []
    while numbers.count < count, let frames = try await client.receive() {
      numbers += frames.compactMap(\.first)
      await Task.yield()
    }
    #expect(numbers == (0..<count).map(UInt8.init))
    await server.stop()
  }

  @Test func `a cancelled wait ends with its task and the connection stays`() async throws {
    let server = try await TestServer.start()
    let client = try await server.dial()
    let waiter = Task { try await client.receive() }
    waiter.cancel()
    await #expect(throws: CancellationError.self) { try await waiter.value }
    client.send([[1]])
    #expect(try await client.receive() == [[1]])
    await server.stop()
  }
}

struct UnixSocketTests {
  @Test func `only its owner may reach it, a stale file is taken away, a live one is not`() async throws {
    let directory = TemporaryDirectory()
    let path = directory.path + "/control.sock"
    let server = try await TestServer.start(.unix(path: path))
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    await #expect(throws: TransportError.addressInUse) { try await TestServer.start(.unix(path: path)) }
    await server.stop()
    #expect(stat(path, &status) != 0)

    makeStaleSocket(path)
    let next = try await TestServer.start(.unix(path: path))
    let client = try await next.dial()
    client.send([[1]])
    #expect(try await client.receive() == [[1]])
    await next.stop()
  }

  @Test func `a file that is no socket is left alone, a long path is named`() async throws {
    let directory = TemporaryDirectory()
    let path = directory.path + "/file"
    write("books", to: path)
    await #expect(throws: TransportError.notASocket(path: path)) {
      try await TestServer.start(.unix(path: path))
    }
    let long = directory.path + "/" + String(repeating: "x", count: 100)
    await #expect(throws: TransportError.pathTooLong(path: long, limit: 107)) {
      try await TestServer.start(.unix(path: long))
    }
  }

  /// What a killed server leaves: bound once, nobody listening.
  private func makeStaleSocket(_ path: String) {
    let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    close(descriptor)
  }
}

struct ServerSecurityTests {
  @Test func `the fingerprint is that of the certificate's DER`() throws {
    let directory = TemporaryDirectory()
    guard case .tls(let certificate, _) = TestKeys.one.security(in: directory) else { return }
    #expect(try ServerSecurity.fingerprint(certificateChainPath: certificate) == TestKeys.one.fingerprint)
  }

  @Test func `key files that are missing or belong to another certificate are named`() async throws {
    let directory = TemporaryDirectory()
    await #expect(throws: TransportError.self) {
      try await TestServer.start(
        security: .tls(certificateChainPath: "/nowhere.pem", keyPath: "/nowhere.pem"))
    }
    _ = TestKeys.one.security(in: directory)
    write(TestKeys.two.key, to: directory.path + "/key.pem")
    await #expect(throws: TransportError.self) {
      try await TestServer.start(
        security: .tls(
          certificateChainPath: directory.path + "/certificate.pem", keyPath: directory.path + "/key.pem"))
    }
  }
}

/// What an owner may ask of its connection while the peer goes on sending.
struct FrameConnectionTests {
  /// Pauses after each batch, and resumes when the test says so.
  final class Hesitant: FrameReceiver {
    private let connection: FrameConnection
    private let batches: AsyncStream<(Int, FrameConnection)>.Continuation

    init(connection: FrameConnection, batches: AsyncStream<(Int, FrameConnection)>.Continuation) {
      self.connection = connection
      self.batches = batches
    }

    func opened() { connection.markAuthenticated() }

    func received(_ frames: [[UInt8]]) {
      connection.pauseReading()
      batches.yield((frames.count, connection))
    }

    func closed(_ reason: Closing) { batches.finish() }
  }

  @Test func `a paused owner hears nothing until it resumes, and then all of it`() async throws {
    let (batches, continuation) = AsyncStream<(Int, FrameConnection)>.makeStream()
    let listener = try await Listener.bind(
      .tcp(HostPort(host: "127.0.0.1", port: 0)), security: .insecure, group: loops
    ) { Hesitant(connection: $0, batches: continuation) }
    let client = try await Dialer.connect(
      to: .tcp(try #require(listener.hostPort)), trust: .insecure, group: loops)
    let count = 3_000
    for _ in 0..<count { client.send([[UInt8](repeating: 1, count: 1_000)]) }
    var came = 0
    for await (frames, connection) in batches {
      came += frames
      if came == count { break }
      connection.resumeReading()
    }
    #expect(came == count)
    client.close()
    await listener.stopAccepting()
  }

  @Test func `what came whole before the peer closed reaches a paused owner`() async throws {
    let (batches, continuation) = AsyncStream<(Int, FrameConnection)>.makeStream()
    let listener = try await Listener.bind(
      .tcp(HostPort(host: "127.0.0.1", port: 0)), security: .insecure, group: loops
    ) { Hesitant(connection: $0, batches: continuation) }
    let client = try await Dialer.connect(
      to: .tcp(try #require(listener.hostPort)), trust: .insecure, group: loops)
    client.send([[1]])
    var came = 0
    for await (frames, _) in batches {
      came += frames
      if came == 1 {
        client.send([[2], [3]])
        client.close()
      }
    }
    #expect(came == 3)
    await listener.stopAccepting()
  }

  @Test func `sends from many threads arrive whole, each thread's in order`() async throws {
    let server = try await TestServer.start()
    let client = try await server.dial()
    client.send([[255, 255]])
    #expect(try await client.receive() == [[255, 255]])
    await withDiscardingTaskGroup { group in
      for sender in UInt8(0)..<8 {
        group.addTask { for number in UInt8(0)..<200 { client.send([[sender, number]]) } }
      }
    }
    var next = [UInt8](repeating: 0, count: 8)
    var came = 0
    while came < 1_600, let frames = try await client.receive() {
      for frame in frames {
        #expect(frame[1] == next[Int(frame[0])])
        next[Int(frame[0])] += 1
        came += 1
      }
    }
    #expect(came == 1_600)
    await server.stop()
  }
}
