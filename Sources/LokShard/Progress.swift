import LokBooks
import LokSQLite
import LokWire

/// Where a shard stands: kept in memory while it is open, written once a transaction.
struct Progress {
  var applied: LSN
  var epoch: Epoch?
  var tree: MerkleFrontier
  var rollup: Rollup

  var head: Seq { tree.size }

  static func load(from connection: Connection) throws -> Progress {
    let frontier = try connection.statement("SELECT size, frontier FROM tree WHERE id = 0")
      .first { (size: $0.unsigned(0), bytes: $0.bytes(1)) }
    guard let frontier, let tree = MerkleFrontier(size: Seq(frontier.size), bytes: frontier.bytes) else {
      throw SQLiteError(code: 11, message: "the tree's frontier is damaged", path: connection.path, sql: nil)
    }
    return Progress(
      applied: LSN(UInt64(bitPattern: try Meta.integer("applied_lsn", in: connection) ?? 0)),
      epoch: try Meta.bytes("epoch", in: connection).flatMap { Epoch($0) }, tree: tree,
      rollup: try Rollup.load(from: connection))
  }

  func save(to connection: Connection) throws {
    try Meta.set("applied_lsn", Int64(bitPattern: applied.rawValue), in: connection)
    if let epoch { try Meta.set("epoch", epoch.bytes, in: connection) }
    try connection.statement("UPDATE tree SET size = ?, frontier = ? WHERE id = 0")
      .bind(tree.size.rawValue, tree.bytes).run()
    try rollup.save(to: connection)
  }
}

/// One row of sums a shard, so that an operator's list opens no tables.
struct Rollup: Equatable {
  var sets: Int64 = 0
  var changes: Int64 = 0
  var cbos: Int64 = 0
  var members: Int64 = 0
  var setAside: Int64 = 0
  var quarantined: Int64 = 0
  var refused: Int64 = 0
  var conflicts: Int64 = 0
  var lastSeq: Int64 = 0
  var lastContact: Int64 = 0

  static func load(from connection: Connection) throws -> Rollup {
    try connection.statement(
      "SELECT sets, changes, cbos, members, set_aside, quarantined, refused, conflicts, last_seq, "
        + "last_contact FROM rollup WHERE id = 0"
    ).first { row in
      Rollup(
        sets: row.integer(0), changes: row.integer(1), cbos: row.integer(2), members: row.integer(3),
        setAside: row.integer(4), quarantined: row.integer(5), refused: row.integer(6),
        conflicts: row.integer(7), lastSeq: row.integer(8), lastContact: row.integer(9))
    } ?? Rollup()
  }

  func save(to connection: Connection) throws {
    try connection.statement(
      "UPDATE rollup SET sets = ?, changes = ?, cbos = ?, members = ?, set_aside = ?, quarantined = ?, "
        + "refused = ?, conflicts = ?, last_seq = ?, last_contact = ? WHERE id = 0"
    ).bind(
      sets, changes, cbos, members, setAside, quarantined, refused, conflicts, lastSeq, lastContact
    ).run()
  }
}
