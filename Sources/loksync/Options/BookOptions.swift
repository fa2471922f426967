package import ArgumentParser
package import LokBooks
import LokShard

extension BookName: ExpressibleByArgument {}

extension FinancialYear: ExpressibleByArgument {
  /// `2026-27`.
  package init?(argument: String) { self.init(text: argument) }
}

extension BookMonth: ExpressibleByArgument {
  /// `2026-04`.
  package init?(argument: String) { self.init(text: argument) }
}

/// An account by its code: `1001`.
package struct AccountArgument: ExpressibleByArgument, Hashable, Sendable {
  package var account: Account
  package init?(argument: String) {
    guard let code = UInt32(argument), let account = Optional(Account(rawValue: code)), account.name != nil
    else { return nil }
    self.account = account
  }
}

/// Which part of a book is asked for, and how it is written.
package struct BookOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Whose passbook.", valueName: "id"))
  package var member: RecordID?
  @Option(help: ArgumentHelp("One loan's ledger instead of the list.", valueName: "id"))
  package var loan: RecordID?
  @Option(help: ArgumentHelp("One account of the general ledger.", valueName: "code"))
  package var account: AccountArgument?
  @Option(help: ArgumentHelp("Up to this day.", valueName: "date"))
  package var until: Day?
  @Option(help: ArgumentHelp("Up to this meeting.", valueName: "number"))
  package var untilMeeting: UInt32?
  @Option(help: ArgumentHelp("A financial year, April to March: 2026-27.", valueName: "year"))
  package var fy: FinancialYear?
  @Option(help: ArgumentHelp("A month: 2026-04.", valueName: "month"))
  package var month: BookMonth?
  @Flag(help: "Comma-separated values, for a spreadsheet.")
  package var csv = false
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    let parts: [Bool] = [until != nil, untilMeeting != nil, fy != nil, month != nil]
    guard parts.count(where: { $0 }) <= 1 else {
      throw ValidationError("Give one of --until, --until-meeting, --fy and --month.")
    }
    if csv, output.json { throw ValidationError("Give one of --csv and --json.") }
  }

  package func query(_ name: BookName) -> BookQuery {
    let period: BookPeriod =
      if let until {
        .untilDay(until)
      } else if let untilMeeting {
        .untilMeeting(untilMeeting)
      } else if let fy {
        .year(fy)
      } else if let month {
        .month(month)
      } else {
        .everything
      }
    return BookQuery(name, period: period, member: member, loan: loan, account: account?.account)
  }

  /// Prints a book of `books`.
  /// - Parameter names: of members, where this side may read them.
  func show(_ name: BookName, of books: GroupBooks, names: [RecordID: String] = [:]) throws {
    let query = query(name)
    try show(
      PrintedBook(
        query, books.cbo, title: books.name, try books.table(query), books.stamp, names: names,
        lastDay: books.lastDay))
  }

  /// Prints a portfolio.
  /// - Parameters:
  ///   - cbo: whose; nil: that of the block, which `title` names.
  ///   - names: of members, where this side may read them.
  func show(
    _ book: PortfolioBook, of cbo: RecordID?, title: String? = nil, names: [RecordID: String] = [:]
  ) throws {
    let portfolio = book.portfolio
    try show(
      PrintedBook(
        query(.portfolio), cbo, title: title ?? book.name, portfolio.table, book.stamp,
        names: book.names.merging(names) { _, member in member }, lastDay: portfolio.asOf))
  }

  private func show(_ book: PrintedBook) throws {
    if output.json {
      try printJSON(book.json)
    } else {
      print(csv ? book.csv : book.text)
    }
  }
}
