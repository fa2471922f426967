import LokBooks
import LokDevice
import LokServer
import LokTestSupport
import LokWire
import Synchronization
import Testing

/// A phone's store and its sync engine on the calling thread, against a server that is stepped: no sockets,
/// no tasks, no clocks.
final class SteppedPhone {
  let store: DeviceStore
  private let server: SteppedServer

  init(_ path: String, seed: UInt64, code: String, _ server: SteppedServer) throws {
    let seeded = Mutex(SeededGenerator(seed: seed))
    let random = RandomBytes { count in seeded.withLock { $0.bytes(count) } }
    store = try DeviceStore(path: path, block: Bench.block, random: random)
    self.server = server
    let request = try store.registration(code: code, appBuild: "test")
    let frame = Frame(call: 1, method: .register, payload: request.encoded(), end: true)
    let answers = server.send([frame.encoded()], on: server.connect())
    let reply = try Frame(decoding: try #require(answers.first))
    try store.adopt(try RegisterReply(decoding: try #require(reply.payload)), at: server.now.wall)
  }

  /// One whole session.
  func sync() throws -> SyncOutcome {
    var engine = SyncEngine(try store.sessionStart(appBuild: "test"))
    let line = server.connect()
    defer { server.disconnect(line) }
    var outcome = SyncOutcome.brokenOff
    var actions = engine.event(.connected)
    var arrived: [[UInt8]] = []
    while !engine.isFinished || !actions.isEmpty {
      if actions.isEmpty {
        if arrived.isEmpty {
          // What the session holds back for a moment comes when the moment is over.
          server.wait(milliseconds: 50)
          arrived = server.receive(on: line)
          try #require(!arrived.isEmpty, "the server owes an answer")
        }
        actions = engine.event(.frame(try Frame(decoding: arrived.removeFirst())))
        continue
      }
      let action = actions.removeFirst()
      switch action {
      case .send(let frame): arrived += server.send([frame.encoded()], on: line)
      case .finish(let found): outcome = found
      default: if let event = try perform(action) { actions += engine.event(event) }
      }
    }
    return outcome
  }

  private func perform(_ action: SyncAction) throws -> SyncEvent? {
    switch action {
    case .send, .finish: return nil
    case .remember(let nonce, let epoch): try store.remember(nonce: nonce, epoch: epoch)
    case .loadChain(let next): return .ownChain(try store.chain(before: next))
    case .loadOutbox(let first, let sets, let bytes):
      return .outbox(try store.outbox(from: first, sets: sets, bytes: bytes))
    case .recordSent(let sets): try store.recordSent(sets)
    case .recordStored(let bound): try store.recordStored(before: bound)
    case .recordCommitted(let receipt): try store.recordCommitted(receipt)
    case .loadPlace:
      let place = try store.place()
      return .place(place.cursor, have: place.have)
    case .apply(let page, let version): return .pageApplied(try store.apply(page, adopting: version))
    }
    return nil
  }
}
