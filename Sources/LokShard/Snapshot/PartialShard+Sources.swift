import LokBooks
import LokSQLite
import LokWire

/// What a CBO's books on this phone are made of: its first set and all that follow, or the snapshot that it
/// came as and the sets since. Older sets that have come since then make nothing until the last is here.
struct HeldSources {
  var cbo: RecordID
  /// Nil = the whole history is in `rows`.
  var snapshot: CboSnapshot?
  /// Sets from before the snapshot are here up to this one.
  var fetched = Seq.zero
  /// All that are here of the CBO, ascending.
  var rows: [JournalRow]
}

/// Why a CBO's books cannot be made anew from what is here.
enum HeldSourceError: Error, Hashable, Sendable {
  /// It came as one, and it is not here: lost, or taken up by a build that kept none.
  case snapshotMissing
  case snapshotDamaged
}

extension PartialShard {
  /// Nothing in it or all: the very snapshot that the books began with.
  func keep(_ snapshot: CboSnapshot) throws {
    let plain = snapshot.encoded()
    let pressed = PayloadCompression.compressed(plain, .fast)
    try connection.statement(
      "INSERT OR REPLACE INTO history_snapshot (cbo, hash, plain_bytes, bytes) VALUES (?, ?, ?, ?)"
    ).bind(
      snapshot.cbo.rawValue, Hash.sha256(plain), pressed.map { _ in plain.count }, pressed ?? plain
    ).run()
  }

  /// - Throws: `HeldSourceError`, `WireError`.
  private func snapshot(of cbo: RecordID) throws -> CboSnapshot {
    let kept = try connection.statement("SELECT hash, plain_bytes, bytes FROM history_snapshot WHERE cbo = ?")
      .bind(cbo.rawValue).first { (hash: $0.bytes(0), count: $0.optionalInteger(1), bytes: $0.bytes(2)) }
    guard let kept else { throw HeldSourceError.snapshotMissing }
    let plain = try kept.count.map {
      try PayloadCompression.expanded(kept.bytes, to: Int(max(0, $0)), dictionary: 1)
    }
    guard Hash.sha256(plain ?? kept.bytes) == kept.hash else { throw HeldSourceError.snapshotDamaged }
    let snapshot = try CboSnapshot(decoding: plain ?? kept.bytes, block: block)
    guard snapshot.cbo == cbo, snapshot.extent == .state else { throw HeldSourceError.snapshotDamaged }
    return snapshot
  }

  /// - Parameter seqs: of the CBO's journal rows, ascending.
  /// - Throws: `HeldSourceError`, `WireError`, `SQLiteError`.
  func sources(of cbo: RecordID, at seqs: [Seq]) throws -> HeldSources {
    var sources = HeldSources(cbo: cbo, rows: try seqs.compactMap { try journal.row($0) })
    if let history = try heldHistory(of: cbo) {
      sources.snapshot = try snapshot(of: cbo)
      sources.fetched = history.fetched
    }
    return sources
  }

  /// Makes the books where nothing is held of the CBO.
  func make(_ sources: HeldSources) throws {
    if let snapshot = sources.snapshot { try adopt(snapshot) }
    let floor = sources.snapshot?.seq ?? .zero
    for row in sources.rows {
      if row.envelope.seq > floor {
        try apply(row.envelope, verdicts: row.verdicts, bytes: row.changes)
      } else if row.envelope.seq <= sources.fetched {
        try keepHistory(row.envelope, verdicts: row.verdicts, bytes: row.changes)
      }
    }
  }
}
