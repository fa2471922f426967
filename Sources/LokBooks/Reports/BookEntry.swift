/// One posted line of a group's books, as every report reads it.
///
/// Lines of sets that are set aside are no book entries: they count in no balance.
package struct BookEntry: Hashable, Sendable {
  package let id: RecordID
  /// The position of its set in the shard's journal.
  package let seq: Seq
  package let meeting: RecordID
  package let meetingNumber: UInt32
  package let day: Day
  /// An `EntryKind`, or the value of a kind that a newer version knows: its accounts say enough.
  package let kind: Int64
  package let amount: Paise
  package let debit: Account
  package let credit: Account
  package let member: RecordID?
  package let loan: RecordID?
  /// Which of the group's accounts with banks the side in 1010 belongs to, where that was told.
  package let bankAccount: RecordID?
  package let remark: String?
  /// A checker approved its meeting.
  package let isApproved: Bool

  package init(
    id: RecordID, seq: Seq, meeting: RecordID, meetingNumber: UInt32, day: Day, kind: Int64, amount: Paise,
    debit: Account, credit: Account, member: RecordID? = nil, loan: RecordID? = nil,
    bankAccount: RecordID? = nil, remark: String? = nil, isApproved: Bool
  ) {
    self.id = id
    self.seq = seq
    self.meeting = meeting
    self.meetingNumber = meetingNumber
    self.day = day
    self.kind = kind
    self.amount = amount
    self.debit = debit
    self.credit = credit
    self.member = member
    self.loan = loan
    self.bankAccount = bankAccount
    self.remark = remark
    self.isApproved = isApproved
  }

  /// The order of the books. The day comes first: a meeting that was released late may bear a higher
  /// number than a later day's, and a cash book and a financial year run by days.
  package static func isBefore(_ a: BookEntry, _ b: BookEntry) -> Bool {
    (a.day, a.meetingNumber, a.seq, a.id) < (b.day, b.meetingNumber, b.seq, b.id)
  }

  /// Nil for a value that this version does not know.
  package var knownKind: EntryKind? { EntryKind(rawValue: kind) }

  /// It takes back another entry: it posts the other way round than its kind does.
  package var isReversal: Bool {
    guard let posting = knownKind.flatMap({ Posting.of($0) }) else { return false }
    return posting.debit == credit && posting.credit == debit
  }
}

/// A posted meeting with the cash that was counted at it.
package struct BookMeeting: Hashable, Sendable {
  package let id: RecordID
  package let number: UInt32
  package let day: Day
  /// A value of `lokos.v1.MeetingType`.
  package let type: Int64
  /// Cash in hand as it was written at the meeting, not as the entries add up.
  package let opening: Paise
  package let closing: Paise
  package let isApproved: Bool

  package init(
    id: RecordID, number: UInt32, day: Day, type: Int64, opening: Paise, closing: Paise, isApproved: Bool
  ) {
    self.id = id
    self.number = number
    self.day = day
    self.type = type
    self.opening = opening
    self.closing = closing
    self.isApproved = isApproved
  }
}
