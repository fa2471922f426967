package import NIOCore
import Synchronization

/// A connection, from any thread. Calls on a connection that is closed do nothing.
package final class FrameConnection: Sendable {
  /// What is on its way to the event loop.
  private struct Outgoing {
    var buffer: ByteBuffer
    /// A drain is under way to the event loop, and takes what comes until then: one flush for all of it.
    var isScheduled = false
    var isClosed = false
  }

  /// `HOST:PORT`, or `unix`.
  package let remoteAddress: String
  /// Where the owner's calls run; for its timers and for hopping to it.
  package let eventLoop: any EventLoop
  private let handler: NIOLoopBound<FrameChannelHandler>
  private let outgoing: Mutex<Outgoing>
  private let traffic: SocketTraffic
  private let unsent: Atomic<Int>
  private let writable = Atomic<Bool>(true)
  private let limits: FrameLimits

  init(
    handler: FrameChannelHandler, channel: any Channel, opening: [UInt8], traffic: SocketTraffic,
    limits: FrameLimits
  ) {
    eventLoop = channel.eventLoop
    remoteAddress = channel.remoteAddress.flatMap(Self.text) ?? "unix"
    self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
    outgoing = Mutex(Outgoing(buffer: ByteBuffer(bytes: opening)))
    unsent = Atomic(opening.count)
    self.traffic = traffic
    self.limits = limits
  }

  /// Sends the frames in order, behind all sent before. What several calls bring in one turn of the event
  /// loop goes out with one flush.
  package func send(_ frames: [[UInt8]]) {
    guard !frames.isEmpty else { return }
    let isFirst = outgoing.withLock { outgoing in
      guard !outgoing.isClosed else { return false }
      let before = outgoing.buffer.readableBytes
      FrameEncoder.append(frames, to: &outgoing.buffer)
      unsent.add(outgoing.buffer.readableBytes - before, ordering: .relaxed)
      defer { outgoing.isScheduled = true }
      return !outgoing.isScheduled
    }
    if isFirst { schedule { $0.drainUnlessReading() } }
  }

  /// Closes after what was sent has left; what still comes from the peer is dropped.
  package func close() {
    // Its loop may have ended with it.
    guard !outgoing.withLock({ $0.isClosed }) else { return }
    schedule { $0.finish(.byUs) }
  }

  /// The largest frame taken from now on; at most `WireLimits.frameBytesMaximum`.
  package func setMaximumFrame(bytes: Int) { perform { $0.setMaximum(frameBytes: bytes) } }

  /// The peer has proved who it is: a stranger's limits end, and what it sent behind its first frame comes.
  package func markAuthenticated() { perform { $0.authenticated() } }

  /// No frames are handed over after this turn of the event loop, and nothing more is read, until
  /// `resumeReading`; then the peer's TCP window fills.
  package func pauseReading() { perform { $0.setPaused(true) } }

  package func resumeReading() { perform { $0.setPaused(false) } }

  /// What the socket carried so far, TLS included, TCP/IP not.
  package var bytesIn: Int { traffic.bytesIn.load(ordering: .relaxed) }
  package var bytesOut: Int { traffic.bytesOut.load(ordering: .relaxed) }
  package var isWritable: Bool { writable.load(ordering: .relaxed) }
}

extension FrameConnection {
  /// On the event loop: everything that waits; nil if nothing does.
  func takeOutgoing() -> ByteBuffer? {
    outgoing.withLock { outgoing in
      outgoing.isScheduled = false
      guard outgoing.buffer.readableBytes > 0, !outgoing.isClosed else { return nil }
      defer { outgoing.buffer = ByteBuffer() }
      return outgoing.buffer
    }
  }

  func wasSent(_ bytes: Int) { unsent.subtract(bytes, ordering: .relaxed) }

  var hasTooMuchUnsent: Bool { unsent.load(ordering: .relaxed) > limits.unsentBytes }

  func setWritable(_ isWritable: Bool) { writable.store(isWritable, ordering: .relaxed) }

  func setClosed() {
    outgoing.withLock { outgoing in
      outgoing.isClosed = true
      outgoing.buffer = ByteBuffer()
    }
  }

  /// Always later: what it does may call the owner, who may be the caller.
  private func schedule(_ body: @escaping @Sendable (FrameChannelHandler) -> Void) {
    eventLoop.execute { body(self.handler.value) }
  }

  /// At once where possible: the owner relies on the order of its calls.
  private func perform(_ body: @escaping @Sendable (FrameChannelHandler) -> Void) {
    if eventLoop.inEventLoop { body(handler.value) } else { schedule(body) }
  }

  private static func text(_ address: SocketAddress) -> String? {
    guard let host = address.ipAddress, let port = address.port else { return nil }
    return HostPort(host: host, port: UInt16(clamping: port)).description
  }
}
