import GRDB

/// Groups that shared out: their last meeting is the closing one, and it has left nothing that could be
/// anybody's.
extension BlockAudit {
  /// Cash, bank, deposits, loans given and owed, members' savings.
  private static let emptied = [
    1001, 1010, 1020, 1100, 2001, 2002, 2003, 2004, 2100, 2110, 2120, 2130, 2140, 2150,
  ]

  /// - Parameter held: the groups that have to be there; nil = all.
  func compareClosings(
    in file: AuditFile, of held: Set<UInt64>?, at place: String, _ report: inout AuditReport
  ) throws {
    for act in acts where act.meeting?.kind == .closing && act.outcome.counts {
      guard let cbo = recorded[act.act]?.cbo, held?.contains(cbo) ?? true else { continue }
      let id = Int64(bitPattern: cbo)
      let accounts = Self.emptied.map { "\($0)" }.joined(separator: ", ")
      let left = try file.rows(
        "SELECT account, sub_ledger, paise FROM balance WHERE cbo = ? AND paise <> 0 AND account IN "
          + "(\(accounts)) ORDER BY account, sub_ledger", [id])
      let last = try file.rows(
        "SELECT type FROM meeting WHERE cbo = ? AND standing <> 3 ORDER BY number DESC LIMIT 1", [id]
      ).first?.integer("type")
      let rests = left.map { "\($0.integer("paise")) paise in \($0.integer("account"))" }
      report.compare(
        .closing, block: block, cbo: cbo, account: left.first.map { Int($0.integer("account")) },
        at: "\(place), act \(act.act)", expected: "meeting type 5, nothing left",
        found: "meeting type \(last ?? 0), \(rests.isEmpty ? "nothing" : rests.joined(separator: ", ")) left")
    }
  }
}
