import GRDB

/// A block's books as they have to be: the generator's lines, posted by the auditor's own table.
struct AuditBooks {
  private struct Key: Hashable, Comparable {
    var cbo: UInt64
    var account: Int
    var member: UInt64
    static func < (a: Self, b: Self) -> Bool {
      (a.cbo, a.account, a.member) < (b.cbo, b.account, b.member)
    }
  }
  private struct Sum: Equatable {
    var debit: Int64 = 0
    var credit: Int64 = 0
  }

  /// Debits and credits by CBO, account and member (0 = no member's line).
  private var posted: [Key: Sum] = [:]
  private var notPosted: [Key: Sum] = [:]
  /// Debit - credit by CBO, account and share (0 = the account as a whole).
  private var balances: [Key: Int64] = [:]

  mutating func add(_ lines: [AuditLine], of cbo: UInt64, fate: AuditReport.Fate) {
    for line in lines {
      let debit = Key(cbo: cbo, account: line.debit, member: line.member)
      let credit = Key(cbo: cbo, account: line.credit, member: line.member)
      switch fate {
      case .posted:
        posted[debit, default: Sum()].debit += line.paise
        posted[credit, default: Sum()].credit += line.paise
        for (account, paise) in [(line.debit, line.paise), (line.credit, -line.paise)] {
          addBalance(paise, to: account, line.owner(of: account), cbo)
        }
      case .setAside, .takenBack:
        notPosted[debit, default: Sum()].debit += line.paise
        notPosted[credit, default: Sum()].credit += line.paise
      case .quarantined, .refused: break
      }
    }
  }

  private mutating func addBalance(_ paise: Int64, to account: Int, _ owner: UInt64, _ cbo: UInt64) {
    balances[Key(cbo: cbo, account: account, member: 0), default: 0] += paise
    if owner != 0 { balances[Key(cbo: cbo, account: account, member: owner), default: 0] += paise }
  }

  func compare(with file: AuditFile, block: UInt32, _ report: inout AuditReport) throws {
    let stored = try Self.storedSums(file)
    compare(posted, stored.posted, "posted", block, &report)
    compare(notPosted, stored.notPosted, "not posted", block, &report)
    try compareBalances(file, block, &report)
  }

  /// By CBO, account and member, and the sums above them.
  private func compare(
    _ expected: [Key: Sum], _ found: [Key: Sum], _ word: String, _ block: UInt32, _ report: inout AuditReport
  ) {
    for key in Set(expected.keys).union(found.keys).sorted() {
      report.compare(
        .member, block: block, cbo: key.cbo, account: key.account, member: key.member == 0 ? nil : key.member,
        at: word, expected: text(expected[key]), found: text(found[key]))
    }
    let levels: [(AuditReport.Check, (Key) -> Key)] = [
      (.account, { Key(cbo: $0.cbo, account: $0.account, member: 0) }),
      (.group, { Key(cbo: $0.cbo, account: 0, member: 0) }),
      (.block, { _ in Key(cbo: 0, account: 0, member: 0) }),
    ]
    for (check, level) in levels {
      let wanted = Self.sum(expected, by: level)
      let stored = Self.sum(found, by: level)
      for key in Set(wanted.keys).union(stored.keys).union(
        check == .block ? [level(Key(cbo: 0, account: 0, member: 0))] : []
      ).sorted() {
        report.compare(
          check, block: block, cbo: key.cbo == 0 ? nil : key.cbo,
          account: key.account == 0 ? nil : key.account, at: word, expected: text(wanted[key]),
          found: text(stored[key]))
      }
    }
  }

  private func compareBalances(_ file: AuditFile, _ block: UInt32, _ report: inout AuditReport) throws {
    var stored: [Key: Int64] = [:]
    var trial: [UInt64: Int64] = [:]
    var shares: [Key: Int64] = [:]
    for row in try file.rows("SELECT cbo, account, sub_ledger, paise FROM balance") {
      let key = Key(
        cbo: row.unsigned("cbo"), account: Int(row.integer("account")), member: row.unsigned("sub_ledger"))
      stored[key] = row.integer("paise")
      if key.member == 0 { trial[key.cbo, default: 0] += row.integer("paise") }
      if key.member != 0 {
        shares[Key(cbo: key.cbo, account: key.account, member: 0), default: 0] += row.integer("paise")
      }
    }
    for key in Set(balances.keys).union(stored.keys).sorted() {
      report.compare(
        .balance, block: block, cbo: key.cbo, account: key.account,
        member: key.member == 0 ? nil : key.member,
        expected: balances[key, default: 0], found: stored[key, default: 0])
    }
    let all = Set(posted.keys.map(\.cbo)).union(notPosted.keys.map(\.cbo)).union(trial.keys)
    for cbo in all.sorted() {
      report.compare(.trialBalance, block: block, cbo: cbo, expected: 0, found: trial[cbo, default: 0])
      for account in AuditPostings.shared {
        let key = Key(cbo: cbo, account: account, member: 0)
        report.compare(
          .subLedger, block: block, cbo: cbo, account: account, expected: stored[key, default: 0],
          found: shares[key, default: 0])
      }
    }
  }

  private static func storedSums(_ file: AuditFile) throws -> (posted: [Key: Sum], notPosted: [Key: Sum]) {
    var sums: [Bool: [Key: Sum]] = [:]
    let rows = try file.rows(
      """
      SELECT cbo, account, member, posted, SUM(debit) AS debit, SUM(credit) AS credit FROM (
        SELECT cbo, debit_account AS account, IFNULL(member, 0) AS member, posted, amount_paise AS debit,
          0 AS credit FROM entry
        UNION ALL
        SELECT cbo, credit_account, IFNULL(member, 0), posted, 0, amount_paise FROM entry)
      GROUP BY cbo, account, member, posted
      """)
    for row in rows {
      let key = Key(
        cbo: row.unsigned("cbo"), account: Int(row.integer("account")), member: row.unsigned("member"))
      sums[row.integer("posted") != 0, default: [:]][key] = Sum(
        debit: row.integer("debit"), credit: row.integer("credit"))
    }
    return (sums[true] ?? [:], sums[false] ?? [:])
  }

  private static func sum(_ sums: [Key: Sum], by level: (Key) -> Key) -> [Key: Sum] {
    var result: [Key: Sum] = [:]
    for (key, sum) in sums {
      result[level(key), default: Sum()].debit += sum.debit
      result[level(key), default: Sum()].credit += sum.credit
    }
    return result
  }

  private func text(_ sum: Sum?) -> String {
    guard let sum else { return "debit 0, credit 0" }
    return "debit \(sum.debit), credit \(sum.credit)"
  }
}
