import LokBooks
import LokTransport
import LokWire
import NIOCore
import NIOPosix
import Synchronization

/// A client's end of a real connection, frame by frame. One task at a time.
final class Wire {
  let connection: DialedConnection
  private(set) var call: UInt32 = 0
  private var frames: DialedConnection.Frames.Iterator

  init(_ target: Dialer.Target, trust: ServerTrust, group: any EventLoopGroup) async throws {
    connection = try await Dialer.connect(to: target, trust: trust, group: group)
    connection.connection.setMaximumFrame(bytes: WireLimits.frameBytesMaximum)
    frames = connection.frames.makeAsyncIterator()
  }

  deinit { connection.close() }

  func ask(_ method: LokWire.Method, _ payload: [UInt8] = []) async throws -> Heard {
    post(method, payload)
    return try await answer()
  }

  /// The call, without waiting for its answer.
  func post(_ method: LokWire.Method, _ payload: [UInt8] = []) {
    send(Frame(call: nextCall(), method: method, payload: payload, end: true).encoded())
  }

  func nextCall() -> UInt32 {
    call = call == 0 ? 1 : call + 2
    return call
  }

  func next() async throws -> Frame? { try await frames.next().map { try Frame(decoding: $0) } }

  /// Everything up to the end of the last call.
  func answer() async throws -> Heard {
    var heard = Heard()
    while let frame = try await next() {
      heard.add(frame, call: call)
      if heard.isEnded { break }
    }
    return heard
  }

  /// A frame's bytes, whatever they are.
  func send(_ bytes: [UInt8]) { connection.send([bytes]) }

  /// True when the server has closed.
  func ends() async -> Bool {
    while let next = try? await frames.next() { _ = next }
    return true
  }

  func close() { connection.close() }
}

/// What came back for one call.
struct Heard {
  var payloads: [[UInt8]] = []
  var status: LokWire.Status?
  var isEnded = false

  mutating func add(_ frame: Frame, call: UInt32) {
    guard frame.call == call else { return }
    if let payload = frame.payload { payloads.append(payload) }
    if frame.end { (isEnded, status) = (true, frame.status) }
  }

  var reason: Reason? { status?.reason }

  func committed() throws -> [Committed] {
    try payloads.flatMap { try UploadReply(decoding: $0).acknowledgement?.committed ?? [] }
  }
}

/// A TCP connection without any of our protocol.
struct Stranger {
  private let channel: any Channel

  init(port: Int, group: any EventLoopGroup) async throws {
    channel = try await ClientBootstrap(group: group).connect(host: "127.0.0.1", port: port).get()
  }

  func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

  /// Returns when the server has closed.
  func end() async throws { try await channel.closeFuture.get() }
}
