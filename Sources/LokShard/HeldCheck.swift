package import LokBooks
import LokSQLite
import LokWire

/// A CBO's books on a phone are not what their sets make.
package struct HeldFinding: Hashable, Sendable {
  package let cbo: RecordID
  /// A table, or why nothing can be made of the sets.
  package let place: String
  /// What the books are made of is not what it was: only the server can give it again.
  package let isInSources: Bool
}

/// Holds a phone's books to what they are made of, without a server: each CBO is made once more in memory,
/// from its sets and the snapshot that it came as, and compared row by row. A digest covers what judge and
/// apply read of each other's work; this covers every column that a person may be shown.
///
/// The sets themselves are covered by their leaves, those by the chain, and the chain by the server's.
package struct HeldCheck {
  private let held: PartialShard
  private let again: PartialShard
  /// Of every CBO the sets that are here, ascending.
  private let seqs: [RecordID: [Seq]]

  /// - Parameter held: not to be written by anybody else until the last finding.
  package init(_ held: PartialShard) throws {
    self.held = held
    again = try PartialShard(inMemoryOf: held.block)
    let places = try held.connection.statement(
      "SELECT cbo, seq FROM journal WHERE cbo IS NOT NULL ORDER BY seq"
    )
    .all { (cbo: RecordID(rawValue: $0.unsigned(0)), seq: Seq($0.unsigned(1))) }
    seqs = Dictionary(grouping: places, by: \.cbo).mapValues { $0.map(\.seq) }
  }

  /// The first thing found, sources before books; nil = all is what it has to be.
  package func finding(of cbo: RecordID) throws -> HeldFinding? {
    let seqs = seqs[cbo] ?? []
    try again.connection.execute("BEGIN")
    defer { again.connection.rollback() }
    do {
      try again.make(held.sources(of: cbo, at: seqs))
    } catch let error as SQLiteError where error.isEnvironmental || error.isCorruption {
      throw error
    } catch {
      return HeldFinding(cbo: cbo, place: "\(error)", isInSources: true)
    }
    for table in HeldTable.sources where try differs(table, of: cbo, seqs) {
      return HeldFinding(cbo: cbo, place: table.name, isInSources: true)
    }
    for table in HeldTable.books where try differs(table, of: cbo, seqs) {
      return HeldFinding(cbo: cbo, place: table.name, isInSources: false)
    }
    return nil
  }

  /// Makes a CBO's books anew from its sets, which the caller has found to be whole.
  ///
  /// - Returns: false where rows of another CBO are in the way: nothing is changed.
  package func makeAnew(_ cbo: RecordID) throws -> Bool {
    let sources = try held.sources(of: cbo, at: seqs[cbo] ?? [])
    do {
      try held.transaction {
        // A row that has got another CBO's name would be in the way.
        try held.clearPlaces(of: sources.rows)
        try held.drop(cbo)
        try held.make(sources)
      }
      return true
    } catch let error as SQLiteError where error.isConstraint {
      return false
    }
  }

  private func differs(_ table: HeldTable, of cbo: RecordID, _ seqs: [Seq]) throws -> Bool {
    guard !table.isOfBlockBook || cbo == .blockBook else { return false }
    return try table.rows(of: cbo, seqs, in: held.connection) != table.all(in: again.connection)
  }
}

extension PartialShard {
  /// Of all CBOs that are here, ascending; empty = the books are what their sets make.
  package func findings() throws -> [HeldFinding] {
    try transaction {
      let check = try HeldCheck(self)
      return try tracedCBOs().compactMap { try check.finding(of: $0) }
    }
  }
}
