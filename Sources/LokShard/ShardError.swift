package import LokBooks

/// Why a block cannot be served from its file. Each makes that block unavailable, never another one.
package enum ShardError: Error, Hashable, Sendable {
  case missing(path: String)
  case notAShard(path: String, detail: String)
  case foreignBlock(expected: BlockCode, found: BlockCode)
  /// Written by a newer program.
  case newerSchema(path: String)
  /// The shard follows another intake log: copied from another server.
  case foreignIntake(block: BlockCode)
  /// The log has rows between what the shard has applied and what comes next: an older copy of the file.
  case behindLog(block: BlockCode, applied: LSN, log: LSN)
  /// The shard has applied rows that the log does not know: an older copy of the log.
  case aheadOfLog(block: BlockCode, applied: LSN, log: LSN)
  case damaged(block: BlockCode, detail: String)
}
