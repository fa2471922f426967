import LokBooks
package import LokWire
import Synchronization

/// An operator's commands where no process owns the data directory: takes the lock, opens the log, applies,
/// and leaves. Blocks the calling thread.
package enum OperatorCommands {
  /// - Throws: `DataDirectoryError.heldBy` where a server runs (ask it over the control socket then);
  ///   `Status` where the command is refused.
  package static func run(
    _ request: OperatorRequest, in directory: DataDirectory, clock: ServerClock = .system
  ) throws -> OperatorReply {
    var random = SystemRandomNumberGenerator()
    let now = clock.now()
    switch OperatorPlan(request, at: now.wall, using: &random) {
    case .status:
      throw Status(.unavailable, .shuttingDown, next: .showPerson)
    case .refused(let status):
      throw status
    case .commands(let block, let commands, let codes):
      let answer = try apply(commands, to: block, in: directory, at: now)
      switch OperatorPlan.answer(answer, codes: codes) {
      case .operated(let reply): return reply
      case .refused(let status, _): throw status
      default: throw Status(.internal, .internal, next: .showPerson)
      }
    }
  }

  /// A bundle that was brought, where no process owns the data directory.
  ///
  /// - Throws: as `run`; `Status` also for a file that is no bundle for this server.
  package static func takeBundle(
    _ file: [UInt8], in directory: DataDirectory, clock: ServerClock = .system
  ) throws -> BundleImport.Outcome {
    let conversation = try BundleImport(file, secrets: try ServerSecrets.load(from: directory))
    let server = try SteppedServer(
      directory, tuning: alone, only: conversation.outcome.block, now: clock.now(),
      random: SystemRandomNumberGenerator())
    return try server.take(conversation)
  }

  static var alone: ServerTuning {
    var tuning = ServerTuning()
    tuning.mergeWorkers = 1
    tuning.readers = 1
    return tuning
  }

  private static func apply(
    _ commands: [Command], to block: BlockCode, in directory: DataDirectory, at now: Session.Now
  ) throws -> Session.Answer {
    let courier = KeptAnswers()
    let desks = try ServerDesks(directory, tuning: alone, courier: courier)
    try desks.beginCatchingUp(only: block)
    desks.runUntilQuiet(at: now)
    let caller = Caller(loop: 0, session: 0, call: 1)
    desks.switchboard.intake.post([.commands(block, commands, caller)])
    desks.runUntilQuiet(at: now)
    return courier.last ?? .refused(Status(.unavailable, .blockUnavailable, block: block), sets: 0)
  }

  private final class KeptAnswers: Courier {
    private let answer = Mutex<Session.Answer?>(nil)
    var last: Session.Answer? { answer.withLock { $0 } }
    func deliver(_ deliveries: [Delivery], after standings: [StandingChange]) {
      guard let last = deliveries.last?.answer else { return }
      answer.withLock { $0 = last }
    }
    func moved(_ block: BlockCode) {}
  }
}
