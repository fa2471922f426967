import LokBooks
import LokDevice
import LokShard
import LokWire
import Testing

/// One group's first year over real sockets: cut-off, loans of all methods, of a bank and of its VO, a
/// write-off, an exit, a reversal, a rejected and replaced meeting, a dispute between two phones. Its books
/// and those of the VO end to the paisa as a program that shares no code with these recomputes them.
@Suite struct FirstYearTests {
  @Test(.timeLimit(.minutes(2)))
  func `the books of the year are those that check.py recomputes, on server and phones alike`() async throws {
    let bench = try await Bench()
    let replay = try await FirstYearReplay(bench, try FirstYearScenario.read())
    try await replay.play()
    let group = replay.group
    let reader = try ShardReader(path: bench.shardPath(), block: Bench.block)
    let server = try #require(try reader.groupBooks(of: group))
    for (name, phone) in replay.phones {
      let books = try #require(try await phone.with { store, _ in try store.shard.groupBooks(of: group) })
      try expectEqual(books, server, of: replay.members["m03"], name)
      let digests = try await phone.digests()
      #expect(digests.allSatisfy { $0.isEqual == true }, "\(name)")
    }
    let figures = try FirstYearFigures.committed()
    try expect(server, figures, replay)
    try await expectFederation(reader, figures.federation, replay)
    try await expectPortfolio(reader, figures, replay)
    let findings = try bench.findings()
    #expect(findings == [])
    await bench.end()
  }

  @Test func `check.py still says what is committed`() throws {
    guard let recomputed = try FirstYearFigures.recomputed() else {
      print("SKIPPED: FirstYear/check.py is not run (no python3 here)")
      return
    }
    let committed = try FirstYearFigures.committed()
    #expect(recomputed == committed)
  }

  /// Every book that there is, figure by figure; a passbook where there are members.
  private func expectEqual(_ books: GroupBooks, _ server: GroupBooks, of member: RecordID?, _ phone: String)
    throws
  {
    #expect(books.stamp == server.stamp, "\(phone)")
    let year = try #require(FinancialYear(text: "2025-26"))
    let month = try #require(BookMonth(text: "2025-10"))
    for name in BookName.allCases where name != .passbook || member != nil {
      let period: BookPeriod = name == .monthlyReport ? .month(month) : .year(year)
      let query = BookQuery(name, period: period, member: member)
      #expect(try books.table(query) == server.table(query), "\(phone) \(name)")
    }
  }

  private func expect(_ books: GroupBooks, _ figures: FirstYearFigures, _ replay: FirstYearReplay) throws {
    try expectLending(books, figures.lending, replay)
    #expect(books.stamp.unapproved == Paise(figures.unapproved_paise))
    #expect(books.stamp.setAside == Paise(figures.set_aside_paise))
    try expectSavings(books, figures, replay)
    try expectPassbook(books, figures.passbook, replay)
  }

  /// What holds of the group's book and of the VO's alike.
  private func expectLending(
    _ books: GroupBooks, _ figures: FirstYearFigures.Lending, _ replay: FirstYearReplay
  ) throws {
    var balances: [String: Int64] = [:]
    for entry in books.entries {
      balances["\(entry.debit.rawValue)", default: 0] += entry.amount.rawValue
      balances["\(entry.credit.rawValue)", default: 0] -= entry.amount.rawValue
    }
    #expect(balances.filter { $0.value != 0 } == figures.trial_balance)
    try expectLoans(books, figures, replay)
    try expectBalanceSheet(books, figures.balance_sheet)
  }

  private func expectFederation(
    _ reader: ShardReader, _ figures: FirstYearFigures.Lending, _ replay: FirstYearReplay
  ) async throws {
    let federation = replay.federation
    let server = try #require(try reader.groupBooks(of: federation))
    try expectLending(server, figures, replay)
    let phone = try #require(replay.phones["asha"])
    let own = try #require(try await phone.with { store, _ in try store.shard.groupBooks(of: federation) })
    try expectEqual(own, server, of: nil, "asha, VO")
  }

