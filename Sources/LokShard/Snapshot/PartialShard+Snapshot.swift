package import LokBooks
import LokMerge
import LokSQLite
import LokWire

/// Why a snapshot was not taken up.
package enum SnapshotError: Error, Hashable, Sendable {
  /// Its whole history does not lead to the chain that it names.
  case chainDiffers(cbo: RecordID, seq: Seq)
  /// The sets before it do not lead to the chain that it named.
  case historyDiffers(cbo: RecordID, seq: Seq)
  /// The sets, applied from the first one, make other books than the snapshot did.
  case stateDiffers(cbo: RecordID, seq: Seq)
}

/// The seq at which a CBO came as a snapshot, and how far its older sets have been fetched.
package struct HeldHistory: Hashable, Sendable {
  package let cbo: RecordID
  /// Sets above it are here; up to it only those that are shown or may still be decided about.
  package let floor: Seq
  let floorChain: [UInt8]
  /// Sets up to here have been fetched since; 0 = none.
  package let fetched: Seq
  let fetchedChain: [UInt8]
}

extension PartialShard {
  /// A phone's own table beside the shard's: what tells "there is none" from "it is not here".
  static let historySchema = """
    CREATE TABLE IF NOT EXISTS history_floor (
      cbo INTEGER PRIMARY KEY, seq INTEGER NOT NULL, chain BLOB NOT NULL,
      fetched_seq INTEGER NOT NULL, fetched_chain BLOB NOT NULL
    );
    -- The snapshots that they came as: what their books are checked against, and made anew from.
    CREATE TABLE IF NOT EXISTS history_snapshot (
      cbo INTEGER PRIMARY KEY,
      hash BLOB NOT NULL,                -- of the plain bytes: the layout "snapshot" of Proto/README.md
      plain_bytes INTEGER,               -- NULL = they stand as they are
      bytes BLOB NOT NULL
    );
    -- CBOs of which only a preview is here, and what it is of.
    CREATE TABLE IF NOT EXISTS preview (cbo INTEGER PRIMARY KEY, seq INTEGER NOT NULL);
    """

  /// Takes a CBO up as it stood at `snapshot.seq`, instead of what is held of it; what comes after is
  /// applied on top. A preview is no more than something to look at, and does not replace what is held. All
  /// or nothing; nests.
  /// - Throws: `SnapshotError.chainDiffers`; what the tables throw.
  package func adopt(_ snapshot: CboSnapshot) throws {
    do {
      try adoptWhole(snapshot)
    } catch let error as SQLiteError where error.isConstraint {
      try transaction {
        try clearPlaces(of: snapshot.journal)
        try adoptWhole(snapshot)
      }
    }
  }

  /// In a damaged file rows of these sets may stand under another CBO's name, where `drop` does not find
  /// them.
  func clearPlaces(of rows: [JournalRow]) throws {
    let seqs = rows.map { "\($0.envelope.seq.column)" }.joined(separator: ", ")
    for table in ["journal", "meeting", "attendance", "entry"] {
      try connection.execute("DELETE FROM \(table) WHERE seq IN (\(seqs))")
    }
  }

  private func adoptWhole(_ snapshot: CboSnapshot) throws {
    try transaction {
      if snapshot.extent == .preview, try journal.chain(of: snapshot.cbo).seq > .zero { return }
      try drop(snapshot.cbo)
      switch snapshot.extent {
      case .wholeHistory:
        for row in snapshot.journal {
          try apply(row.envelope, verdicts: row.verdicts, bytes: row.changes)
        }
        return try expectChain(of: snapshot)
      case .state:
        try connection.statement(
          "INSERT INTO history_floor (cbo, seq, chain, fetched_seq, fetched_chain) VALUES (?, ?, ?, 0, ?)"
        ).bind(snapshot.cbo.rawValue, snapshot.seq.rawValue, snapshot.chain, CboChain.start).run()
        try connection.statement("INSERT INTO journal_by_cbo (cbo, seq, chain) VALUES (?, ?, ?)")
          .bind(snapshot.cbo.rawValue, snapshot.seq.rawValue, snapshot.chain).run()
        try keep(snapshot)
      case .preview:
        try connection.statement("INSERT INTO preview (cbo, seq) VALUES (?, ?)")
          .bind(snapshot.cbo.rawValue, snapshot.seq.rawValue).run()
      }
      for row in snapshot.journal { try journal.keep(row, isChained: false) }
      var state = Effects()
      state.records = snapshot.records
      try tables.write(state)
      for (table, columns) in zip(SnapshotTable.all, snapshot.tables) {
        try insert(columns, into: table, of: snapshot.cbo)
      }
      for row in snapshot.journal { try writeLines(of: row) }
    }
  }

