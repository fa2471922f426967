package import LokBooks
import LokMerge
import LokSQLite

extension ShardReader {
  /// Nil where the block has no such group.
  package func groupBooks(of cbo: RecordID) throws -> GroupBooks? {
    try connection.snapshot { try GroupBooksReader(connection: connection).books(of: cbo) }
  }
}

extension PartialShard {
  /// What the server has confirmed, without the outbox: the same figures as on the server at the same seq.
  package func groupBooks(of cbo: RecordID) throws -> GroupBooks? {
    try transaction { try GroupBooksReader(connection: connection).books(of: cbo) }
  }
}

/// Reads one group's books from the tables that server and phone share; inside the caller's transaction.
struct GroupBooksReader {
  let connection: Connection

  func books(of cbo: RecordID) throws -> GroupBooks? {
    let found = try connection.statement("SELECT name FROM cbo WHERE id = ?").bind(cbo.rawValue)
      .first { $0.isNull(0) ? "" : $0.text(0) }
    guard let name = found else { return nil }
    let entries = try entries(of: cbo)
    return GroupBooks(
      cbo: cbo, name: name.isEmpty ? nil : name, entries: entries, meetings: try meetings(of: cbo),
      attendance: try attendance(of: cbo), members: try members(of: cbo), loans: try loans(of: cbo),
      statements: try statements(of: cbo), settings: try settings(of: cbo), stamp: try stamp(of: cbo, entries)
    )
  }

  private func settings(of cbo: RecordID) throws -> BookSettings {
    try connection.statement("SELECT is_accrual, absence_penalty_paise FROM cbo WHERE id = ?")
      .bind(cbo.rawValue).first { row in
        BookSettings(
          isAccrual: row.integer(0) != 0, absencePenalty: row.optionalInteger(1).map { Paise($0) })
      } ?? BookSettings()
  }

  private func entries(of cbo: RecordID) throws -> [BookEntry] {
    try connection.statement(
      """
      SELECT entry.id, entry.seq, entry.meeting, meeting.number, entry.day, kind, amount_paise, debit_account,
        credit_account, member, loan, bank_account, remark, meeting.standing
      FROM entry JOIN meeting ON meeting.id = entry.meeting WHERE entry.cbo = ? AND entry.posted
      ORDER BY entry.day, meeting.number, entry.seq, entry.id
      """
    ).bind(cbo.rawValue).all { row in
      BookEntry(
        id: RecordID(rawValue: row.unsigned(0)), seq: Seq(row.unsigned(1)),
        meeting: RecordID(rawValue: row.unsigned(2)), meetingNumber: UInt32(clamping: row.integer(3)),
        day: Self.day(row, 4) ?? Day(number: 0), kind: row.integer(5), amount: Paise(row.integer(6)),
        debit: Account(rawValue: UInt32(clamping: row.integer(7))),
        credit: Account(rawValue: UInt32(clamping: row.integer(8))), member: Self.record(row, 9),
        loan: Self.record(row, 10), bankAccount: Self.record(row, 11),
        remark: row.isNull(12) ? nil : row.text(12), isApproved: Self.isApproved(row.integer(13)))
    }
  }

  private func meetings(of cbo: RecordID) throws -> [BookMeeting] {
    try connection.statement(
      "SELECT id, number, day, type, opening_cash_paise, closing_cash_paise, standing FROM meeting "
        + "WHERE cbo = ? AND standing != 3 ORDER BY number"
    ).bind(cbo.rawValue).all { row in
      BookMeeting(
        id: RecordID(rawValue: row.unsigned(0)), number: UInt32(clamping: row.integer(1)),
        day: Self.day(row, 2) ?? Day(number: 0), type: row.integer(3), opening: Paise(row.integer(4)),
        closing: Paise(row.integer(5)), isApproved: Self.isApproved(row.integer(6)))
    }
  }

  private func attendance(of cbo: RecordID) throws -> [BookAttendance] {
    let marks = try connection.statement(
      "SELECT meeting, member, present FROM attendance WHERE cbo = ? ORDER BY meeting, member"
    ).bind(cbo.rawValue).all { row in
      (RecordID(rawValue: row.unsigned(0)), RecordID(rawValue: row.unsigned(1)), row.integer(2) != 0)
    }
    return Dictionary(grouping: marks) { $0.0 }.sorted { $0.key < $1.key }.map { meeting, marks in
      let absent = marks.filter { !$0.2 }.map(\.1)
      return BookAttendance(
        meeting: meeting, present: UInt32(clamping: marks.count - absent.count),
        marked: UInt32(clamping: marks.count), absent: Set(absent))
    }
  }

