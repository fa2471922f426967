/// Cash in hand (1001) and money at the bank (1010), side by side.
package struct CashAndBank: Hashable, Sendable {
  package private(set) var cash: Paise
  package private(set) var bank: Paise
  package static let zero = CashAndBank(cash: .zero, bank: .zero)

  package init(cash: Paise, bank: Paise) {
    self.cash = cash
    self.bank = bank
  }

  mutating func add(_ other: CashAndBank) throws(ReportError) {
    cash = try cash.plus(other.cash, of: .cashInHand)
    bank = try bank.plus(other.bank, of: .bank)
  }

  mutating func subtract(_ other: CashAndBank) throws(ReportError) {
    cash = try cash.minus(other.cash, of: .cashInHand)
    bank = try bank.minus(other.bank, of: .bank)
  }
}

/// What one entry moves in the cash book. Nil for an entry that touches neither cash nor bank.
struct CashMovement {
  /// Debits of 1001 and 1010.
  let receipt: CashAndBank
  /// Credits of 1001 and 1010.
  let payment: CashAndBank
  /// Both sides are in the cash book: money changes its place, and the group has neither more nor less.
  let isContra: Bool

  init?(_ entry: BookEntry) {
    let isReceipt = Self.holds(entry.debit)
    let isPayment = Self.holds(entry.credit)
    guard isReceipt || isPayment else { return nil }
    receipt = Self.column(entry.debit, entry.amount)
    payment = Self.column(entry.credit, entry.amount)
    isContra = isReceipt && isPayment
  }

  private static func holds(_ account: Account) -> Bool { account == .cashInHand || account == .bank }

  private static func column(_ account: Account, _ amount: Paise) -> CashAndBank {
    CashAndBank(
      cash: account == .cashInHand ? amount : .zero, bank: account == .bank ? amount : .zero)
  }
}

/// The cash book: receipts and payments with columns for cash and bank, by day and meeting.
///
/// Closing = opening + receipts - payments, in every section and over the whole (domain notes 2.1).
/// Each section opens with what the one before closed with; a meeting at which no money moved has a
/// section without lines.
package struct CashBook: BookReport {
  package struct Line: Hashable, Sendable {
    package let entry: BookEntry
    package let receipt: CashAndBank
    package let payment: CashAndBank
    /// Cash to bank or bank to cash: the same amount on both sides.
    package let isContra: Bool
    package let balance: CashAndBank
  }

  /// One meeting's lines of one day.
  package struct Section: Hashable, Sendable {
    package let day: Day
    package let meetingNumber: UInt32
    package let opening: CashAndBank
    package private(set) var lines: [Line] = []
    package private(set) var receipts = CashAndBank.zero
    package private(set) var payments = CashAndBank.zero
    package private(set) var closing: CashAndBank
    /// Cash that was counted at the meeting minus the book's closing cash. Nil where the meeting is not
    /// among those given. Other than 0 only where a checker released a meeting as it was.
    package private(set) var countedDifference: Paise?
  }

  package let period: BookPeriod
  package let opening: CashAndBank
  package let sections: [Section]
  package let receipts: CashAndBank
  package let payments: CashAndBank
  package let closing: CashAndBank

  /// - Parameter meetings: the group's posted meetings, in any order; entries need not have one here.
  package static func make(
    entries: [BookEntry], meetings: [BookMeeting], period: BookPeriod
  ) throws(ReportError) -> CashBook {
    let (before, inside) = period.split(entries)
    var opening = CashAndBank.zero
    for entry in before {
      guard let movement = CashMovement(entry) else { continue }
      try opening.add(movement.receipt)
      try opening.subtract(movement.payment)
    }
    var balance = opening
    var (receipts, payments) = (CashAndBank.zero, CashAndBank.zero)
    var sections: [Section] = []
    for place in Place.all(inside, meetings, period) {
      let section = try Section(place, opening: balance)
      try receipts.add(section.receipts)
      try payments.add(section.payments)
      balance = section.closing
      sections.append(section)
    }
    return CashBook(
      period: period, opening: opening, sections: sections, receipts: receipts, payments: payments,
      closing: balance)
  }
}

/// A day and meeting with its lines: what becomes a section.
private struct Place {
  let day: Day
  let number: UInt32
  var meeting: BookMeeting?
  var entries: [BookEntry] = []

  /// Ascending by day and number. `entries` come in the order of the books and keep it.
  static func all(_ entries: [BookEntry], _ meetings: [BookMeeting], _ period: BookPeriod) -> [Place] {
    struct Key: Hashable { let day: Day, number: UInt32 }
    var places: [Key: Place] = [:]
    for meeting in meetings
    where period.reaches(meeting.day, meeting: meeting.number) && !period.isOpening(meeting.day) {
      let key = Key(day: meeting.day, number: meeting.number)
      places[key] = Place(day: key.day, number: key.number, meeting: meeting)
    }
    for entry in entries where CashMovement(entry) != nil {
      let key = Key(day: entry.day, number: entry.meetingNumber)
      places[key, default: Place(day: key.day, number: key.number)].entries.append(entry)
    }
    return places.values.sorted { ($0.day, $0.number) < ($1.day, $1.number) }
  }
}

extension CashBook.Section {
  fileprivate init(_ place: Place, opening: CashAndBank) throws(ReportError) {
    day = place.day
    meetingNumber = place.number
    self.opening = opening
    closing = opening
    for entry in place.entries {
      guard let movement = CashMovement(entry) else { continue }
      try receipts.add(movement.receipt)
      try payments.add(movement.payment)
      try closing.add(movement.receipt)
      try closing.subtract(movement.payment)
      lines.append(
        CashBook.Line(
          entry: entry, receipt: movement.receipt, payment: movement.payment,
          isContra: movement.isContra, balance: closing))
    }
    if let counted = place.meeting?.closing {
      countedDifference = try counted.minus(closing.cash, of: .cashInHand)
    }
  }
}
