internal import LokWire
internal import NIOCore
internal import NIOTLS

/// Drives a `FrameDecoder` with what a channel brings, and its owner with what that gives.
///
/// True between events: `held` is input that may not be decoded yet (the owner paused, or a stranger's
/// frame awaits its answer), and while there is a reason to hold, no read is asked for. The owner is
/// called only from the bottom of the stack, never from inside one of its own calls.
final class FrameChannelHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = Never
  typealias OutboundOut = ByteBuffer

  enum Side: Sendable { case server, client }

  private let side: Side
  private let limits: FrameLimits
  private let awaitsTLS: Bool
  private let traffic: SocketTraffic
  private let makeReceiver: MakeFrameReceiver

  private var context: ChannelHandlerContext?
  private var connection: FrameConnection?
  private var receiver: (any FrameReceiver)?
  private var decoder: FrameDecoder
  private var held: ByteBuffer?
  private var closing: Closing?
  private var isReading = false
  private var isPaused = false
  private var readIsAsked = false
  private var isOpen = false
  private var hasReceived = false
  private var settlingIsScheduled = false
  private var unwritableSince: Instant?
  private var timer: (at: Instant, task: Scheduled<Void>)?

  init(
    side: Side, awaitsTLS: Bool, limits: FrameLimits, traffic: SocketTraffic, on eventLoop: any EventLoop,
    makeReceiver: @escaping MakeFrameReceiver
  ) {
    self.side = side
    self.awaitsTLS = awaitsTLS
    self.limits = limits
    self.traffic = traffic
    self.makeReceiver = makeReceiver
    decoder = FrameDecoder(fromClient: side == .server, limits: limits, openedAt: Instant(eventLoop.now))
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    connection = nil
    receiver = nil
  }

  func channelActive(context: ChannelHandlerContext) {
    let connection = FrameConnection(
      handler: self, channel: context.channel, opening: side == .client ? WireLimits.preface : [],
      traffic: traffic, limits: limits)
    self.connection = connection
    receiver = makeReceiver(connection)
    if !awaitsTLS { open() }
    armTimer()
    context.fireChannelActive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if awaitsTLS, case .handshakeCompleted? = event as? TLSUserEvent { open() }
    context.fireUserInboundEventTriggered(event)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard closing == nil else { return }
    isReading = true
    var buffer = unwrapInboundIn(data)
    if held?.writeBuffer(&buffer) == nil { held = buffer }
    if !mayDecode, let held, held.readableBytes > limits.unreadBytes { finish(.failed(.tooMuchUnread)) }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    settle()
    isReading = false
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    let isWritable = context.channel.isWritable
    unwritableSince = isWritable ? nil : unwritableSince ?? now
    connection?.setWritable(isWritable)
    receiver?.writabilityChanged(isWritable)
    armTimer()
    context.fireChannelWritabilityChanged()
  }

  func channelInactive(context: ChannelHandlerContext) {
    // What came whole before the end is still the owner's, paused or not: it may be the last answer.
    isPaused = false
    deliver()
    timer?.task.cancel()
    connection?.setClosed()
    receiver?.closed(closing ?? .byPeer)
    closing = closing ?? .byPeer
    receiver = nil
    held = nil
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    closing = closing ?? Closing(channelError: error)
    context.close(promise: nil)
  }

  func read(context: ChannelHandlerContext) {
    if mayDecode || closing != nil { context.read() } else { readIsAsked = true }
  }
}

extension FrameChannelHandler {
  // What the owner asks for, by way of FrameConnection.

  func setMaximum(frameBytes: Int) { decoder.setMaximum(frameBytes: frameBytes) }

  func authenticated() {
    decoder.authenticated()
    settleLater()
  }

  func setPaused(_ paused: Bool) {
    guard paused != isPaused else { return }
    isPaused = paused
    if paused {
      decoder.pause(at: now)
    } else {
      decoder.resume(at: now)
      settleLater()
    }
  }

  /// While a read is handled, its end drains.
  func drainUnlessReading() {
    if !isReading { settle() }
  }