  private func members(of cbo: RecordID) throws -> [BookMember] {
    try connection.statement("SELECT id, joined_day, left_day FROM member WHERE cbo = ? ORDER BY id")
      .bind(cbo.rawValue).all { row in
        BookMember(
          id: RecordID(rawValue: row.unsigned(0)), joined: Self.day(row, 1), left: Self.day(row, 2))
      }
  }

  private func loans(of cbo: RecordID) throws -> [BookLoan] {
    let reschedules = try reschedules(in: cbo)
    return try connection.statement(
      """
      SELECT id, member, borrower_cbo, principal_paise, annual_rate_basis_points, instalments,
        interest_method, repay_every_days, moratorium_periods, source
      FROM loan WHERE cbo = ?1 AND NOT EXISTS (SELECT 1 FROM loan_event
        WHERE loan_event.cbo = ?1 AND loan_event.loan = loan.id AND loan_event.kind = ?2) ORDER BY id
      """
    ).bind(cbo.rawValue, LoanEventKind.cancelled.rawValue).all { row in
      let id = RecordID(rawValue: row.unsigned(0))
      let borrower = Self.record(row, 2)
      // Absent in books of an older app: one instalment, the usual method.
      let method = row.optionalInteger(6).flatMap { $0 == 0 ? nil : $0 } ?? InterestMethod.declining.rawValue
      return BookLoan(
        id: id, member: Self.record(row, 1), borrowerCBO: borrower,
        principal: Paise(row.integer(3)),
        annualRateBasisPoints: row.integer(4), instalments: max(1, row.integer(5)),
        method: InterestMethod(rawValue: method),
        repayEveryDays: row.optionalInteger(7).flatMap { $0 == 0 ? nil : Int32(clamping: $0) },
        moratoriumPeriods: row.integer(8),
        isFromBank: borrower == cbo && Self.bankSources.contains(row.integer(9)),
        reschedules: reschedules[id] ?? [])
    }
  }

  /// `LOAN_SOURCE_BANK_TERM` and `LOAN_SOURCE_BANK_CASH_CREDIT`.
  private static let bankSources: Set<Int64> = [5, 6]

  private func reschedules(in cbo: RecordID) throws -> [RecordID: [Reschedule]] {
    var found: [RecordID: [Reschedule]] = [:]
    try connection.statement(
      """
      SELECT loan_event.loan, loan_event.day, loan_event.instalments,
        coalesce(loan_event.annual_rate_basis_points, loan.annual_rate_basis_points, 0)
      FROM loan_event JOIN loan ON loan.id = loan_event.loan
      WHERE loan_event.cbo = ? AND loan_event.kind = ? ORDER BY loan_event.day, loan_event.id
      """
    ).bind(cbo.rawValue, LoanEventKind.rescheduled.rawValue).forEach { row in
      guard let day = Self.day(row, 1) else { return }
      found[RecordID(rawValue: row.unsigned(0)), default: []].append(
        Reschedule(on: day, instalments: row.integer(2), annualRateBasisPoints: row.integer(3)))
    }
    return found
  }

  private func statements(of cbo: RecordID) throws -> [BankStatement] {
    try connection.statement(
      "SELECT bank_account, day, balance_paise FROM bank_statement WHERE cbo = ? ORDER BY day, id"
    ).bind(cbo.rawValue).all { row in
      BankStatement(
        bankAccount: Self.record(row, 0), day: Self.day(row, 1) ?? Day(number: 0),
        balance: Paise(row.integer(2)))
    }
  }

  private func stamp(of cbo: RecordID, _ entries: [BookEntry]) throws -> BookStamp {
    let (seq, chain) = try JournalTable(connection: connection).chain(of: cbo)
    // An amount that is set aside because it is none would break the sum of the others.
    let aside = try connection.statement(
      "SELECT coalesce(sum(amount_paise), 0) FROM entry WHERE cbo = ?1 AND NOT posted "
        + "AND amount_paise BETWEEN 1 AND ?2 AND seq IN (SELECT seq FROM set_aside WHERE cbo = ?1)"
    ).bind(cbo.rawValue, Paise.entryMaximum.rawValue).first { Paise($0.integer(0)) }
    let unapproved = try BookStamp.unapproved(in: entries)
    let stamp = BookStamp(
      seq: seq, chain: String(chain.hexadecimal.prefix(8)), unapproved: unapproved, setAside: aside ?? .zero)
    guard let stamp else { throw ReportError.sumOverflows(nil) }
    return stamp
  }

  private static func isApproved(_ standing: Int64) -> Bool {
    standing == HeldMeeting.Standing.approved.rawValue
  }

  private static func day(_ row: Row, _ column: Int) -> Day? {
    row.optionalInteger(column).map { Day(number: Int32(clamping: $0)) }
  }

  private static func record(_ row: Row, _ column: Int) -> RecordID? {
    row.optionalInteger(column).flatMap { $0 == 0 ? nil : RecordID(rawValue: UInt64(bitPattern: $0)) }
  }
}
