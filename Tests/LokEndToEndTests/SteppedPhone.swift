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
    var stepper = SyncStepper(store, try store.sessionStart(appBuild: "test"))
    let line = server.connect()
    defer { server.disconnect(line) }
    var arrived = server.send(try stepper.step(.connected), on: line)
    while !stepper.isFinished {
      if arrived.isEmpty {
        // What the session holds back for a moment comes when the moment is over.
        server.wait(milliseconds: 50)
        arrived = server.receive(on: line)
        try #require(!arrived.isEmpty, "the server owes an answer")
      }
      arrived += server.send(try stepper.step(received: arrived.removeFirst()), on: line)
    }
    return stepper.report.outcome
  }
}
