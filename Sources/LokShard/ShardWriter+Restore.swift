package import LokBooks
import LokWire

/// An older copy was put in place: what comes from here on is another history than the one that phones saw.
extension ShardWriter {
  func begin(_ restore: Command.RestoreCommand, _ command: ShardCommand) throws -> CommandOutcome {
    guard let epoch = progress.epoch, epoch != restore.epoch else { return command.without(.badRequest) }
    try endedEpochs.end(epoch, at: progress.head)
    progress.epoch = restore.epoch
    try devices.skip(restore.devicesSkipped)
    return command.done(try record(command, .restore, device: .block).envelope.seq)
  }

  /// A base of an older epoch counts up to where that one ended; of one that was never here, for nothing.
  func bounded(_ set: ChangeSet, inSessionOf epoch: Epoch? = nil) throws -> ChangeSet {
    guard let base = set.baseEpoch ?? epoch, base != progress.epoch else { return set }
    var set = set
    set.bound(to: try endedEpochs.last(of: base) ?? .zero)
    return set
  }

  private var endedEpochs: EndedEpochs { EndedEpochs(connection: connection) }
}

extension ShardReader {
  /// Where an older epoch ended; nil = this shard never had it, or has it now.
  package func end(of epoch: Epoch) throws -> Seq? { try EndedEpochs(connection: connection).last(of: epoch) }
}
