package import LokBooks
import LokSQLite
import LokWire

extension PartialShard {
  /// Whether the sets of each CBO lead to the chains that stand beside them, from its first one or from what
  /// its snapshot named.
  package func chainsHold() throws -> Bool {
    try heldCBOs().allSatisfy { try chainHolds(of: $0.cbo) }
  }

  private func chainHolds(of cbo: RecordID) throws -> Bool {
    let history = try heldHistory(of: cbo)
    let floor = history?.floor ?? .zero
    var chain = history?.floorChain ?? CboChain.start
    let links = try connection.statement("SELECT seq, chain FROM journal_by_cbo WHERE cbo = ? ORDER BY seq")
      .bind(cbo.rawValue).all { (seq: Seq($0.unsigned(0)), chain: $0.bytes(1)) }
    for link in links {
      if link.seq > floor {
        guard let row = try journal.row(link.seq), row.cbo == cbo else { return false }
        let leaf = Leaf.hash(
          block: block, envelope: row.envelope, setHash: Hash.sha256(row.changes), verdicts: row.verdicts)
        chain = CboChain.next(after: chain, leaf: leaf)
      }
      guard link.chain == chain else { return false }
    }
    return true
  }

  /// The CBOs of which what is here has seen sets beyond `seq`, ascending.
  package func seen(beyond seq: Seq) throws -> [RecordID] {
    try connection.statement(
      "SELECT cbo FROM journal_by_cbo WHERE seq > ?1 UNION SELECT cbo FROM preview WHERE seq > ?1 ORDER BY 1"
    ).bind(seq.rawValue).all { RecordID(rawValue: $0.unsigned(0)) }
  }
}
