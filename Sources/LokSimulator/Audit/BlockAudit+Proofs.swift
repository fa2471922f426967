import GRDB

/// What the shard can be held to: leaves, chains, the tree and the heads that were signed over it.
extension BlockAudit {
  /// Recomputes each leaf from its row, each CBO's chain from the leaves, and the root under each head.
  mutating func compareProofs(
    _ heads: [AuditedHead], phones: [AuditedPhone], _ report: inout AuditReport
  ) throws {
    try readJournal(&report)
    try compareChains(&report)
    guard let key = try phones.lazy.compactMap({ try serverKey(of: $0) }).first else {
      report.find(.head, block: block, expected: "a phone that knows the server's key", found: "none")
      return
    }
    for head in heads { compare(head, key: key, &report) }
  }

  private func serverKey(of phone: AuditedPhone) throws -> [UInt8]? {
    try AuditFile(path: phone.path).rows("SELECT server_key FROM device_identity WHERE is_current = 1")
      .first?.bytes("server_key")
  }

  private mutating func readJournal(_ report: inout AuditReport) throws {
    let rows = try file.rows(
      """
      SELECT j.*, q.bytes AS kept, s.hash FROM journal j LEFT JOIN quarantine q ON q.seq = j.seq
        LEFT JOIN device_set s ON s.seq = j.seq ORDER BY j.seq
      """)
    for row in rows {
      let seq = row.unsigned("seq")
      report.compare(.leaf, block: block, at: "seq", expected: UInt64(leaves.count + 1), found: seq)
      let leaf = row.bytes("leaf")
      let computed = computedLeaf(row, setHash: setHash(row))
      report.compare(
        .leaf, block: block, at: "seq \(seq)", expected: AuditBytes.hexadecimal(computed),
        found: AuditBytes.hexadecimal(leaf))
      leaves.append(computed)
    }
  }

  /// Of refusals only the hash is kept, of what is in quarantine the bytes lie elsewhere.
  private func setHash(_ row: Row) -> [UInt8] {
    switch row.integer("kind") {
    case 3: row.bytes("hash")
    case 4: AuditBytes.hash(row.bytes("kept"))
    default: AuditBytes.hash(row.bytes("changes"))
    }
  }

  private func computedLeaf(_ row: Row, setHash: [UInt8]) -> [UInt8] {
    var data = Array("LOKL".utf8)
    data += AuditBytes.integer(block)
    data += AuditBytes.integer(row.unsigned("seq"))
    data += AuditBytes.integer(UInt8(truncatingIfNeeded: row.integer("kind")))
    data += AuditBytes.integer(UInt32(truncatingIfNeeded: row.integer("device")))
    data += AuditBytes.integer(row.unsigned("first_device_seq"))
    data += AuditBytes.integer(UInt32(truncatingIfNeeded: row.integer("count")))
    data += AuditBytes.integer(row.integer("received"))
    data += AuditBytes.integer(row.unsigned("hlc"))
    data += AuditBytes.integer(UInt32(truncatingIfNeeded: row.integer("rules")))
    data += setHash + AuditBytes.hash(row.bytes("verdicts"))
    return AuditBytes.hash([0] + data)
  }

  private mutating func compareChains(_ report: inout AuditReport) throws {
    for row in try file.rows("SELECT cbo, seq, chain FROM journal_by_cbo ORDER BY cbo, seq") {
      let cbo = row.unsigned("cbo")
      let seq = row.unsigned("seq")
      let before = chains[cbo]?.chain ?? [UInt8](repeating: 0, count: 32)
      let chain = AuditBytes.nextChain(after: before, leaf: leaf(at: seq) ?? [])
      report.compare(
        .chain, block: block, cbo: cbo, at: "seq \(seq)", expected: AuditBytes.hexadecimal(chain),
        found: AuditBytes.hexadecimal(row.bytes("chain")))
      chains[cbo] = (seq, chain)
    }
  }

  private func compare(_ head: AuditedHead, key: [UInt8], _ report: inout AuditReport) {
    let signed = AuditBytes.head(
      block: block, epoch: head.epoch, size: head.size, root: head.root, time: head.time)
    report.compare(
      .head, block: block, at: "signature at size \(head.size)", expected: true,
      found: AuditBytes.isSigned(signed, head.signature, by: key))
    report.compare(.head, block: block, at: "size", expected: UInt64(leaves.count), found: head.size)
    let covered = leaves.prefix(Int(clamping: head.size))
    report.compare(
      .head, block: block, at: "root at size \(head.size)",
      expected: AuditBytes.hexadecimal(AuditBytes.root(of: covered)), found: AuditBytes.hexadecimal(head.root)
    )
  }

  /// As recomputed; nil beyond the journal.
  func leaf(at seq: UInt64) -> [UInt8]? {
    seq >= 1 && seq <= UInt64(leaves.count) ? leaves[Int(seq) - 1] : nil
  }
}