  private func expectChain(of snapshot: CboSnapshot) throws {
    let (seq, chain) = try journal.chain(of: snapshot.cbo)
    guard seq == snapshot.seq, chain == snapshot.chain else {
      throw SnapshotError.chainDiffers(cbo: snapshot.cbo, seq: snapshot.seq)
    }
  }

  private func insert(_ columns: [SnapshotTable.Column], into table: SnapshotTable, of cbo: RecordID) throws {
    let names = (table.namesGroup ? ["cbo"] : []) + table.columns.map(\.name)
    let places = Array(repeating: "?", count: names.count).joined(separator: ", ")
    let insertion = try connection.statement(
      "INSERT OR REPLACE INTO \(table.name) (\(names.joined(separator: ", "))) VALUES (\(places))")
    for row in 0..<(columns.first?.count ?? 0) {
      let values: [(any Bindable)?] = zip(table.columns, columns).map { column, values in
        switch values {
        case .integers(let values): values[row]
        case .blobs(let values) where column.kind == .text:
          values[row].map { String(decoding: $0, as: UTF8.self) }
        case .blobs(let values): values[row]
        }
      }
      try insertion.bind((table.namesGroup ? [cbo.rawValue] : []) + values).run()
    }
  }

  /// Who was there, and the lines: they follow from the set, and from whether its meeting counts.
  private func writeLines(of row: JournalRow) throws {
    guard row.envelope.kind == .set else { return }
    let set = try ChangeSet(decoding: row.changes)
    guard set.kind == .meeting else { return }
    let meeting = try tables.meeting(postedBy: row.envelope.seq)
    let isAside = try Verdicts(decoding: row.verdicts).whole.map { [.waiting, .flagged].contains($0.word) }
    guard meeting != nil || isAside == true else { return }
    try tables.write(
      Apply.lines(
        of: set, envelope: row.envelope, isHeld: meeting != nil,
        isPosted: meeting.map { $0.standing != .rejected } ?? false, state: tables))
  }

  /// The CBOs of which only a preview is here, ascending: they can be looked at and written on, and are made
  /// whole by the next sync.
  package func previews() throws -> [RecordID] {
    try connection.statement("SELECT cbo FROM preview ORDER BY cbo")
      .all { RecordID(rawValue: $0.unsigned(0)) }
  }

  /// The last set of a CBO that what is here of it has seen; 0 = nothing is here.
  package func seenSeq(of cbo: RecordID) throws -> Seq {
    let preview = try connection.statement("SELECT seq FROM preview WHERE cbo = ?").bind(cbo.rawValue)
      .first { Seq($0.unsigned(0)) }
    return try preview ?? journal.chain(of: cbo).seq
  }

  /// Nil where all of the CBO's history is here.
  package func heldHistory(of cbo: RecordID) throws -> HeldHistory? {
    try heldHistories(where: "cbo = ?", cbo).first
  }

  /// The CBOs of which older sets are not here, ascending.
  package func incompleteHistories() throws -> [HeldHistory] {
    try heldHistories(where: "1 OR ?", .blockBook)
  }

  private func heldHistories(where condition: String, _ cbo: RecordID) throws -> [HeldHistory] {
    try connection.statement(
      "SELECT cbo, seq, chain, fetched_seq, fetched_chain FROM history_floor WHERE \(condition) ORDER BY cbo"
    ).bind(cbo.rawValue).all { row in
      HeldHistory(
        cbo: RecordID(rawValue: row.unsigned(0)), floor: Seq(row.unsigned(1)), floorChain: row.bytes(2),
        fetched: Seq(row.unsigned(3)), fetchedChain: row.bytes(4))
    }
  }
}
