import Foundation
import LokBooks
import LokSimulator
import LokWire
import Testing

/// The auditor finds nothing in an honest run, and names each single thing that was tampered with.
@Suite struct AuditTests {
  @Test func `an honest run agrees, with every rupee in one place`() throws {
    let run = try FinishedRun()
    let report = try run.audit()
    #expect(report.findings.isEmpty, "\(report.findings.prefix(5))")
    #expect(report.shortfalls.isEmpty)
    #expect(report.agrees)
    let all = run.acts.compactMap(\.meeting).flatMap(\.lines).reduce(Int64(0)) { $0 + $1.paise }
    #expect(report.paise.values.reduce(0, +) == all)
    for fate in AuditReport.Fate.allCases { #expect(report.paise[fate, default: 0] > 0, "\(fate)") }
    for check in AuditReport.Check.allCases { #expect(report.compared[check, default: 0] > 0, "\(check)") }
  }

  @Test func `an entry changed by one paisa is named`() throws {
    let run = try FinishedRun()
    let (shard, entry) = try run.anEntry()
    try run.change(shard, "UPDATE entry SET amount_paise = amount_paise + 1 WHERE id = \(entry)")
    try run.expect(.line, .member, .account, .group, .block)
  }

  @Test func `an entry deleted is named`() throws {
    let run = try FinishedRun()
    let (shard, entry) = try run.anEntry()
    try run.change(shard, "DELETE FROM entry WHERE id = \(entry)")
    try run.expect(.line, .member, .account, .group, .block)
  }

  @Test func `an entry doubled is named`() throws {
    let run = try FinishedRun()
    let (shard, entry) = try run.anEntry()
    try run.change(
      shard,
      """
      INSERT INTO entry SELECT 1, cbo, meeting, day, kind, amount_paise, debit_account, credit_account,
        member, loan, bank_account, reverses, remark, seq, posted FROM entry WHERE id = \(entry)
      """)
    try run.expect(.line, .member, .account, .group, .block)
  }

  @Test func `money moved to another member is named, though all sums above her agree`() throws {
    let run = try FinishedRun()
    let (shard, entry) = try run.anEntry()
    try run.change(
      shard,
      """
      UPDATE entry SET member = (SELECT MAX(member) FROM entry e WHERE e.cbo = entry.cbo AND e.kind = 1
        AND e.member <> entry.member) WHERE id = \(entry)
      """)
    let report = try run.expect(.line, .member)
    #expect(!report.findings.contains { $0.check == .account || $0.check == .group || $0.check == .block })
    #expect(report.findings.contains { $0.member != nil && $0.account == 2001 })
  }

  @Test func `a stored balance that does not follow from the entries is named`() throws {
    let run = try FinishedRun()
    let shard = run.shard(run.workload.blocks[0].block)
    try run.change(
      shard, "UPDATE balance SET paise = paise + 1 WHERE rowid = (SELECT MIN(rowid) FROM balance)")
    try run.expect(.balance)
  }

  @Test func `a member's share that is not in its account is named`() throws {
    let run = try FinishedRun()
    let shard = run.shard(run.workload.blocks[0].block)
    try run.change(
      shard,
      "UPDATE balance SET paise = paise - 1 WHERE account = 2001 AND rowid = "
        + "(SELECT MIN(rowid) FROM balance WHERE account = 2001 AND sub_ledger <> 0)")
    let report = try run.expect(.subLedger, .balance)
    #expect(report.findings.filter { $0.check == .subLedger }.map(\.account) == [2001])
  }

  @Test func `a loan that is not what was given and repaid is named`() throws {
    let run = try FinishedRun()
    let shard = run.shard(run.workload.blocks[0].block)
    let share = "FROM balance WHERE account = 1100 AND sub_ledger <> 0 ORDER BY sub_ledger LIMIT 1"
    let (cbo, loan) = (
      try run.value(shard, "SELECT cbo \(share)"), try run.value(shard, "SELECT sub_ledger \(share)")
    )
    // The loan and its account: share and account still agree.
    try run.change(
      shard,
      "UPDATE balance SET paise = paise + 100 WHERE cbo = \(cbo) AND account = 1100 "
        + "AND sub_ledger IN (0, \(loan))")
    let report = try run.expect(.loan, .balance)
    #expect(!report.findings.contains { $0.check == .subLedger })
  }

  @Test(arguments: ["moratorium_periods = 7", "instalments = instalments + 1", "interest_method = 9"])
  func `a loan on other terms than were agreed on is named`(change: String) throws {
    let run = try FinishedRun()
    let shard = run.shard(run.workload.blocks[0].block)
    try run.change(shard, "UPDATE loan SET \(change) WHERE id = (SELECT MIN(id) FROM loan)")
    let report = try run.expect(.overdue, .copy)
    #expect(report.findings.count { $0.check == .overdue } == 1)
  }

  @Test func `what is overdue on a phone by one rupee too much is named`() throws {
    let run = try FinishedRun()
    let report = try run.audit { phones in
      for place in phones.indices where phones[place].loans.contains(where: { $0.overduePaise > 0 }) {
        for loan in phones[place].loans.indices where phones[place].loans[loan].overduePaise > 0 {
          phones[place].loans[loan].overduePaise += 100
        }
      }
    }
    #expect(!report.findings.isEmpty && report.findings.allSatisfy { $0.check == .overdue })
    let silent = try run.audit { phones in
      for place in phones.indices { phones[place].loans = [] }
    }
    #expect(silent.shortfalls == [.overdue])
  }

  @Test func `a rest of an opening difference is named`() throws {
    let run = try FinishedRun()
    let cutoff = try #require(run.acts.first { $0.meeting?.kind == .cutoff })
    let cbo = try #require(run.recorded.first { $0.act == cutoff.act }?.cbo)
    try run.change(
      run.shard(cutoff.block), "UPDATE balance SET paise = 5 WHERE account = 3990 AND cbo = \(cbo)")
    let report = try run.expect(.opening)
    #expect(report.findings.filter { $0.check == .opening }.map(\.cbo) == [cbo])
  }

  @Test(arguments: [
    "UPDATE balance SET paise = 5 WHERE account = 2001 AND sub_ledger = 0",
    "UPDATE balance SET paise = 1 WHERE account = 1010 AND sub_ledger <> 0",
    "UPDATE meeting SET type = 1 WHERE type = 5",
    "INSERT INTO meeting SELECT NULL, cbo, number + 1, 1, 1, seq FROM meeting WHERE type = 5",
  ])
  func `a closed group's rest, or a meeting after its last one, is named`(change: String) throws {
    let run = try FinishedRun()
    let closing = try #require(run.acts.first { $0.meeting?.kind == .closing && $0.outcome.counts })
    try run.change(run.shard(closing.block), change)
    let report = try run.expect(.closing)
    let cbo = try #require(run.recorded.first { $0.act == closing.act }?.cbo)
    #expect(report.findings.contains { $0.check == .closing && $0.cbo == cbo })
  }

  @Test(arguments: ["standing = 1 WHERE standing = 2", "standing = 3 WHERE standing = 2"])
  func `a meeting that stands otherwise than its checker said is named`(change: String) throws {
    let run = try FinishedRun()
    let shard = run.shard(run.workload.blocks[0].block)
    try run.change(
      shard,
      "UPDATE meeting SET \(change) AND id = (SELECT MIN(id) FROM meeting WHERE standing = 2)")
    let report = try run.expect(.standing)
    // The meeting itself, and two counts of the block.
    #expect(report.findings.count { $0.check == .standing } == 3)
  }

  @Test func `a meeting that nobody held is named`() throws {
    let run = try FinishedRun()
    let shard = run.shard(run.workload.blocks[0].block)
    try run.change(shard, "INSERT INTO meeting VALUES (NULL, 1, 1, 1, 2, 0)")
    try run.expect(.standing)
  }

  @Test(arguments: [("reverses", "reverses IS NOT NULL"), ("bank_account", "kind = 400")])
  func `a line that names another line or bank account is named`(column: String, which: String) throws {
    let run = try FinishedRun()
    let all = run.workload.blocks.map { run.shard($0.block) }
    let shard = try #require(
      try all.first { try run.value($0, "SELECT COUNT(*) FROM entry WHERE \(which)") > 0 })
    try run.change(shard, "UPDATE entry SET \(column) = 77 WHERE \(which)")
    try run.expect(.line)
  }

  @Test func `a set dropped from a phone is named`() throws {
    let run = try FinishedRun()
    let keeper = try #require(run.workload.phones.first { $0.role == .bookkeeper })
    let path = run.phone(keeper.phone)
    let own = "(SELECT MIN(entry.seq) FROM entry JOIN device_outbox ON device_outbox.seq = entry.seq)"
    try run.change(path, "DELETE FROM entry WHERE seq = \(own); DELETE FROM device_receipt WHERE id = 1")
    try run.expect(.copy, .receipt)
  }

  @Test func `a set that never arrived is named`() throws {
    let run = try FinishedRun()
    let shard = run.shard(run.workload.blocks[0].block)
    let seq = try run.value(shard, "SELECT seq FROM entry WHERE posted LIMIT 1")
    try run.change(
      shard, "DELETE FROM device_set WHERE seq = \(seq); DELETE FROM entry WHERE seq = \(seq)")
    try run.expect(.arrival)
  }

  @Test func `a record edited on a phone is named`() throws {
    let run = try FinishedRun()
    let keeper = try #require(run.workload.phones.first { $0.role == .bookkeeper })
    let group = try #require(
      run.workload.acts.first { $0.phone == keeper.phone && $0.meeting != nil }?.meeting?.group)
    let cbo = try #require(
      run.recorded.first { place in
        run.workload.acts[place.act - 1].group?.group == group
      }?.cbo)
    try run.change(
      run.phone(keeper.phone), "INSERT INTO member (id, cbo, contact) VALUES (5, \(cbo), 'other')")
    let report = try run.expect(.copy)
    #expect(report.findings.allSatisfy { $0.cbo == cbo })
  }

  @Test func `a state digest that differs is named`() throws {
    let run = try FinishedRun()
    let report = try run.audit { phones in
      phones[3].own[0].state[0] ^= 1
    }
    #expect(report.findings.map(\.check) == [.digest])
  }

  @Test func `a chain that differs is named`() throws {
    let run = try FinishedRun()
    let report = try run.audit { phones in
      phones[3].own[0].chain[0] ^= 1
    }
    #expect(report.findings.map(\.check) == [.chain])
  }

  @Test func `a receipt's flipped bit is named`() throws {
    let run = try FinishedRun()
    let keeper = try #require(run.workload.phones.first { $0.role == .bookkeeper })
    try run.flip(run.phone(keeper.phone), table: "device_receipt", column: "signature", row: 1)
    let report = try run.expect(.receipt)
    #expect(report.findings.count == 1)
  }

  @Test func `a receipt for another leaf is named`() throws {
    let run = try FinishedRun()
    let keeper = try #require(run.workload.phones.first { $0.role == .bookkeeper })
    try run.flip(run.phone(keeper.phone), table: "device_receipt", column: "places", row: 1)
    try run.expect(.receipt)
  }

  @Test func `a verdict changed is named`() throws {
    let run = try FinishedRun()
    let shard = run.shard(run.workload.blocks[0].block)
    let seq = try run.value(shard, "SELECT seq FROM meeting WHERE standing = 1 LIMIT 1")
    try #require(seq > 0)
    let flagged = Verdicts(whole: Verdict(.flagged, .cashNegative)).encoded().hexadecimal
    try run.change(shard, "UPDATE journal SET verdicts = x'\(flagged)' WHERE seq = \(seq)")
    try run.expect(.leaf, .verdict, .line)
  }

  @Test func `a journal row's changed byte is named`() throws {
    let run = try FinishedRun()
    let shard = run.shard(run.workload.blocks[1].block)
    try run.flip(shard, table: "journal", column: "changes", row: 9)
    let report = try run.expect(.leaf)
    #expect(report.findings.contains { $0.place == "seq 9" })
  }

  @Test func `a head over other leaves is named`() throws {
    let run = try FinishedRun()
    let report = try run.audit(heads: { $0[0].root[0] ^= 1 })
    #expect(report.findings.map(\.check) == [.head, .head])
  }

  @Test func `a phone that never synced, and one that is missing, are named`() throws {
    let run = try FinishedRun()
    let never = try run.audit { $0[4].lastSync = nil }
    #expect(never.findings.map(\.check) == [.phone])
    let missing = try run.audit { $0.removeLast() }
    #expect(missing.findings.isEmpty)
    #expect(missing.shortfalls.contains(.phone))
    #expect(!missing.agrees)
  }

  @Test func `lines that nobody wrote are named`() throws {
    let run = try FinishedRun()
    let shard = run.shard(run.workload.blocks[0].block)
    let seq = try run.value(shard, "SELECT MIN(seq) FROM journal")
    try run.change(
      shard,
      """
      INSERT INTO entry SELECT 1, cbo, meeting, day, kind, 100, debit_account, credit_account, member, loan,
        bank_account, reverses, remark, \(seq), 1 FROM entry LIMIT 1
      """)
    try run.expect(.line, .block)
  }
}
