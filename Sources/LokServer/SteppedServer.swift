package import LokBooks
package import LokTransport
import LokWire
import Synchronization

/// A whole server without threads, sockets and clocks: each `send` is answered before it returns. What the
/// network's server does in parallel happens here in one order, so that two runs write the same journals.
package final class SteppedServer {
  /// One client's end.
  package struct Line: Hashable, Sendable {
    fileprivate let session: UInt64
  }

  private struct Peer {
    var session: Session
    var account: ConnectionAccount
    var arrived: [[UInt8]] = []
    var ending: Session.Ending?
    var codes: [UInt32: [String]] = [:]
    var followed: Set<BlockCode> = []
  }

  package var now: Session.Now
  private let desks: ServerDesks
  private let courier: StepCourier
  private var peers: [UInt64: Peer] = [:]
  private var lastSession: UInt64 = 0
  private var random: any RandomNumberGenerator

  /// Opens the directory and brings every block, or one, to the end of the log.
  package init(
    _ directory: DataDirectory, tuning: ServerTuning = ServerTuning(), only block: BlockCode? = nil,
    now: Session.Now, random: some RandomNumberGenerator & Sendable
  ) throws {
    let epochs = Mutex(random)
    courier = StepCourier()
    desks = try ServerDesks(
      directory, tuning: tuning, courier: courier,
      random: { epochs.withLock { random in random.next() } })
    self.now = now
    self.random = random
    try desks.beginCatchingUp(only: block)
    settle()
  }

  package func connect(_ side: Session.Side = .network) -> Line {
    lastSession += 1
    peers[lastSession] = Peer(
      session: Session(side: side, surroundings: desks.surroundings),
      account: ConnectionAccount(desks.switchboard.traffic))
    return Line(session: lastSession)
  }

  /// Frames of the client; gives everything that came back since the last call.
  package func send(_ frames: [[UInt8]], on line: Line) -> [[UInt8]] {
    for frame in frames {
      guard peers[line.session]?.ending == nil else { break }
      perform(peers[line.session]?.session.received(frame, at: now) ?? [], line.session)
      settle()
    }
    return receive(on: line)
  }

  /// As `send`, without letting the parts behind the session work in between.
  package func sendTogether(_ frames: [[UInt8]], on line: Line) -> [[UInt8]] {
    for frame in frames {
      perform(peers[line.session]?.session.received(frame, at: now) ?? [], line.session)
    }
    settle()
    return receive(on: line)
  }

  package func receive(on line: Line) -> [[UInt8]] {
    defer { peers[line.session]?.arrived = [] }
    return peers[line.session]?.arrived ?? []
  }

  /// Whether the client's end can take more.
  package func setWritable(_ isWritable: Bool, on line: Line) {
    perform(peers[line.session]?.session.writabilityChanged(to: isWritable, at: now) ?? [], line.session)
    settle()
  }

  /// Nil while the line is open.
  package func ending(of line: Line) -> Session.Ending? { peers[line.session]?.ending }

  /// The client goes away; what it has carried is written down.
  package func disconnect(_ line: Line) {
    guard var peer = peers.removeValue(forKey: line.session) else { return }
    let tally = peer.session.takeTally()
    desks.switchboard.counters.update { $0.count(tally) }
    guard peer.session.side == .network else { return }
    peer.account.add(tally, of: peer.session.device)
    peer.account.post(at: now.wall)
    desks.traffic.run(desks.switchboard.traffic.take())
  }

  /// Lets `milliseconds` pass.
  package func wait(milliseconds: Int64) {
    now.instant = now.instant + .milliseconds(milliseconds)
    now.wall = Timestamp(milliseconds: now.wall.milliseconds + milliseconds)
    for session in peers.keys.sorted() { perform(peers[session]?.session.tick(at: now) ?? [], session) }
    settle()
  }

  /// When a session has something to do that nobody asks it for; nil = never.
  package var nextWake: Instant? { peers.values.compactMap(\.session.nextWake).min() }

  /// Shards are opened anew when they are next needed.
  package func closeShards() {
    for merge in desks.merges { merge.close() }
    for reader in desks.readers { reader.close() }
    desks.blobs.close()
  }

  /// Called with each set before it is judged, in shards that are opened from now on.
  package func onJudge(_ body: @escaping (ChangeSet) throws -> Void) {
    for merge in desks.merges { merge.onJudge = body }
  }

  /// Why blocks are not served.
  package var troubles: [BlockCode: String] { desks.switchboard.merge.withLock { $0.troubles } }
  package var counters: ServerCounters.Values { desks.switchboard.counters.read() }

  private func settle() {
    repeat {
      desks.runUntilQuiet(at: now)
      let (deliveries, standings, moved) = courier.take()
      for change in standings {
        for session in peers.keys.sorted() {
          let actions = peers[session]?.session.standingChanged(
            of: change.device, in: change.block, to: change.reason, at: now)
          perform(actions ?? [], session)
        }
      }
      for delivery in deliveries { deliver(delivery) }
      for block in moved.sorted() {
        for session in peers.keys.sorted() where peers[session]?.followed.contains(block) == true {
          perform(peers[session]?.session.moved(block, at: now) ?? [], session)
        }
      }
      if deliveries.isEmpty, standings.isEmpty, moved.isEmpty, !desks.hasWork { return }
    } while true
  }

  private func deliver(_ delivery: Delivery) {
    let (session, call) = (delivery.caller.session, delivery.caller.call)
    var answer = delivery.answer
    if let codes = peers[session]?.codes.removeValue(forKey: call) {
      answer = OperatorPlan.answer(answer, codes: codes)
    }
    perform(peers[session]?.session.answered(answer, to: call, at: now) ?? [], session)
  }

  private func perform(_ actions: [Session.Action], _ session: UInt64) {
    for action in actions {
      switch action {
      case .send(let frame): peers[session]?.arrived.append(frame)
      case .close(let ending): peers[session]?.ending = ending
      case .follow(let block): peers[session]?.followed.insert(block)
      case .operate(let call, let request): operate(request, call, session)
      default: desks.switchboard.ask(action, loop: 0, session: session)
      }
    }
  }

  private func operate(_ request: OperatorRequest, _ call: UInt32, _ session: UInt64) {
    let caller = Caller(loop: 0, session: session, call: call)
    switch OperatorPlan(request, at: now.wall, using: &random) {
    case .commands(let block, let commands, let codes):
      peers[session]?.codes[call] = codes
      desks.switchboard.intake.post([.commands(block, commands, caller)])
    case .status:
      courier.deliver([Delivery(.operated(OperatorReply(statusJSON: "{}")), to: caller)], after: [])
    case .refused(let status):
      courier.deliver([Delivery(.refused(status, sets: 0), to: caller)], after: [])
    }
  }

  private final class StepCourier: Courier {
    private struct Kept {
      var deliveries: [Delivery] = []
      var standings: [StandingChange] = []
      var moved: Set<BlockCode> = []
    }
    private let kept = Mutex(Kept())

    func deliver(_ deliveries: [Delivery], after standings: [StandingChange]) {
      kept.withLock {
        $0.deliveries += deliveries
        $0.standings += standings
      }
    }

    func moved(_ block: BlockCode) { kept.withLock { _ = $0.moved.insert(block) } }

    func take() -> (deliveries: [Delivery], standings: [StandingChange], moved: Set<BlockCode>) {
      kept.withLock { kept in
        defer { kept = Kept() }
        return (kept.deliveries, kept.standings, kept.moved)
      }
    }
  }
}
