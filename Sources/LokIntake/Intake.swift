package import LokBooks
package import LokWire

/// A command on its way into the log.
package struct PendingAppend: Hashable, Sendable {
  package var block: BlockCode
  /// The encoded `Command`; the log does not look into it.
  package var payload: [UInt8]
  /// The command's case as `Envelope.Kind` numbers it: for people who read the log.
  package var kind: Int
  /// When it came in; nil = when it is appended.
  package var received: Timestamp?
  package var rules: RulesVersion
  /// Keys of members that are new in it, wrapped for the vault.
  package var keys: [WrappedKey]

  package init(
    block: BlockCode, payload: [UInt8], kind: Int, received: Timestamp? = nil,
    rules: RulesVersion = .current, keys: [WrappedKey] = []
  ) {
    self.block = block
    self.payload = payload
    self.kind = kind
    self.received = received
    self.rules = rules
    self.keys = keys
  }
}

/// A command that is on disk.
package struct IntakeRow: Hashable, Sendable {
  package var lsn: LSN
  package var block: BlockCode
  /// The block's row before this one; `.zero` for its first.
  package var previous: LSN
  /// Whose row it is: the fencing number of the log's owner.
  package var term: UInt32
  /// Never earlier than that of the row before it in the log.
  package var received: Timestamp
  package var rules: RulesVersion
  package var kind: Int
  package var payload: [UInt8]
  package var keys: [WrappedKey]

  package init(
    lsn: LSN, block: BlockCode, previous: LSN, term: UInt32, received: Timestamp, rules: RulesVersion,
    kind: Int, payload: [UInt8], keys: [WrappedKey]
  ) {
    self.lsn = lsn
    self.block = block
    self.previous = previous
    self.term = term
    self.received = received
    self.rules = rules
    self.kind = kind
    self.payload = payload
    self.keys = keys
  }
}

/// The durable log in front of everything. What it has returned from `append` is on disk; what it has
/// thrown at is not, and never will count beside a repeated append.
///
/// Nothing above it assumes a local file. One thread at a time calls it, and each call may block.
package protocol Intake: AnyObject {
  /// Shards follow the log of this id and no other.
  var id: IntakeID { get }
  /// The last row's LSN.
  var highest: LSN { get }
  /// Each block that ever had a row, with its last, also where the row itself has been removed.
  var positions: [BlockCode: LSN] { get }
  /// The blocks that have rows which are not removed yet, ascending.
  var blocksWithRows: [BlockCode] { get }

  /// Stores the whole group by one fsync, in the order given, or throws and nothing of it counts: the same
  /// group may then be appended again.
  func append(_ group: [PendingAppend], now: Timestamp) throws -> [IntakeRow]

  /// A block's rows behind `lsn`, ascending, at most `limit`; the first one's `previous` is `lsn`.
  /// - Throws: `IntakeError.rowsRemoved` or `.positionUnknown` where they do not join on: the shard is
  ///   older than the log reaches back, or follows another history.
  func rows(of block: BlockCode, after lsn: LSN, limit: Int) throws -> [IntakeRow]

  /// Every row behind `lsn` that is still there, ascending. `body` may call the log.
  func forEachRow(after lsn: LSN, _ body: (IntakeRow) throws -> Void) throws

  /// Removes what no shard needs and nobody wants to keep.
  /// - Parameters:
  ///   - durable: the LSN through which a block's shard has everything on disk; nil = not known.
  ///   - archiveMilliseconds: how long rows are kept for a restore after their file was closed.
  /// - Returns: the names of the removed files.
  func removeFiles(
    durable: (BlockCode) -> LSN?, archiveMilliseconds: Int64, now: Timestamp
  ) throws -> [String]
}

extension Intake {
  /// `.zero` where it never had a row.
  package func lastLSN(of block: BlockCode) -> LSN { positions[block] ?? .zero }
}
