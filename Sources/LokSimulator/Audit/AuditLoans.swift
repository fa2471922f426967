import GRDB

/// What is outstanding of each loan, from the lines that name it: given, repaid, given up. It knows nothing
/// of accounts.
struct AuditLoans {
  /// By loan in the plan.
  private var outstanding: [Int: Int64] = [:]

  /// Lines of a meeting that counts.
  mutating func add(_ lines: [MoneyDeed]) {
    for line in lines {
      guard let loan = line.loan else { continue }
      let effect = AuditPostings.effectOnLoan(of: line.kind, debit: line.debit, credit: line.credit)
      outstanding[loan, default: 0] += effect * (line.reverses == nil ? line.paise : -line.paise)
    }
  }

  /// Every loan of the plan beside its share in the shard, which is a debit where it was given and a credit
  /// where it is owed.
  func compare(
    _ loans: [Int: UInt64], with file: AuditFile, block: UInt32, _ report: inout AuditReport
  ) throws {
    var stored: [UInt64: (cbo: UInt64, paise: Int64)] = [:]
    for row in try file.rows("SELECT cbo, account, sub_ledger, paise FROM balance WHERE sub_ledger <> 0") {
      let account = Int(row.integer("account"))
      guard AuditPostings.owner(of: account) == .loan else { continue }
      let paise = account < 2_000 ? row.integer("paise") : -row.integer("paise")
      stored[row.unsigned("sub_ledger"), default: (row.unsigned("cbo"), 0)].paise += paise
    }
    for (loan, id) in loans.sorted(by: { $0.key < $1.key }) {
      report.compare(
        .loan, block: block, cbo: stored[id]?.cbo, at: "loan \(id >> 32)-\(id & 0xFFFF_FFFF)",
        expected: outstanding[loan, default: 0], found: stored[id]?.paise ?? 0)
    }
  }
}
