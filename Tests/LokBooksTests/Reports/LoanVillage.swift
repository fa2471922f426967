import LokBooks

/// Books with loans of every kind, each of 1,200 rupees in twelve months from 1 January 2026 and without
/// interest if not told otherwise.
struct LoanVillage {
  static let group = SmallGroup.id(900)
  static let borrowingGroup = SmallGroup.id(901)
  static let asha = SmallGroup.id(1)
  static let bina = SmallGroup.id(2)
  static let given = Day(year: 2026, month: 1, day: 1)!
  static let principal = Paise(120_000)
  static let instalment = Paise(10_000)

  var entries: [BookEntry] = []
  var loans: [BookLoan] = []
  var meetings: [BookMeeting] = []
  var attendance: [BookAttendance] = []
  var settings = BookSettings()

  mutating func lend(
    _ counter: UInt32, to member: RecordID? = nil, group: RecordID? = nil, isFromBank: Bool = false,
    rate: Int64 = 0, _ kind: EntryKind = .loanGiven
  ) {
    loans.append(
      BookLoan(
        id: SmallGroup.id(counter), member: member, borrowerCBO: group, principal: Self.principal,
        annualRateBasisPoints: rate, instalments: 12, method: .declining, repayEveryDays: nil,
        moratoriumPeriods: 0, isFromBank: isFromBank, reschedules: []))
    write(kind, Self.principal, on: Self.given, loan: counter)
  }

  /// Pays the first `count` instalments on their due days.
  mutating func repay(_ counter: UInt32, _ count: Int32, _ kind: EntryKind = .loanPrincipal) {
    for month in 1...max(1, count) where count > 0 {
      write(kind, Self.instalment, on: Self.given.advanced(byMonths: month), loan: counter)
    }
  }

  mutating func write(
    _ kind: EntryKind, _ amount: Paise, on day: Day, loan: UInt32? = nil, member: RecordID? = nil,
    isApproved: Bool = true
  ) {
    let posting = Posting.of(kind)!
    write(
      kind, amount, posting.debit, posting.credit, on: day, loan: loan, member: member,
      isApproved: isApproved)
  }

  mutating func write(
    _ kind: EntryKind, _ amount: Paise, _ debit: Account, _ credit: Account, on day: Day, loan: UInt32? = nil,
    member: RecordID? = nil, isApproved: Bool = true
  ) {
    entries.append(
      BookEntry(
        id: SmallGroup.id(UInt32(2_000 + entries.count)), seq: Seq(1), meeting: SmallGroup.id(500),
        meetingNumber: 1, day: day, kind: kind.rawValue, amount: amount, debit: debit, credit: credit,
        member: member, loan: loan.map(SmallGroup.id), isApproved: isApproved))
  }

  var books: GroupBooks {
    GroupBooks(
      cbo: Self.group, name: nil, entries: entries, meetings: meetings, attendance: attendance,
      members: [Self.asha, Self.bina].map { BookMember(id: $0, joined: nil, left: nil) }, loans: loans,
      statements: [], settings: settings,
      stamp: BookStamp(seq: Seq(1), chain: "9f2c01ab", unapproved: .zero, setAside: .zero)!)
  }
}