  /// Stops taking input, lets what was sent leave, and gives the peer time to read it before the socket
  /// goes: closing a socket with unread input resets it, and the peer loses the answer that says why.
  func finish(_ reason: Closing) {
    guard closing == nil, let context else { return }
    drain()
    guard closing == nil else { return }
    closing = reason
    held = nil
    timer?.task.cancel()
    guard isOpen, hasReceived || side == .client, reason != .failed(.peerNotReading) else {
      return context.close(promise: nil)
    }
    close(after: limits.farewellTime)
    let said = context.eventLoop.makePromise(of: Void.self)
    said.futureResult.assumeIsolated().whenComplete { _ in self.close(after: self.limits.lingerTime) }
    context.close(mode: .output, promise: said)
    if readIsAsked { context.read() }
  }
}

extension FrameChannelHandler {
  private var now: Instant { Instant(context?.eventLoop.now ?? .now()) }

  private var mayDecode: Bool { !isPaused && !decoder.waitsForOwner }

  private func open() {
    isOpen = true
    receiver?.opened()
  }

  /// Hands over and sends until nothing more can be done, then asks for what was put off.
  private func settle() {
    repeat {
      deliver()
      drain()
    } while held != nil && mayDecode && closing == nil
    if readIsAsked, mayDecode, closing == nil {
      readIsAsked = false
      context?.read()
    }
    armTimer()
  }

  private func settleLater() {
    guard !settlingIsScheduled, !isReading, let context else { return }
    settlingIsScheduled = true
    context.eventLoop.assumeIsolated().execute {
      self.settlingIsScheduled = false
      self.settle()
    }
  }

  /// Frames that came whole before a fault are handed over before it ends the connection.
  private func deliver() {
    guard closing == nil, let input = held, mayDecode else { return }
    held = nil
    var frames: [[UInt8]] = []
    var fault: TransportError?
    var view = input.readableBytesView
    do throws(TransportError) {
      while let frame = try decoder.next(from: &view, at: now) { frames.append(frame) }
    } catch {
      fault = error
    }
    if !view.isEmpty { held = ByteBuffer(view) }
    if !frames.isEmpty {
      hasReceived = true
      receiver?.received(frames)
    }
    if let fault { finish(.failed(fault)) }
  }

  private func drain() {
    guard closing == nil, let context, let connection, let buffer = connection.takeOutgoing() else { return }
    if connection.hasTooMuchUnsent { return finish(.failed(.peerNotReading)) }
    decoder.answered()
    let bytes = buffer.readableBytes
    let sent = context.eventLoop.makePromise(of: Void.self)
    sent.futureResult.whenComplete { _ in connection.wasSent(bytes) }
    context.writeAndFlush(wrapOutboundOut(buffer), promise: sent)
  }

  private func close(after delay: Duration) {
    guard let context else { return }
    timer?.task.cancel()
    let task = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) { () -> Void in
      self.context?.close(promise: nil)
    }
    timer = (now + delay, task)
  }

  /// One timer a connection, moved only when an earlier deadline comes up: most frames are whole in one
  /// read and never need it.
  private func armTimer() {
    guard closing == nil, let context, let next = nextDeadline?.at else { return }
    if let timer, timer.at <= next { return }
    timer?.task.cancel()
    let delay = TimeAmount.milliseconds(max(0, next.milliseconds - now.milliseconds))
    let task = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { self.timerFired() }
    timer = (next, task)
  }

  private func timerFired() {
    timer = nil
    if let due = nextDeadline, due.at <= now { return finish(.failed(due.error)) }
    armTimer()
  }

  private var nextDeadline: (at: Instant, error: TransportError)? {
    let ofInput = decoder.deadline
    guard let since = unwritableSince else { return ofInput }
    let ofOutput = (at: since + limits.unwritableTime, error: TransportError.peerNotReading)
    guard let ofInput, ofInput.at < ofOutput.at else { return ofOutput }
    return ofInput
  }
}

extension Instant {
  init(_ deadline: NIODeadline) {
    self.init(milliseconds: Int64(clamping: deadline.uptimeNanoseconds / 1_000_000))
  }
}
