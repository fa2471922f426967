package import LokBooks
package import LokTransport
package import LokWire

/// One connection's side of the conversation, stepped by events. It opens no file, waits for nothing and
/// reads no clock: what it wants done stands in the actions it returns, and comes back by `answered`.
///
/// States:
/// - `greeting`: only Hello and Register are taken.
/// - `authenticated`: the device of `identity` has proved its key; every call is taken. On the control
///   socket a session begins here, and knows `operate`, and `carry` with what may follow it.
/// - `draining`: the server stops. No new calls; uploads that are under way get their answers.
/// - `closed`: nothing happens any more.
///
/// Our bug: an answer of another kind than its call waits for. It ends that call with INTERNAL.
/// Peer's fault, closed: a frame that is none, a first call other than Hello or Register, a bad signature,
/// more than a few failed attempts as a stranger.
/// Peer's fault, the call is refused and the connection kept: an unknown method, a payload that is none of
/// its method's, too many calls or sets in flight, a call number used twice,
/// sets that went with a Hello which was not taken.
/// Ignored: frames and answers for calls that have ended, which may have crossed the end on their way.
package struct Session: Sendable {
  package enum State: Hashable, Sendable { case greeting, authenticated, draining, closed }

  /// Who listens at this connection's other end.
  package enum Side: Hashable, Sendable {
    case network, control

    /// Phones never operate. Who may operate may bring what a phone has written, and take its answer along.
    func knows(_ method: LokWire.Method) -> Bool {
      switch method {
      case .operate, .carry: self == .control
      case .upload, .download: true
      case .hello, .register, .head, .digest, .snapshot, .putBlob, .getBlob: self == .network
      }
    }
  }

  /// What a session was asked, what it refused and what it carried, for the server's counters.
  package struct Tally: Hashable, Sendable {
    package var methods: [LokWire.Method] = []
    package var reasons: [Reason] = []
    /// Hellos that were welcomed.
    package var sessions = 0
    package var traffic = CallTraffic()
    package var isEmpty: Bool { self == Tally() }
  }

  struct DeviceKey: Hashable, Sendable {
    var block: BlockCode
    var device: DeviceNumber
  }

  /// The device that has proved itself.
  struct Identity: Sendable {
    var block: BlockCode
    var device: DeviceNumber
    var epoch: Epoch
    var commitment: Commitment
    /// What was stored of it when it said Hello.
    var stored: BlockLedger.DeviceNumbers
  }

  package internal(set) var state: State
  let side: Side
  let surroundings: Surroundings
  var identity: Identity?
  /// Why this device reads nothing; nil = it may.
  var refusedReads: Reason?
  /// What was heard of devices since they were named.
  var standings: [DeviceKey: Reason] = [:]
  var calls: [UInt32: Call] = [:]
  var highestCall: UInt32 = 0
  var maximumFrameBytes = WireLimits.frameBytesDefault
  /// Sets handed to the intake that it has not answered for, ended calls included.
  var setsInFlight = 0
  /// What this session may still cost its device down; nil = whatever it takes.
  var budgetLeft: Int?
  /// As its device knows it.
  var link = LinkClass.slow
  var isWritable = true
  var failedAttempts = 0
  /// Calls that came in the flight of a Hello that is not answered.
  var early: [Frame] = []

  /// Since `takeTally`.
  var tally = Tally()
  var meter = TrafficMeter()

  /// Registrations and Hellos that may fail before a stranger is closed.
  static let attemptsMaximum = 8
  /// `stored` waits this long for `committed`, so that both go in one frame where the server is not busy.
  package static let storedDelay: Duration = .milliseconds(40)
  /// ...but only this long where the phone may send no more until it hears it.
  package static let storedDelayOfFullWindow: Duration = .milliseconds(5)
  /// A call without a deadline, or with a longer one, gets this.
  static let longestDeadline: Duration = .seconds(600)
  /// Who follows a block asks again after this at the latest: a phone that has vanished is not kept for ever.
  static let longestFollowing: Duration = .seconds(3_600)

  package init(side: Side, surroundings: Surroundings) {
    self.side = side
    self.surroundings = surroundings
    state = side == .control ? .authenticated : .greeting
  }

  /// The device that has proved itself on this connection.
  package var device: (block: BlockCode, number: DeviceNumber)? { identity.map { ($0.block, $0.device) } }

  /// Calls that have not ended.
  package var callsInFlight: Int { calls.count }

  /// One frame came, without its length.
  package mutating func received(_ bytes: [UInt8], at now: Now) -> [Action] {
    guard state != .closed else { return [] }
    let frame: Frame
    do {
      frame = try Frame(decoding: bytes)
    } catch {
      tally.traffic.add(.init(bytesUp: bytes.count + TrafficMeter.lengthBytes), to: nil)
      return close(.notAFrame)
    }
    meter.count(frame, bytes: bytes.count, .up, in: &tally.traffic)
    if let method = frame.method { return open(frame, method, at: now) }
    guard calls[frame.call] != nil else {
      // A call that ended while this was on its way.
      if frame.call <= highestCall { return [] }
      if state == .greeting { return close(.callBeforeHello) }
      return [send(Frame(call: frame.call, end: true, status: Self.badRequest))]
    }
    return continued(frame, at: now)
  }

  /// What an action has led to.
  package mutating func answered(_ answer: Answer, to call: UInt32, at now: Now) -> [Action] {
    guard state != .closed else { return [] }
    settleSets(answer)
    guard let open = calls[call] else { return closeIfDrained() }
    let actions: [Action]
    if case .refused(let status, let sets) = answer, sets == 0 {
      actions = refused(call, open, status, at: now)
    } else {
      actions = proceed(open, call, answer, at: now)
    }
    return actions + settleEarly(at: now) + closeIfDrained()
  }

  /// The shard says otherwise of a device that this session has named. Its reads end at once, in the
  /// middle of a download too; its uploads go on, for the merge to set aside.
  package mutating func standingChanged(
    of device: DeviceNumber, in block: BlockCode, to reason: Reason?, at now: Now
  ) -> [Action] {
    guard state != .closed else { return [] }
    // It may come before the answer to its look-up, which was made before.
    standings[DeviceKey(block: block, device: device)] = reason
    guard let reason, identity?.block == block, identity?.device == device else { return [] }
    refusedReads = reason
    let reading = calls.filter { $0.value.isRead }.keys.sorted()
    return reading.flatMap { end($0, Status(.permissionDenied, reason, next: .showPerson)) }
  }

  /// The connection takes bytes again, or does not.
  package mutating func writabilityChanged(to isWritable: Bool, at now: Now) -> [Action] {
    self.isWritable = isWritable
    guard isWritable, state != .closed else { return [] }
    return calls.keys.sorted().flatMap { nextPage($0) + nextSnapshotPage($0) + nextBlobPiece($0) }
  }

  /// Time has passed; to be called at `nextWake` at the latest.
  package mutating func tick(at now: Now) -> [Action] {
    guard state != .closed else { return [] }
    var actions: [Action] = []
    for call in calls.keys.sorted() {
      guard let open = calls[call] else { continue }
      if open.deadline <= now.instant {
        actions += end(call, Status(.deadlineExceeded, next: .wait))
      } else if case .upload(let upload) = open.work, let since = upload.storedSince,
        since + upload.storedDelay <= now.instant
      {
        actions += sendStored(call, upload)
      }
    }
    return actions + settleEarly(at: now) + closeIfDrained()
  }

  /// When `tick` has something to do; nil = nothing is waited for.
  package var nextWake: Instant? {
    calls.values.map { call in
      if case .upload(let upload) = call.work, let since = upload.storedSince {
        return min(call.deadline, since + upload.storedDelay)
      }
      return call.deadline
    }.min()
  }

  /// What has been counted since the last call.
  package mutating func takeTally() -> Tally {
    defer { tally = Tally() }
    return tally
  }

  /// The server stops: reads end, what is being stored gets its answer, nothing new begins.
  package mutating func stop(at now: Now) -> [Action] {
    guard state != .closed, state != .draining else { return [] }
    state = .draining
    let ending = calls.filter { !$0.value.isWrite }.keys.sorted()
    return ending.flatMap { end($0, Self.shuttingDown) } + settleEarly(at: now) + closeIfDrained()
  }

  /// The connection is gone, whoever ended it.
  package mutating func disconnected() {
    state = .closed
    calls = [:]
  }

  static let badRequest = Status(.invalidArgument, .badRequest, next: .showPerson)
  static let shuttingDown = Status(
    .unavailable, .shuttingDown, retryAfterMilliseconds: 2_000, next: .wait)
}
