import LokBooks
import LokTransport
import LokWire
import Logging
import NIOCore

/// What the drivers of all sessions share.
struct SessionServices: Sendable {
  let switchboard: Switchboard
  let surroundings: Session.Surroundings
  let clock: ServerClock
  let logger: Logger
  /// A JSON document for the operator.
  let status: @Sendable () -> String
}

/// Drives one session on its connection's event loop: hands it what comes, does what it says, and wakes
/// it when it wants.
final class SessionDriver: FrameReceiver {
  private let connection: FrameConnection
  private let loop: SessionLoop
  private let services: SessionServices
  private var session: Session
  private let side: Session.Side
  private var account: ConnectionAccount
  private var number: UInt64 = 0
  private var watched: Set<SessionLoop.DeviceKey> = []
  private var followed: Set<BlockCode> = []
  private var timer: (at: Instant, task: Scheduled<Void>)?
  /// Codes of operator calls that are not answered, by call.
  private var codes: [UInt32: [String]] = [:]
  private var isClosed = false

  init(_ connection: FrameConnection, side: Session.Side, loop: SessionLoop, services: SessionServices) {
    self.connection = connection
    self.loop = loop
    self.services = services
    self.side = side
    session = Session(side: side, surroundings: services.surroundings)
    account = ConnectionAccount(services.switchboard.traffic)
    number = loop.add(self)
    services.switchboard.counters.update {
      $0.connectionsOpen += 1
      $0.connectionsTotal += 1
    }
  }

  func opened() {
    // The control socket's file is its owner's alone: who reaches it is no stranger.
    if session.state == .authenticated { connection.markAuthenticated() }
  }

  func received(_ frames: [[UInt8]]) {
    services.switchboard.counters.update { $0.framesIn += frames.count }
    let now = services.clock.now()
    perform(frames.flatMap { session.received($0, at: now) })
  }

  func writabilityChanged(_ isWritable: Bool) {
    perform(session.writabilityChanged(to: isWritable, at: services.clock.now()))
  }

  func closed(_ reason: Closing) {
    guard !isClosed else { return }
    isClosed = true
    session.disconnected()
    timer?.task.cancel()
    timer = nil
    loop.remove(number, watching: watched, following: followed)
    count()
    postTraffic()
    var isFaulty = false
    if case .failed(let error) = reason {
      isFaulty = true
      services.logger.info("connection failed", metadata: ["reason": "\(error)"])
    }
    services.switchboard.counters.update { [connection, isFaulty] in
      $0.connectionsOpen -= 1
      if isFaulty { $0.connectionsFaulty += 1 }
      $0.bytesIn += connection.bytesIn
      $0.bytesOut += connection.bytesOut
    }
  }

  func answered(_ answer: Session.Answer, to call: UInt32) {
    let answer =
      if let minted = codes.removeValue(forKey: call) {
        OperatorPlan.answer(answer, codes: minted)
      } else { answer }
    perform(session.answered(answer, to: call, at: services.clock.now()))
  }

  func standingChanged(_ key: SessionLoop.DeviceKey, to reason: Reason?) {
    // Told from the moment of the look-up on; a connection may have gone on to another device since.
    perform(
      session.standingChanged(of: key.device, in: key.block, to: reason, at: services.clock.now()))
  }

  func moved(_ block: BlockCode) { perform(session.moved(block, at: services.clock.now())) }

  func stop() { perform(session.stop(at: services.clock.now())) }

  func close() { connection.close() }

  private func perform(_ actions: [Session.Action]) {
    var frames: [[UInt8]] = []
    for action in actions {
      switch action {
      case .send(let frame): frames.append(frame)
      case .setMaximumFrame(let bytes): connection.setMaximumFrame(bytes: bytes)
      case .markAuthenticated: connection.markAuthenticated()
      case .close(let ending):
        send(&frames)
        log(ending)
        connection.close()
      default: ask(action)
      }
    }
    send(&frames)
    count()
    armTimer()
  }

  private func count() {
    let tally = session.takeTally()
    guard !tally.isEmpty else { return }
    services.switchboard.counters.update { $0.count(tally) }
    // An operator's connection is no device's, also where it brings what one has written.
    if side == .network { account.add(tally, of: session.device) }
  }

  /// What was carried since the last time goes on its way into the block's file.
  func postTraffic() {
    account.post(
      socketUp: connection.bytesIn, socketDown: connection.bytesOut, at: services.clock.now().wall)
  }

  private func send(_ frames: inout [[UInt8]]) {
    guard !frames.isEmpty else { return }
    let count = frames.count
    services.switchboard.counters.update { $0.framesOut += count }
    connection.send(frames)
    frames = []
  }

  private func log(_ ending: Session.Ending) {
    guard ending != .stopped else { return }
    services.switchboard.counters.update { $0.connectionsFaulty += 1 }
    var metadata: Logger.Metadata = ["reason": "\(ending)"]
    if let device = session.device {
      metadata["block"] = "\(device.block)"
      metadata["device"] = "\(device.number)"
    }
    services.logger.info("session closed for a fault of the peer", metadata: metadata)
  }

  private func ask(_ action: Session.Action) {
    switch action {
    case .lookUpDevice(_, let block, let device, _, _):
      let key = SessionLoop.DeviceKey(block: block, device: device)
      watched.insert(key)
      loop.watch(key, session: number)
    case .follow(let block):
      followed.insert(block)
      return loop.follow(block, session: number)
    case .operate(let call, let request):
      return operate(request, call)
    default: break
    }
    services.switchboard.ask(action, loop: loop.index, session: number)
  }

  private func operate(_ request: OperatorRequest, _ call: UInt32) {
    var random = SystemRandomNumberGenerator()
    let now = services.clock.now()
    switch OperatorPlan(request, at: now.wall, using: &random) {
    case .commands(let block, let commands, let minted):
      codes[call] = minted
      services.switchboard.intake.post([
        .commands(block, commands, Caller(loop: loop.index, session: number, call: call))
      ])
    case .status:
      perform(session.answered(.operated(OperatorReply(statusJSON: services.status())), to: call, at: now))
    case .refused(let status):
      perform(session.answered(.refused(status, sets: 0), to: call, at: now))
    }
  }

  private func armTimer() {
    guard !isClosed else { return }
    let wanted = session.nextWake
    if timer?.at == wanted { return }
    timer?.task.cancel()
    timer = nil
    guard let wanted else { return }
    let wait = max(0, wanted.milliseconds - services.clock.now().instant.milliseconds)
    // Bound to this loop by SessionLoop's rule.
    let loop = loop
    let number = number
    let task = loop.eventLoop.scheduleTask(in: .milliseconds(wait)) { loop.wake(number) }
    timer = (wanted, task)
  }

  func wake() {
    timer = nil
    perform(session.tick(at: services.clock.now()))
  }
}
