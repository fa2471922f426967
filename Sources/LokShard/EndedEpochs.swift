import LokBooks
import LokSQLite

/// The epochs that a shard has had before its own, each with its last seq: what it shares with a phone that
/// was there. Asked for by phones of an older epoch only, and so not read when a shard is opened.
struct EndedEpochs {
  let connection: Connection

  /// Nil = this shard never had it, or has it now.
  func last(of epoch: Epoch) throws -> Seq? {
    try Meta.integer(Self.key(epoch), in: connection).map { Seq(UInt64(bitPattern: $0)) }
  }

  func end(_ epoch: Epoch, at last: Seq) throws {
    try Meta.set(Self.key(epoch), last.column, in: connection)
  }

  private static func key(_ epoch: Epoch) -> String { "ended_epoch_\(epoch)" }
}
