package import LokBooks
import LokMerge
import LokSQLite
import LokWire

extension PartialShard {
  /// Keeps a set from before the snapshot's journal; in seq order, what is held already is skipped. With the
  /// last of them the CBO's books are made anew from its first set, and nothing of the snapshot is left.
  /// - Throws: `SnapshotError.historyDiffers` where the sets do not lead to the chain that the snapshot
  ///   named, `.stateDiffers` where they make other books.
  package func keepHistory(_ envelope: Envelope, verdicts: [UInt8], bytes: [UInt8]) throws {
    let cbo = try ChangeSet(decoding: bytes).cbo
    guard let held = try heldHistory(of: cbo), envelope.seq > held.fetched, envelope.seq <= held.floor else {
      return
    }
    try transaction {
      let leaf = Leaf.hash(
        block: block, envelope: envelope, setHash: Hash.sha256(bytes), verdicts: verdicts)
      let chain = CboChain.next(after: held.fetchedChain, leaf: leaf)
      try journal.keep(
        JournalRow(envelope: envelope, lsn: .zero, cbo: cbo, verdicts: verdicts, changes: bytes, leaf: leaf),
        isChained: false)
      try connection.statement("UPDATE history_floor SET fetched_seq = ?, fetched_chain = ? WHERE cbo = ?")
        .bind(envelope.seq.rawValue, chain, cbo.rawValue).run()
      guard envelope.seq == held.floor else { return }
      guard chain == held.floorChain else {
        throw SnapshotError.historyDiffers(cbo: cbo, seq: held.floor)
      }
      try rebuild(cbo)
    }
  }

  private func rebuild(_ cbo: RecordID) throws {
    let before = try stateDigest(of: cbo)
    let rows = try connection.statement("SELECT seq FROM journal WHERE cbo = ? ORDER BY seq")
      .bind(cbo.rawValue).all { Seq($0.unsigned(0)) }.compactMap { try journal.row($0) }
    try drop(cbo)
    for row in rows { try apply(row.envelope, verdicts: row.verdicts, bytes: row.changes) }
    guard try stateDigest(of: cbo) == before else {
      throw SnapshotError.stateDiffers(cbo: cbo, seq: before.seq)
    }
  }

  /// The devices' sets that are here, ascending.
  package func heldSets() throws -> [ChangeSet] {
    try connection.statement("SELECT changes FROM journal WHERE kind = ? ORDER BY seq")
      .bind(Envelope.Kind.set.rawValue).all { try ChangeSet(decoding: $0.bytes(0)) }
  }

  /// The chain after the sets of a CBO that were fetched from before its floor, where it ends at `seq`.
  package func fetchedChain(of cbo: RecordID, at seq: Seq) throws -> [UInt8]? {
    guard let held = try heldHistory(of: cbo), held.fetched == seq else { return nil }
    return held.fetchedChain
  }
}
