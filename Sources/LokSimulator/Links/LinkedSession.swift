package import LokDevice
package import LokServer
import LokTransport
import LokWire

/// One session of a phone over a poor link, in the time of the server's clock: no sockets, no threads, and
/// the same seed gives the same bytes at the same milliseconds.
package struct LinkedSession {
  /// Connecting: TCP's handshake and that of TLS 1.3, which carries a certificate down.
  package static let handshakeRoundTrips: Int64 = 2
  private static let helloBytes = 600
  static let certificateBytes = 900

  package struct Outcome: Sendable {
    package var report: SyncReport
    /// Of the application, framing included: what arrived at the other end, whole frames or not.
    package var bytesUp = 0
    package var bytesDown = 0
    /// Whole frames that arrived.
    package var framesUp: [[UInt8]] = []
    package var framesDown: [[UInt8]] = []
    package var wasCut = false
    /// After each frame that arrived at the phone.
    package var progress: [SyncProgress] = []
    /// From dialling to the end.
    package var milliseconds: Int64 = 0
  }

  private enum Way { case up, down }

  private let server: SteppedServer
  private var stepper: SyncStepper
  private let cut: LinkCut
  private let began: Int64
  private let line: SteppedServer.Line
  private var up: LinkDirection
  private var down: LinkDirection
  private var flying: [(way: Way, piece: LinkDirection.Piece)] = []
  private var outcome: Outcome
  private var heard = FrameDecoder(fromClient: false, openedAt: Instant(milliseconds: 0))
  private var answers = FrameDecoder(fromClient: false, openedAt: Instant(milliseconds: 0))
  private var prefaceLeft = WireLimits.preface.count

  private init(
    _ stepper: SyncStepper, _ server: SteppedServer, _ profile: LinkProfile, _ cut: LinkCut, seed: UInt64
  ) {
    self.server = server
    self.stepper = stepper
    self.cut = cut
    began = server.now.instant.milliseconds
    line = server.connect()
    up = LinkDirection(profile, seed: seed &* 2)
    down = LinkDirection(profile, seed: seed &* 2 &+ 1)
    outcome = Outcome(report: stepper.report)
    heard.setMaximum(frameBytes: WireLimits.frameBytesMaximum)
    answers.setMaximum(frameBytes: WireLimits.frameBytesMaximum)
  }

  /// - Throws: what the store throws, and what a peer's framing may not be.
  package static func run(
    _ store: DeviceStore, _ server: SteppedServer, over profile: LinkProfile, cut: LinkCut = .never,
    goal: SyncEngine.Goal = .sync, budget: UInt32? = nil, comparing: Bool = false, asksForFiles: Bool = false,
    seed: UInt64
  ) throws -> Outcome {
    var start = try store.sessionStart(appBuild: "simulator", asksForFiles: asksForFiles)
    start.byteBudget = budget
    start.comparesBooks = comparing
    var session = LinkedSession(
      SyncStepper(
        store, start, goal: goal, clock: { .milliseconds(server.now.instant.milliseconds) }), server, profile,
      cut, seed: seed)
    return try session.run()
  }

  private mutating func run() throws -> Outcome {
    defer { server.disconnect(line) }
    connect()
    if !isCut {
      let frames = try stepper.step(.connected)
      hand(WireLimits.preface + framed(frames), .up)
    }
    while !stepper.isFinished, !isCut, try deliverNext() {}
    if !stepper.isFinished { _ = try stepper.step(.closed) }
    outcome.wasCut = isCut
    outcome.report = stepper.report
    try stepper.store.noteSession(stepper.report, at: server.now.wall)
    outcome.milliseconds = server.now.instant.milliseconds - began
    return outcome
  }

  private mutating func connect() {
    wait(until: began + Self.connecting(over: up.profile))
  }

  /// Milliseconds until a dialled connection carries frames.
  static func connecting(over profile: LinkProfile) -> Int64 {
    let onLink = Int64((Self.helloBytes + Self.certificateBytes) * 8 * 1_000 / profile.bitsPerSecond)
    return Self.handshakeRoundTrips * profile.roundTripMilliseconds + onLink
  }

  private var isCut: Bool {
    switch cut {
    case .never: false
    case .afterBytesUp(let bytes): outcome.bytesUp >= bytes
    case .afterBytesDown(let bytes): outcome.bytesDown >= bytes
    case .after(let milliseconds): server.now.instant.milliseconds >= began + milliseconds
    }
  }

  /// False when nothing will ever come.
  private mutating func deliverNext() throws -> Bool {
    guard let index = flying.indices.min(by: { flying[$0].piece.arrival < flying[$1].piece.arrival }) else {
      // The server may hold something back for a moment.
      guard let wake = server.nextWake else { return false }
      wait(until: max(wake.milliseconds, server.now.instant.milliseconds + 1))
      return true
    }
    let next = flying[index]
    let arrival = (next.piece.arrival + 999) / 1_000
    if let wake = server.nextWake, wake.milliseconds < arrival {
      wait(until: max(wake.milliseconds, server.now.instant.milliseconds + 1))
      return true
    }
    wait(until: arrival)
    guard !isCut else { return true }
    flying.remove(at: index)
    switch next.way {
    case .up: try arrived(atServer: next.piece.bytes)
    case .down: try arrived(atPhone: next.piece.bytes)
    }
    return true
  }

  private mutating func arrived(atServer bytes: [UInt8]) throws {
    var bytes = bytes[...]
    if case .afterBytesUp(let limit) = cut { bytes = bytes.prefix(limit - outcome.bytesUp) }
    outcome.bytesUp += bytes.count
    let preface = min(prefaceLeft, bytes.count)
    prefaceLeft -= preface
    bytes.removeFirst(preface)
    while let frame = try heard.next(from: &bytes, at: Instant(milliseconds: 0)) {
      outcome.framesUp.append(frame)
      answer(with: server.send([frame], on: line))
    }
  }

  private mutating func arrived(atPhone bytes: [UInt8]) throws {
    var bytes = bytes[...]
    if case .afterBytesDown(let limit) = cut { bytes = bytes.prefix(limit - outcome.bytesDown) }
    outcome.bytesDown += bytes.count
    while let frame = try answers.next(from: &bytes, at: Instant(milliseconds: 0)) {
      outcome.framesDown.append(frame)
      hand(framed(try stepper.step(received: frame)), .up)
      outcome.progress.append(stepper.progress)
    }
  }

  /// Never beyond the time of the cut.
  private mutating func wait(until milliseconds: Int64) {
    var until = milliseconds
    if case .after(let after) = cut { until = min(until, began + after) }
    let pause = until - server.now.instant.milliseconds
    if pause > 0 { server.wait(milliseconds: pause) }
    answer(with: server.receive(on: line))
  }

  /// The server writes each frame when it has it, and Nagle is off: none waits for the next one's bytes.
  private mutating func answer(with frames: [[UInt8]]) {
    for frame in frames { hand(framed([frame]), .down) }
  }

  private mutating func hand(_ bytes: [UInt8], _ way: Way) {
    guard !bytes.isEmpty else { return }
    let now = server.now.instant.milliseconds * 1_000
    let pieces =
      switch way {
      case .up: up.send(bytes, at: now)
      case .down: down.send(bytes, at: now)
      }
    flying += pieces.map { (way, $0) }
  }

  private func framed(_ frames: [[UInt8]]) -> [UInt8] {
    frames.flatMap { Self.length($0.count) + $0 }
  }

  private static func length(_ count: Int) -> [UInt8] {
    withUnsafeBytes(of: UInt32(clamping: count).bigEndian) { [UInt8]($0) }
  }
}
