import GRDB
import LokBooks
import LokWire

/// The lines of each set beside those that were written.
extension BlockAudit {
  /// Of all sets in the shard, by seq; whether they are posted.
  func storedLines() throws -> [UInt64: [(line: AuditLine, posted: Bool)]] {
    let rows = try file.rows(
      """
      SELECT seq, kind, amount_paise, member, loan, bank_account, reverses, debit_account, credit_account,
        posted FROM entry ORDER BY id
      """)
    return Dictionary(grouping: rows, by: { $0.unsigned("seq") }).mapValues { rows in
      rows.map { row in
        (
          AuditLine(
            kind: row.integer("kind"), paise: row.integer("amount_paise"), member: row.unsigned("member"),
            loan: row.unsigned("loan"), bankAccount: row.unsigned("bank_account"),
            reverses: row.unsigned("reverses"), storedDebit: Int(row.integer("debit_account")),
            storedCredit: Int(row.integer("credit_account"))), row.integer("posted") != 0
        )
      }
    }
  }

  func compareLines(
    _ act: Act, _ written: [AuditLine], _ place: Recorded, _ outcome: Outcome,
    _ entries: inout [UInt64: [(line: AuditLine, posted: Bool)]], _ report: inout AuditReport
  ) throws {
    let expected = written.sorted()
    report.count(.line, expected.count)
    let name = "act \(act.act), seq \(outcome.seq)"
    let stored = entries.removeValue(forKey: outcome.seq) ?? []
    var found = stored.map(\.line).sorted()
    switch outcome.fate {
    case .posted, .setAside, .takenBack:
      let wanted = outcome.fate == .posted
      for (line, posted) in stored where posted != wanted {
        report.find(
          .line, block: block, cbo: place.cbo, member: line.member, at: name,
          expected: wanted ? "posted" : "not posted", found: "\(line)")
      }
    case .quarantined:
      if !stored.isEmpty { break }
      found = try quarantinedLines(outcome.seq).sorted()
    case .refused:
      if stored.isEmpty { return }
    }
    guard expected != found else { return }
    let missing = subtract(found, from: expected)
    let tooMany = subtract(expected, from: found)
    let first = missing.first ?? tooMany.first
    report.find(
      .line, block: block, cbo: place.cbo, account: first?.credit, member: first?.member, at: name,
      expected: "\(missing)", found: "\(tooMany)")
  }

  private func quarantinedLines(_ seq: UInt64) throws -> [AuditLine] {
    let rows = try file.rows("SELECT bytes FROM quarantine WHERE seq = ?", [Int64(bitPattern: seq)])
    return try rows.flatMap { row in
      try ChangeSet(decoding: row.bytes("bytes")).changes.filter { $0.entity == .entry }.map { change in
        let patch = change.patch
        let record = { (field: UInt32) in patch.record(field)?.rawValue ?? 0 }
        return AuditLine(
          kind: patch.integer(1) ?? 0, paise: patch.integer(2) ?? 0, member: record(3), loan: record(4),
          bankAccount: record(9), reverses: record(8), debit: patch.integer(5).map { Int($0) },
          credit: patch.integer(6).map { Int($0) })
      }
    }
  }

  private func subtract(_ some: [AuditLine], from all: [AuditLine]) -> [AuditLine] {
    var left = all
    for line in some { if let place = left.firstIndex(of: line) { left.remove(at: place) } }
    return left
  }
}
