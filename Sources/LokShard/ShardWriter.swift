package import LokBooks
import LokMerge
import LokSQLite
package import LokWire

/// The one writer of a block's file. Used by one thread at a time; SQLite is called on that thread.
///
/// Between calls the file holds exactly the commands up to `applied`, each with all its effects.
package final class ShardWriter {
  package let block: BlockCode
  let connection: Connection
  var progress: Progress
  /// Called with each set before it is judged: tests make it throw what a fault of ours would.
  package var onJudge: ((ChangeSet) throws -> Void)?

  /// Reads between two transactions, on the same connection.
  package private(set) lazy var reader = ShardReader(connection, block)
  private let cache = BookCache()
  private(set) lazy var tables = BookTables(connection: connection, cache: cache)
  var journal: JournalTable { JournalTable(connection: connection) }
  var devices: DeviceTables { DeviceTables(connection: connection) }
  var codes: EnrolCodeTable { EnrolCodeTable(connection: connection) }

  /// Makes the file with its tables, and puts it on the disk, but not its folder; it has no rows until the
  /// command that opens the block is applied.
  package static func makeFile(path: String, block: BlockCode, intake: IntakeID) throws {
    try NewShardFile(path: path).make(
      meta: [("block", Int64(block.rawValue)), ("intake", intake.bytes), ("applied_lsn", Int64(0))])
  }

  package static func create(path: String, block: BlockCode, intake: IntakeID) throws -> ShardWriter {
    try makeFile(path: path, block: block, intake: intake)
    return try ShardWriter(path: path, block: block, intake: intake)
  }

  /// - Throws: `ShardError` where the file does not belong here, `SQLiteError` where it cannot be read.
  package init(path: String, block: BlockCode, intake: IntakeID) throws {
    connection = try ShardFile.open(path: path, block: block, mode: .readWrite)
    guard try Meta.bytes("intake", in: connection) == intake.bytes else {
      throw ShardError.foreignIntake(block: block)
    }
    self.block = block
    progress = try Progress.load(from: connection)
  }

  package var applied: LSN { progress.applied }
  package var head: Seq { progress.head }
  /// Nil until the block is opened.
  package var epoch: Epoch? { progress.epoch }

  /// One transaction for all of them, in LSN order. Rows at or below `applied` are skipped and have no
  /// outcome. A set whose judging or applying throws is rolled back alone and quarantined (INTERNAL).
  ///
  /// For each to be a part that can be taken back by itself, SQLite would keep every page that it touches: so
  /// only where one throws is the transaction begun again that way.
  /// - Throws: `ShardError` where the log and the shard do not fit; an environmental `SQLiteError`; in
  ///   both cases nothing is written.
  package func apply(_ batch: [ShardCommand]) throws -> [CommandOutcome] {
    // The next one may come much later, and many shards are open.
    defer { cache.forget() }
    do {
      return try apply(batch, each: run)
    } catch let error as SQLiteError where error.isOfMachine {
      throw error
    } catch {
      return try apply(batch, each: isolated)
    }
  }

  private func apply(
    _ batch: [ShardCommand], each run: (ShardCommand) throws -> CommandOutcome
  ) throws -> [CommandOutcome] {
    let before = progress
    do {
      return try connection.transaction {
        let outcomes = try batch.filter { $0.lsn > before.applied }.map { try applyInOrder($0, by: run) }
        try tables.writeOut()
        try progress.save(to: connection)
        return outcomes
      }
    } catch {
      progress = before
      cache.forget()
      throw error
    }
  }

  private func applyInOrder(
    _ command: ShardCommand, by run: (ShardCommand) throws -> CommandOutcome
  ) throws -> CommandOutcome {
    guard command.previous <= progress.applied else {
      throw ShardError.behindLog(block: block, applied: progress.applied, log: command.previous)
    }
    guard command.previous == progress.applied else {
      throw ShardError.aheadOfLog(block: block, applied: progress.applied, log: command.previous)
    }
    let outcome = try run(command)
    progress.applied = command.lsn
    progress.rollup.lastSeq = Int64(clamping: progress.head.rawValue)
    progress.rollup.lastContact = max(progress.rollup.lastContact, command.received.milliseconds)
    return outcome
  }

  /// Poison stays alone: what it wrote is taken back, its bytes are kept, the block goes on.
  private func isolated(_ command: ShardCommand) throws -> CommandOutcome {
    let before = progress
    do {
      return try connection.savepoint { try writtenOut { try run(command) } }
    } catch let error as SQLiteError where error.isOfMachine {
      throw error
    } catch {
      progress = before
      cache.forget()
      // A set on which the server failed once may fail again: it stays where it is.
      if case .quarantineDecision = command.command { return command.without(.internal) }
      guard case .set(let set) = command.command else { throw error }
      return try connection.savepoint {
        try writtenOut { try quarantine(set, .internal, command, consumesNumbers: true) }
      }
    }
  }

  /// Nothing of it stands in the cache alone.
  private func writtenOut<Result>(_ body: () throws -> Result) throws -> Result {
    let result = try body()
    try tables.writeOut()
    return result
  }

  /// Keeps no more than what an open file cannot do without: it may be long before it is needed again.
  package func rest() { connection.rest() }

  package func device(_ number: DeviceNumber) throws -> DeviceState? { try devices.state(of: number) }

  /// Nil = usable now; a key that used it is answered as at first.
  package func whyUnusable(codeHash: [UInt8], by key: PublicKey, at now: Timestamp) throws -> Reason? {
    try codes.whyUnusable(codeHash, by: key, at: now, devices: devices)
  }
}

extension ShardWriter {
  /// The root over all leaves, RFC 9162: equal roots are equal histories.
  package func treeRoot() throws -> [UInt8] { progress.tree.root }
}

extension SQLiteError {
  /// Not the fault of one command: all of them wait.
  fileprivate var isOfMachine: Bool { isEnvironmental || isCorruption }
}
