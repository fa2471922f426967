import LokBooks
import LokTestSupport
import Testing

/// What holds of any books that were posted by the posting table.
@Suite struct ReportPropertyTests {
  static let seeds: [UInt64] = Array(1...20)

  @Test(arguments: seeds.prefix(4))
  func `the trial balance is even after every prefix`(_ seed: UInt64) throws {
    let entries = RandomBooks(seed: seed).entries
    for count in 0...entries.count {
      let trial = try TrialBalance.make(entries: Array(entries.prefix(count)), period: .everything)
      #expect(trial.isBalanced, "seed \(seed), \(count) entries")
    }
  }

  @Test(arguments: seeds)
  func `the balance sheet balances at the end of every day`(_ seed: UInt64) throws {
    let books = RandomBooks(seed: seed)
    for day in Set(books.entries.map(\.day)) {
      let sheet = try BalanceSheet.make(entries: books.entries, on: day)
      #expect(sheet.isBalanced, "seed \(seed), \(day)")
    }
  }

  @Test(arguments: seeds)
  func `the cash book closes with the ledger's 1001 and 1010`(_ seed: UInt64) throws {
    let books = RandomBooks(seed: seed)
    let periods =
      [.everything, .untilMeeting(17), .untilDay(SmallGroup.february)]
      + books.years.map { BookPeriod.year($0) }
    for period in periods {
      let book = try CashBook.make(entries: books.entries, meetings: [], period: period)
      let ledger = try GeneralLedger.make(entries: books.entries, period: period)
      let cash = ledger.section(of: .cashInHand)
      let bank = ledger.section(of: .bank)
      #expect(book.opening.cash == cash?.opening.total ?? .zero, "seed \(seed), \(period)")
      #expect(book.opening.bank == bank?.opening.total ?? .zero, "seed \(seed), \(period)")
      #expect(book.closing.cash == cash?.closing.total ?? .zero, "seed \(seed), \(period)")
      #expect(book.closing.bank == bank?.closing.total ?? .zero, "seed \(seed), \(period)")
      let heads = try ReceiptsAndPayments.make(entries: books.entries, period: period)
      let receipts = heads.receipts.reduce(0) { $0 + $1.total.rawValue }
      let payments = heads.payments.reduce(0) { $0 + $1.total.rawValue }
      #expect(receipts == book.receipts.cash.rawValue + book.receipts.bank.rawValue)
      #expect(payments == book.payments.cash.rawValue + book.payments.bank.rawValue)
    }
  }

  @Test(arguments: seeds)
  func `passbooks close with the sub-ledgers, and all together with the posted accounts`(
    _ seed: UInt64
  ) throws {
    let entries = RandomBooks(seed: seed).entries
    var subLedger: [RecordID: [Account: Int64]] = [:]
    for entry in entries {
      for account in [entry.debit, entry.credit] {
        let credited = entry.credit == account ? entry.amount.rawValue : -entry.amount.rawValue
        switch account.party {
        case .member: subLedger[try #require(entry.member), default: [:]][account, default: 0] += credited
        case .loan where account == .loansToMembers:
          subLedger[try #require(entry.loan), default: [:]][.loansToMembers, default: 0] -= credited
        default: break
        }
      }
    }
    let types: [Account] = [.savingsCompulsory, .savingsFood, .savingsHealth, .savingsOptional]
    for member in RandomBooks.members {
      let loans = try #require(RandomBooks.loans[member])
      let closing = try MemberPassbook.make(
        member: member, loans: Set(loans), entries: entries, period: .everything
      ).closing
      for type in types {
        #expect(closing.savings[type].rawValue == subLedger[member]?[type] ?? 0, "seed \(seed), \(member)")
      }
      for loan in loans {
        let owed = subLedger[loan]?[.loansToMembers] ?? 0
        #expect(closing.loans[loan]?.rawValue ?? 0 == owed, "seed \(seed), \(loan)")
      }
      #expect(closing.outstanding.rawValue == closing.loans.values.reduce(0) { $0 + $1.rawValue })
      #expect(closing.savings.total.rawValue == types.reduce(0) { $0 + closing.savings[$1].rawValue })
    }
  }

  @Test(arguments: seeds)
  func `the years' results add up to what the balance sheet shows`(_ seed: UInt64) throws {
    let books = RandomBooks(seed: seed)
    var earlier = BookAmount.zero
    for year in books.years {
      let result = try IncomeAndExpenditure.make(entries: books.entries, period: .year(year)).surplus
      let sheet = try BalanceSheet.make(entries: books.entries, on: year.last)
      #expect(sheet.surplus == result, "seed \(seed), \(year)")
      // What vouchers moved in 3900 itself is no result of a year.
      var vouchers = BookAmount.zero
      for entry in books.entries where entry.day <= year.last {
        let moved = BookAmount(entry.amount, isApproved: entry.isApproved)
        if entry.credit == .surplus { try vouchers.add(moved) }
        if entry.debit == .surplus { try vouchers.subtract(moved) }
      }
      let shown = sheet.equity.first { $0.account == .surplus }?.balance ?? .zero
      #expect(try shown.minus(vouchers) == earlier, "seed \(seed), \(year)")
      try earlier.add(result)
    }
    let all = try IncomeAndExpenditure.make(entries: books.entries, period: .everything)
    #expect(all.surplus == earlier, "seed \(seed)")
  }

  @Test(arguments: seeds)
  func `no report depends on the order in which it is given its entries`(_ seed: UInt64) throws {
    let entries = RandomBooks(seed: seed).entries
    var random = SeededGenerator(seed: seed)
    let shuffled = entries.shuffled(using: &random)
    #expect(
      try GeneralLedger.make(entries: entries, period: .everything)
        == GeneralLedger.make(entries: shuffled, period: .everything), "seed \(seed)")
    #expect(
      try CashBook.make(entries: entries, meetings: [], period: .everything)
        == CashBook.make(entries: shuffled, meetings: [], period: .everything), "seed \(seed)")
  }
}
