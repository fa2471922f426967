/// How many members were present at a meeting, of how many that were marked present or absent.
package struct BookAttendance: Hashable, Sendable {
  package let meeting: RecordID
  package let present: UInt32
  package let marked: UInt32
  /// Who was marked absent.
  package let absent: Set<RecordID>

  package init(meeting: RecordID, present: UInt32, marked: UInt32, absent: Set<RecordID> = []) {
    self.meeting = meeting
    self.present = present
    self.marked = marked
    self.absent = absent
  }
}

/// Members at a month's end, and how many joined and left in the month.
package struct BookMembership: Hashable, Sendable {
  package let atEnd: UInt32
  package let joined: UInt32
  package let left: UInt32

  package init(atEnd: UInt32, joined: UInt32, left: UInt32) {
    self.atEnd = atEnd
    self.joined = joined
    self.left = left
  }
}

/// A group's monthly report (domain notes 2.1): what its members did in the month, and since the books
/// began.
///
/// Figures count the kinds of entries that members make at meetings, less what was taken back of them. A
/// free voucher that corrects one shows in the balances at the month's end, which come from the accounts.
package struct MonthlyReport: BookReport {
  package enum Figure: Hashable, Sendable, CaseIterable {
    case compulsory, food, health, optional, withdrawn
    case loansGiven, principal, interest, penalties, fees
  }

  package let month: BookMonth
  package let meetingsHeld: Int
  package let present: Int64
  package let marked: Int64
  package let membership: BookMembership
  /// Loan payments made in the month, each a line of the cash book.
  package let loansGivenCount: Int
  /// A figure without an entry is not there.
  package let inMonth: [Figure: BookAmount]
  /// From the first entry up to the month's end.
  package let untilEnd: [Figure: BookAmount]
  /// At the month's end.
  package let cash: BookAmount
  package let bank: BookAmount
  package let savingsHeld: BookAmount
  package let loansOutstanding: BookAmount

  /// Present / marked in hundredths of a percent, half up; nil where nobody was marked.
  package var attendanceBasisPoints: Int64? {
    // Both are sums of 32-bit counts of fewer than 2^31 meetings: ten thousand times that may overflow.
    let (scaled, overflow) = present.multipliedReportingOverflow(by: 20_000)
    guard marked > 0, marked < Int64.max / 2, !overflow else { return nil }
    let (numerator, isTooLarge) = scaled.addingReportingOverflow(marked)
    return isTooLarge ? nil : numerator / (2 * marked)
  }

  /// - Parameter attendance: of any meetings; those outside the month do not count.
  package static func make(
    month: BookMonth, entries: [BookEntry], meetings: [BookMeeting], attendance: [BookAttendance],
    membership: BookMembership
  ) throws(ReportError) -> MonthlyReport {
    let period = BookPeriod.month(month)
    let (before, inside) = period.split(entries)
    let inMonth = try sums(inside, over: [:])
    let held = meetings.filter { (month.first...month.last).contains($0.day) }
    let heldIDs = Set(held.map(\.id))
    let counted = attendance.filter { heldIDs.contains($0.meeting) }
    let ledger = try GeneralLedger.make(entries: entries, period: period)
    var savings = BookAmount.zero
    for section in ledger.sections
    where (Account.savingsCompulsory...Account.savingsOptional).contains(section.account) {
      try savings.add(section.closing)
    }
    return MonthlyReport(
      month: month, meetingsHeld: held.count,
      present: counted.reduce(0) { $0 &+ Int64($1.present) },
      marked: counted.reduce(0) { $0 &+ Int64($1.marked) }, membership: membership,
      loansGivenCount: inside.count { $0.knownKind == .loanGiven && !$0.isReversal }, inMonth: inMonth,
      untilEnd: try sums(before, over: inMonth),
      cash: ledger.section(of: .cashInHand)?.closing ?? .zero,
      bank: ledger.section(of: .bank)?.closing ?? .zero, savingsHeld: savings,
      loansOutstanding: ledger.section(of: .loansToMembers)?.closing ?? .zero)
  }

  private static func sums(
    _ entries: [BookEntry], over others: [Figure: BookAmount]
  ) throws(ReportError) -> [Figure: BookAmount] {
    var sums = others
    for entry in entries {
      guard let figure = entry.knownKind.flatMap(Figure.init) else { continue }
      let amount = BookAmount(entry.amount, isApproved: entry.isApproved)
      if entry.isReversal {
        try sums[figure, default: .zero].subtract(amount)
      } else {
        try sums[figure, default: .zero].add(amount)
      }
    }
    return sums
  }
}

extension MonthlyReport.Figure {
  /// Nil for a kind that the report does not tell.
  fileprivate init?(_ kind: EntryKind) {
    switch kind {
    case .savingCompulsory: self = .compulsory
    case .savingFood: self = .food
    case .savingHealth: self = .health
    case .savingOptional: self = .optional
    case .savingWithdrawn, .savingFoodWithdrawn, .savingHealthWithdrawn, .savingOptionalWithdrawn:
      self = .withdrawn
    case .loanGiven: self = .loansGiven
    case .loanPrincipal: self = .principal
    case .loanInterest: self = .interest
    case .penalty: self = .penalties
    case .membershipFee: self = .fees
    default: return nil
    }
  }
}
