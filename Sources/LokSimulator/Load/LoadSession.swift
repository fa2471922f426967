import LokBooks
import LokDevice
import LokTransport
import LokWire

/// A session of a load's phone, which keeps in memory what it needs: stepped by the same engine as a real
/// one's, so that every receipt is verified and every page has to follow the one before it.
protocol LoadSession {
  var engine: SyncEngine { get set }
  var block: BlockCode { get }
  /// Nothing more is sent or waited for.
  var isDone: Bool { get }
  /// What the engine asked for and the load has put off until now.
  mutating func nextPostponed() -> SyncAction?
  mutating func perform(_ action: SyncAction) throws -> SyncEvent?
}

extension LoadSession {
  var nextCall: UInt32 { engine.nextCall }
  mutating func nextPostponed() -> SyncAction? { nil }

  /// - Throws: `SimulationError` for any end that is no sync's, and what the connection throws.
  mutating func run(over link: any FrameLink) async throws {
    link.takeFrames(upTo: WireLimits.frameBytesMaximum)
    var outgoing = try step(.connected)
    while true {
      if !outgoing.isEmpty { link.send(outgoing) }
      if isDone { return }
      outgoing = []
      guard let frames = try await link.receive() else {
        throw SimulationError.connectionClosed(block: block.rawValue)
      }
      for frame in frames { outgoing += try step(.frame(try Frame(decoding: frame))) }
    }
  }

  /// The same, for who dials again where a connection ends too soon, by whatever passes.
  ///
  /// - Parameter limit: what it may take; then the connection is closed.
  /// - Returns: whether it is through; what was done until the connection ended is kept.
  mutating func run(over link: any FrameLink, within limit: Duration) async throws -> Bool {
    let alarm = Task {
      try await Task.sleep(for: limit)
      link.close()
    }
    defer { alarm.cancel() }
    do {
      try await run(over: link)
      return true
    } catch SimulationError.connectionClosed {
      return false
    } catch let error as TransportError where error.mayPass {
      return false
    }
  }

  private mutating func step(_ event: SyncEvent) throws -> [[UInt8]] {
    var outgoing: [[UInt8]] = []
    var waiting = engine.event(event)
    while !waiting.isEmpty {
      let action = waiting.removeFirst()
      if case .send(let frame) = action {
        // A phone presses harder, on a processor of its own.
        outgoing.append(frame.encoded(compressing: .fast))
      } else if let answer = try perform(action) {
        waiting += engine.event(answer)
      }
      if waiting.isEmpty, let postponed = nextPostponed() { waiting.append(postponed) }
    }
    return outgoing
  }
}
