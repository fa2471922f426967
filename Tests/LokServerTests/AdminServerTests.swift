import Foundation
import LokBooks
import LokServer
import LokTransport
import LokWire
import NIOCore
import NIOPosix
import Synchronization
import Testing

struct AdminServerTests {
  private static let loops = EventLoops.start(threads: 1)

  private func start(_ readiness: AdminServer.Readiness = .ready) async throws -> AdminServer {
    try await AdminServer.bind(
      HostPort(host: "127.0.0.1", port: 0), group: Self.loops,
      sources: .init(status: { Array(#"{"frames_in":3}"#.utf8) }, readiness: { readiness }))
  }

  /// Sends `request` as it is and gives all that comes until the server closes.
  private func exchange(_ request: String, with server: AdminServer) async throws -> String {
    let answer = Answer()
    let address = try #require(server.address)
    let channel = try await ClientBootstrap(group: Self.loops)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Collector(answer: answer))
        }
      }
      .connect(host: address.host, port: Int(address.port)).get()
    try? await channel.writeAndFlush(ByteBuffer(string: request))
    try await channel.closeFuture.get()
    return answer.text.withLock { $0 }
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var readiness = AdminServer.Readiness.ready
    let request: String
    let statusLine: String
    let body: String
  }

  @Test(arguments: [
    Row(
      testDescription: "status", request: "GET /status HTTP/1.1\r\nHost: x\r\n\r\n",
      statusLine: "HTTP/1.1 200 OK",
      body: #"{"frames_in":3}"#),
    Row(
      testDescription: "status with a query", request: "GET /status?t=1 HTTP/1.1\r\nHost: x\r\n\r\n",
      statusLine: "HTTP/1.1 200 OK", body: #"{"frames_in":3}"#),
    Row(
      testDescription: "health", request: "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
      statusLine: "HTTP/1.1 200 OK",
      body: #"{"status":"ok"}"#),
    Row(
      testDescription: "ready", request: "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n",
      statusLine: "HTTP/1.1 200 OK",
      body: #"{"status":"ready"}"#),
    Row(
      testDescription: "not ready", readiness: .notReady(reason: "replaying"),
      request: "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n", statusLine: "HTTP/1.1 503 Service Unavailable",
      body: #"{"status":"not_ready","reason":"replaying"}"#),
    Row(
      testDescription: "another path", request: "GET /etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
      statusLine: "HTTP/1.1 404 Not Found",
      body: #"{"error":"not_found","paths":["/status","/healthz","/readyz"]}"#),
    Row(
      testDescription: "another method",
      request: "POST /status HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
      statusLine: "HTTP/1.1 405 Method Not Allowed",
      body: #"{"error":"method_not_allowed","methods":["GET","HEAD"]}"#),
  ])
  func `each request has its answer, and the connection ends`(row: Row) async throws {
    let server = try await start(row.readiness)
    let answer = try await exchange(row.request, with: server)
    #expect(answer.hasPrefix(row.statusLine + "\r\n"))
    #expect(answer.hasSuffix("\r\n\r\n" + row.body + "\n"))
    #expect(answer.contains("Content-Length: \(row.body.utf8.count + 1)\r\n"))
    #expect(answer.contains("Connection: close\r\n"))
    await server.stop()
  }

  @Test func `HEAD has the length and no body`() async throws {
    let server = try await start()
    let answer = try await exchange("HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n", with: server)
    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(answer.contains("Content-Length: 16\r\n"))
    #expect(answer.hasSuffix("\r\n\r\n"))
    await server.stop()
  }

  enum Nonsense: CaseIterable, Sendable {
    case frame, handshake, longPath, longHeader

    var bytes: String {
      switch self {
      case .frame: "LOK1\0\0\0\u{1}a"
      case .handshake: "\u{16}\u{3}\u{1}\u{2}\0\0\0"
      case .longPath: "GET /" + String(repeating: "a", count: 9_000)
      case .longHeader: "GET /status HTTP/1.1\r\nX: " + String(repeating: "a", count: 9_000) + "\r\n\r\n"
      }
    }
  }

  @Test(arguments: Nonsense.allCases)
  func `what is no small request is closed without a page, and the next one is answered`(
    nonsense: Nonsense
  ) async throws {
    let request = nonsense.bytes
    let server = try await start()
    #expect(!(try await exchange(request, with: server)).contains("200 OK"))
    let next = try await exchange("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", with: server)
    #expect(next.hasPrefix("HTTP/1.1 200 OK"))
    await server.stop()
  }

  @Test func `a reason is JSON whatever it says`() async throws {
    let server = try await start(.notReady(reason: #"disk "full" \#n"#))
    let answer = try await exchange("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n", with: server)
    let body = try #require(answer.components(separatedBy: "\r\n\r\n").last)
    let object = try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: String]
    #expect(object?["status"] == "not_ready")
    await server.stop()
  }
}

private final class Answer: Sendable {
  let text = Mutex("")
}

private final class Collector: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  private let answer: Answer

  init(answer: Answer) { self.answer = answer }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let part = String(buffer: unwrapInboundIn(data))
    answer.text.withLock { $0 += part }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
