import LokBooks
import LokTestSupport

/// Entries of every kind over three financial years and more, by the posting table, with meetings in order.
struct RandomBooks {
  static let members: [RecordID] = (1...5).map(SmallGroup.id)
  /// Each member's own two loans.
  static let loans = Dictionary(
    uniqueKeysWithValues: members.map {
      ($0, [SmallGroup.id($0.counter + 50), SmallGroup.id($0.counter + 60)])
    })

  private(set) var entries: [BookEntry] = []

  init(seed: UInt64, meetings: Int = 40) {
    var random = SeededGenerator(seed: seed)
    var day = Day(year: 2023, month: 1, day: 15)!
    for number in 1...meetings {
      day = day.advanced(by: random.one(of: [0, 1, 16, 30, 45]))
      let isApproved = random.one(of: [true, true, false])
      for _ in 0..<Int.random(in: 0...8, using: &random) {
        entries.append(Self.entry(entries.count, UInt32(number), day, isApproved, &random))
      }
    }
    // Both sides of the year's turn, whatever the dice said.
    for (text, number) in [("2024-03-31", 900), ("2024-04-01", 901)] as [(String, UInt32)] {
      entries.append(Self.entry(entries.count, number, Day(text: text)!, true, &random))
    }
  }

  private static func entry(
    _ index: Int, _ number: UInt32, _ day: Day, _ isApproved: Bool, _ random: inout SeededGenerator
  ) -> BookEntry {
    let kind = random.one(of: EntryKind.allCases)
    let chart = Account.chart.map(\.account)
    let first = random.one(of: chart)
    let (debit, credit) =
      Posting.of(kind).map { ($0.debit, $0.credit) } ?? (first, random.one(of: chart.filter { $0 != first }))
    let sides = [debit, credit]
    let needsMember = Posting.of(kind)?.needsMember == true || sides.contains { $0.party == .member }
    let member = needsMember ? random.one(of: members) : nil
    let loan =
      sides.contains(.loansToMembers) ? loans[random.one(of: members)].map { random.one(of: $0) } : nil
    return BookEntry(
      id: SmallGroup.id(1_000 + UInt32(index)), seq: Seq(UInt64(number)),
      meeting: SmallGroup.id(500 + number), meetingNumber: number, day: day, kind: kind.rawValue,
      amount: Paise(Int64(random.number(upTo: 10_000_000)) + 1), debit: debit, credit: credit,
      member: member, loan: loan, isApproved: isApproved)
  }

  /// Every financial year in which there is an entry, and those between.
  var years: [FinancialYear] {
    let all = entries.compactMap { FinancialYear(containing: $0.day)?.startYear }
    guard let first = all.min(), let last = all.max() else { return [] }
    return (first...last).compactMap { FinancialYear(startYear: $0) }
  }
}
