package import LokBooks
import LokShard
import LokWire
import Synchronization

extension OperatorCommands {
  /// What became of a data directory that is an older copy.
  package struct Restored: Sendable {
    /// Their books go on in another epoch.
    package var blocks: [BlockCode] = []
    /// Nothing was said of these, and why.
    package var unavailable: [BlockCode: String] = [:]
  }

  /// A shard's command is one group commit: so many blocks share it.
  private static let blocksAtOnce = 64

  /// Says of every block in a data directory that it is an older copy, put in place of one that is lost:
  /// before it is served. Called twice, it begins two epochs; phones find their way from either.
  ///
  /// - Throws: `DataDirectoryError.heldBy` where a server runs; what an operator has to mend.
  package static func restore(_ directory: DataDirectory, clock: ServerClock = .system) throws -> Restored {
    let courier = Outcomes()
    let desks = try ServerDesks(directory, tuning: alone, courier: courier)
    let now = clock.now()
    try desks.beginCatchingUp()
    desks.runUntilQuiet(at: now)
    var random = SystemRandomNumberGenerator()
    var left = desks.blocksInLog[...]
    while !left.isEmpty {
      let group = left.prefix(blocksAtOnce)
      left = left.dropFirst(group.count)
      desks.switchboard.intake.post(
        group.map { block in
          .commands(
            block, [.restore(restoring(using: &random))],
            Caller(loop: 0, session: UInt64(block.rawValue), call: 1))
        })
      desks.runUntilQuiet(at: now)
    }
    let troubles = desks.switchboard.merge.withLock { $0.troubles }
    return courier.restored(desks.blocksInLog, troubles)
  }

  private static func restoring(using random: inout some RandomNumberGenerator) -> Command.RestoreCommand {
    // By chance, so that the same copy, put in place twice, does not give the same numbers twice.
    let thousands = UInt32.random(in: 1...99, using: &random)
    return Command.RestoreCommand(epoch: Epoch(random: random.next()), devicesSkipped: thousands * 1_000)
  }

  private final class Outcomes: Courier {
    private let answers = Mutex<[UInt64: Session.Answer]>([:])

    func deliver(_ deliveries: [Delivery], after standings: [StandingChange]) {
      answers.withLock { answers in
        for delivery in deliveries { answers[delivery.caller.session] = delivery.answer }
      }
    }
    func moved(_ block: BlockCode) {}

    func restored(_ blocks: [BlockCode], _ troubles: [BlockCode: String]) -> Restored {
      let answers = answers.withLock { $0 }
      var restored = Restored()
      for block in blocks {
        if isDone(answers[UInt64(block.rawValue)]) {
          restored.blocks.append(block)
        } else {
          restored.unavailable[block] = troubles[block] ?? Reason.blockUnavailable.code
        }
      }
      return restored
    }

    private func isDone(_ answer: Session.Answer?) -> Bool {
      guard case .outcome(let result, _)? = answer, case .done = result else { return false }
      return true
    }
  }
}
