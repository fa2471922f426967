package import LokBooks
import LokMerge
import LokSQLite
import LokShard
import LokWire

extension DeviceStore {
  /// A meeting: one set, with its attendance, its new loans and its lines. Opening cash and number come
  /// from the books as this phone sees them, closing cash from the lines, unless they are declared.
  ///
  /// - Throws: `DeviceError` where the words do not do; wrong amounts are recorded as they are, and flagged.
  package func recordMeeting(
    _ meeting: MeetingDraft, of cbo: RecordID, at now: Timestamp
  ) throws -> RecordedSet {
    let (due, cash, settings) = try provisional(at: now) { _ in
      let due = try meeting.replaces.flatMap { try meetingNumber(inSetAt: $0) } ?? nextMeetingNumber(of: cbo)
      let cash = try openingCash(of: cbo, meeting: meeting.number ?? due)
      return (due, cash, try shard.record(cbo)?.values)
    }
    let opening = meeting.openingCash ?? cash
    let ownLines = try naming(loansIn: meeting.entries, of: cbo, at: now)
    let payments = try allocated(meeting.payments, of: cbo, on: meeting.day, at: now)
    var set = try write(.meeting, at: now) { draft in
      // The meeting stands first; its closing cash is known when its lines are.
      let loanCount = UInt64(meeting.loans.count)
      let firstLoan = draft.nextCounter + 1
      let entries = ownLines + payments.flatMap(\.entries)
      let lines = try entries.map { entry in
        try Self.patch(of: entry) { place throws(DeviceError) in
          guard place >= 0, UInt64(place) < loanCount,
            let counter = UInt32(exactly: firstLoan + UInt64(place))
          else { throw .loanNotInDraft(place) }
          return RecordID(device: draft.identity.number, counter: counter)
        }
      }
      let closing = try meeting.closingCash ?? Self.closing(opening, after: lines)
      try draft.add(
        .meeting, nil,
        Patch(
          present: (MeetingField.number, FieldValue(meeting.number ?? due)),
          (MeetingField.day, FieldValue(meeting.day)), (MeetingField.type, .integer(meeting.kind.rawValue)),
          (MeetingField.openingCashPaise, FieldValue(opening)),
          (MeetingField.closingCashPaise, FieldValue(closing)),
          (
            MeetingField.replacesSeq,
            meeting.replaces.map { .integer(Int64(bitPattern: $0.rawValue)) }
          )))
      for loan in meeting.loans {
        let patch = Self.patch(of: loan, settings)
        try TextRules.check(patch, of: .loan)
        try draft.add(.loan, nil, patch)
      }
      for attendance in meeting.attendance {
        try draft.add(
          .attendance, nil,
          Patch(
            present: (AttendanceField.member, FieldValue(attendance.member)),
            (AttendanceField.present, .integer(attendance.isPresent ? 1 : 0))))
      }
      for line in lines {
        try TextRules.check(line, of: .entry)
        try draft.add(.entry, nil, line)
      }
      return cbo
    }
    set.payments = payments.map(\.payment)
    return set
  }

  /// Of meetings that stand and of those that are set aside and may come to stand, the number after the
  /// highest.
  func nextMeetingNumber(of cbo: RecordID) throws -> UInt32 {
    let highest =
      try connection.statement(
        """
        SELECT MAX(number) FROM (SELECT number FROM meeting WHERE cbo = ?1 AND standing != 3
          UNION ALL SELECT meeting_number FROM set_aside WHERE cbo = ?1 AND idx = -1
            AND reason NOT IN (?2, ?3))
        """
      ).bind(cbo.rawValue, Reason.meetingNumberTaken.rawValue, Reason.meetingNumberSkipped.rawValue)
      .first { $0.integer(0) } ?? 0
    return UInt32(clamping: highest) &+ 1
  }

  /// What the box holds before a meeting: the cash of the books, and what the lines of earlier meetings that
  /// are set aside will make of it when a checker lets them through. The meeting waits for them and is
  /// judged on the books with them. Of two that claim one number the first is reckoned with.
  private func openingCash(of cbo: RecordID, meeting number: UInt32) throws -> Paise {
    let inBooks = try balance(of: cbo, .cashInHand)
    let setAside =
      try connection.statement(
        """
        SELECT coalesce(sum(CASE WHEN debit_account = ?3 THEN amount_paise ELSE 0 END
          - CASE WHEN credit_account = ?3 THEN amount_paise ELSE 0 END), 0)
        FROM entry WHERE cbo = ?1 AND NOT posted AND amount_paise BETWEEN 0 AND ?4 AND seq IN (
          SELECT min(seq) FROM set_aside WHERE cbo = ?1 AND idx = -1 AND meeting_number < ?2
            AND meeting_number >
            coalesce((SELECT max(number) FROM meeting WHERE cbo = ?1 AND standing != 3), 0)
          GROUP BY meeting_number)
        """
      ).bind(cbo.rawValue, number, Account.cashInHand.rawValue, Paise.entryMaximum.rawValue).first {
        Paise($0.integer(0))
      } ?? .zero
    return inBooks.adding(setAside) ?? inBooks
  }

  /// Of a meeting that has come down, however it stands.
  private func meetingNumber(inSetAt seq: Seq) throws -> UInt32? {
    let bytes = try connection.statement("SELECT changes FROM journal WHERE seq = ? AND kind = ?")
      .bind(seq.rawValue, Envelope.Kind.set.rawValue).first { $0.bytes(0) }
    guard let bytes else { return nil }
    return try ChangeSet(decoding: bytes).changes.first { $0.entity == .meeting }?
      .patch.integer(MeetingField.number).flatMap { UInt32(exactly: $0) }
  }

  /// Debit - credit of an account of a CBO.
  func balance(of cbo: RecordID, _ account: Account) throws -> Paise {
    try connection.statement("SELECT paise FROM balance WHERE cbo = ? AND account = ? AND sub_ledger = 0")
      .bind(cbo.rawValue, account.rawValue).first { Paise($0.integer(0)) } ?? .zero
  }

  private static func closing(_ opening: Paise, after lines: [Patch]) throws(DeviceError) -> Paise {
    var cash = opening
    for line in lines.compactMap({ LedgerLine($0) }) {
      let after =
        switch (line.debit == .cashInHand, line.credit == .cashInHand) {
        case (true, false): cash.adding(line.amount)
        case (false, true): cash.subtracting(line.amount)
        default: Optional(cash)
        }
      guard let after else { throw .cashOutOfRange }
      cash = after
    }
    return cash
  }

  private static func patch(
    of entry: EntryDraft, newLoan: (Int) throws(DeviceError) -> RecordID
  ) throws(DeviceError) -> Patch {
    var loan: RecordID?
    switch entry.loan {
    case .known(let id): loan = id
    case .new(let place): loan = try newLoan(place)
    case nil: break
    }
    return Patch(
      present: (EntryField.kind, .integer(entry.kind.rawValue)),
      (EntryField.amountPaise, FieldValue(entry.amount)),
      (EntryField.member, entry.member.map { FieldValue($0) }),
      (EntryField.loan, loan.map { FieldValue($0) }),
      (EntryField.debitAccount, entry.debit.map { FieldValue($0.rawValue) }),
      (EntryField.creditAccount, entry.credit.map { FieldValue($0.rawValue) }),
      (EntryField.remark, entry.remark.map { .text($0) }),
      (EntryField.reverses, entry.reverses.map { FieldValue($0) }),
      (EntryField.bankAccount, entry.bankAccount.map { FieldValue($0) }))
  }
}