  /// The group's members, and the VO above them, which has a loan of its own.
  private func expectPortfolio(
    _ reader: ShardReader, _ figures: FirstYearFigures, _ replay: FirstYearReplay
  ) async throws {
    let (group, federation) = (replay.group, replay.federation)
    let end = BookPeriod.year(try #require(FinancialYear(text: "2025-26")))
    let server = try #require(try reader.portfolio(of: group, end))
    let sums = server.portfolio.sum(of: .toMembers)
    let found = FirstYearFigures.Portfolio(
      given: sums.given, running: sums.loans, disbursed: Int64(sums.disbursed),
      outstanding: Int64(sums.outstanding), overdue_principal: Int64(sums.overduePrincipal),
      overdue_interest: Int64(sums.overdueInterest),
      at_risk_basis_points: PortfolioAtRisk.allCases.map { sums.atRiskBasisPoints($0) },
      repayment_rate_basis_points: sums.repaymentRateBasisPoints)
    #expect(found == figures.portfolio)
    for (name, phone) in replay.phones {
      let own = try await phone.with { store, _ in try store.shard.portfolio(of: group, end) }
      #expect(own?.portfolio == server.portfolio && own?.stamp == server.stamp, "\(name)")
    }
    let above = try #require(try reader.portfolio(of: federation, end)).portfolio
    #expect(above.lines(of: .toMembers).map(\.unit) == [group] && above.sum(of: .toMembers) == sums)
    #expect(above.lines(of: .owedToBanks).map(\.sums.worstClass) == [.current])
    let lent = try #require(figures.federation.loans["V1"])
    #expect(above.lines(of: .toGroups).map(\.unit) == [federation])
    #expect(above.sum(of: .toGroups).outstanding == lent.outstanding)
  }

  private func expectSavings(_ books: GroupBooks, _ figures: FirstYearFigures, _ replay: FirstYearReplay)
    throws
  {
    for (name, savings) in figures.members {
      let id = try #require(replay.members[name])
      let passbook = try MemberPassbook.make(
        member: id, loans: [], entries: books.entries, period: .everything)
      for (code, paise) in savings {
        let account = Account(rawValue: try #require(UInt32(code)))
        #expect(passbook.closing.savings[account] == Paise(paise), "\(name) \(code)")
      }
    }
  }

  private func expectLoans(
    _ books: GroupBooks, _ figures: FirstYearFigures.Lending, _ replay: FirstYearReplay
  ) throws {
    let year = try #require(FinancialYear(text: "2025-26"))
    let list = LoanList.make(books, asOf: year.last)
    let register = DCBRegister.make(books, from: year.first, through: year.last)
    #expect(list.lines.count == figures.loans.count)
    for (name, figure) in figures.loans {
      let id = try #require(replay.loans[name])
      let position = try #require(list.lines.first { $0.loan.id == id }?.position, "\(name)")
      let found = FirstYearFigures.Loan(
        disbursed: position.disbursed.rawValue, outstanding: position.outstanding.rawValue,
        written_off: position.writtenOff.rawValue,
        overdue_principal: position.principalOverdue.rawValue,
        overdue_interest: position.interestOverdue.rawValue, days_overdue: position.daysOverdue)
      #expect(found == figure, "\(name)")
    }
    for demand in figures.dcb {
      let row = try #require(register.rows.first { $0.loan == replay.loans[demand.loan] }, "\(demand.loan)")
      #expect(Self.columns(row.principal) == demand.principal, "\(demand.loan) principal")
      #expect(Self.columns(row.interest) == demand.interest, "\(demand.loan) interest")
    }
  }

  private static func columns(_ columns: DCBRow.Columns) -> FirstYearFigures.Columns {
    .init(
      arrears: columns.arrears.rawValue, due: columns.due.rawValue, relieved: columns.relieved.rawValue,
      collected: columns.collected.rawValue, balance: columns.balance.rawValue,
      overdue: columns.overdue.rawValue)
  }

  private func expectBalanceSheet(_ books: GroupBooks, _ figures: FirstYearFigures.BalanceSheet) throws {
    let last = try #require(Day(text: "2026-03-31"))
    let sheet = try BalanceSheet.make(entries: books.entries, on: last)
    func totals(_ lines: [BalanceSheet.Line]) -> [String: Int64] {
      Dictionary(uniqueKeysWithValues: lines.map { ("\($0.account.rawValue)", $0.balance.total.rawValue) })
    }
    #expect(totals(sheet.assets) == figures.assets)
    #expect(totals(sheet.liabilities) == figures.liabilities)
    #expect(totals(sheet.equity) == figures.equity)
    #expect(sheet.surplus.total == Paise(figures.surplus_of_year))
    #expect(sheet.sourcesTotal.total == Paise(figures.total_sources) && sheet.isBalanced)
  }

  private func expectPassbook(
    _ books: GroupBooks, _ figures: FirstYearFigures.Passbook, _ replay: FirstYearReplay
  ) throws {
    let member = try #require(replay.members[figures.member])
    let hers = Set(books.loans.filter { $0.member == member }.map(\.id))
    let passbook = try MemberPassbook.make(
      member: member, loans: hers, entries: books.entries, period: .everything)
    let found = passbook.lines.map { line in
      FirstYearFigures.Passbook.Line(
        day: line.entry.day.description, savings_after: line.savings.total.rawValue,
        outstanding_after: line.outstanding.rawValue)
    }
    #expect(found == figures.lines)
  }
}
