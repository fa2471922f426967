import LokBooks
import Testing

struct BookTableTests {
  private static let tables: [BookTable] = {
    let entries = SmallGroup.entries
    let reports: [(any BookReport)?] = [
      try? CashBook.make(entries: entries, meetings: SmallGroup.meetings, period: .everything),
      try? GeneralLedger.make(entries: entries, period: .everything),
      try? MemberPassbook.make(
        member: SmallGroup.asha, loans: [SmallGroup.ashasLoan], entries: entries, period: .everything),
      try? ReceiptsAndPayments.make(entries: entries, period: .everything),
      try? IncomeAndExpenditure.make(entries: entries, period: .everything),
      try? BalanceSheet.make(entries: entries, on: SmallGroup.aprilEnd),
      try? TrialBalance.make(entries: entries, period: .everything),
      try? MonthlyReport.make(
        month: BookMonth(text: "2026-04")!, entries: entries, meetings: SmallGroup.meetings,
        attendance: [], membership: BookMembership(atEnd: 3, joined: 0, left: 0)),
      try? BankReconciliation.make(
        entries: entries,
        statements: [BankStatement(bankAccount: nil, day: SmallGroup.march, balance: .zero)]),
    ]
    return reports.compactMap { $0?.table }
  }()

  @Test func `each report has its own title`() {
    #expect(Set(Self.tables.map(\.title)).count == 9)
  }

  @Test(arguments: tables)
  func `each row has a cell for each column, and each column a heading of its own`(_ table: BookTable) {
    for row in table.rows + (table.totals.map { [$0] } ?? []) {
      #expect(row.cells.count == table.columns.count, "\(table.title)")
    }
    #expect(Set(table.columns.map(\.key)).count == table.columns.count)
    #expect(!table.rows.isEmpty)
  }

  @Test(arguments: tables)
  func `money stands in columns of money only, and nothing else does`(_ table: BookTable) {
    for row in table.rows {
      for (column, cell) in zip(table.columns, row.cells) {
        switch (column.kind, cell) {
        case (_, .empty), (.figure, _), (.money, .paise), (.day, .day), (.number, .number): break
        case (.text, .paise), (.text, .day), (.money, _), (.day, _), (.number, _):
          Issue.record("\(table.title), \(column.key): \(cell)")
        default: break
        }
      }
    }
  }

  @Test(arguments: BookText.allCases)
  func `a key is a path of lower-case words`(_ text: BookText) {
    let words = text.rawValue.split(separator: ".", omittingEmptySubsequences: false)
    #expect(["book", "column", "label", "mark", "stamp"].contains(words.first ?? ""))
    #expect(words.count > 1)
    #expect(words.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0 == "-" || ("a"..."z").contains($0) } })
  }

  @Test func `a balance sheet is written from its sources to its assets`() throws {
    let table = try BalanceSheet.make(entries: SmallGroup.entries, on: SmallGroup.aprilEnd).table
    #expect(
      table.totals?.cells
        == [
          .empty, .label(.assetsTotal), .paise(Paise(1_552_300)), .paise(Paise(-570)),
          .paise(Paise(1_551_730)),
        ])
    #expect(table.columns.map(\.alignment) == [.trailing, .leading, .trailing, .trailing, .trailing])
  }
}
