/// A balance as it was typed from the bank's pass book.
package struct BankStatement: Hashable, Sendable {
  /// Nil where the group has one account only: all that the books hold in 1010 is meant.
  package let bankAccount: RecordID?
  package let day: Day
  package let balance: Paise

  package init(bankAccount: RecordID?, day: Day, balance: Paise) {
    self.bankAccount = bankAccount
    self.day = day
    self.balance = balance
  }
}

/// The bank's balances beside those of the books at the end of the same day.
///
/// Difference = statement - books; other than 0 it is money that only one of the two has seen: a cheque
/// on its way, a charge that is not yet entered, a mistake.
package struct BankReconciliation: BookReport {
  package struct Line: Hashable, Sendable {
    package let statement: BankStatement
    /// Of the entries in 1010 that name the statement's account.
    package let books: BookAmount
    package let difference: Paise
    /// Of the entries in 1010 that name no account, which explain many a difference. Zero where the
    /// statement itself names none: then they are in `books`.
    package let unassigned: Paise
    package var isReconciled: Bool { difference == .zero }
  }

  /// Ascending by bank account and day; one for each statement.
  package let lines: [Line]

  package static func make(
    entries: [BookEntry], statements: [BankStatement]
  ) throws(ReportError) -> BankReconciliation {
    let ordered = statements.sorted { a, b in
      let (first, second) = (a.bankAccount?.rawValue ?? 0, b.bankAccount?.rawValue ?? 0)
      return (first, a.day, a.balance) < (second, b.day, b.balance)
    }
    let bankEntries = entries.filter { $0.debit == .bank || $0.credit == .bank }
      .sorted(by: BookEntry.isBefore)
    var lines: [Line] = []
    for statement in ordered {
      let until = bankEntries.prefix { $0.day <= statement.day }
      let account = statement.bankAccount
      let books = try balance(until.filter { account == nil || $0.bankAccount == account })
      let unassigned = account == nil ? .zero : try balance(until.filter { $0.bankAccount == nil })
      lines.append(
        Line(
          statement: statement, books: books,
          difference: try statement.balance.minus(books.total, of: .bank), unassigned: unassigned.total))
    }
    return BankReconciliation(lines: lines)
  }

  private static func balance(_ entries: [BookEntry]) throws(ReportError) -> BookAmount {
    var sum = BookAmount.zero
    for entry in entries {
      let amount = BookAmount(entry.amount, isApproved: entry.isApproved)
      if entry.debit == .bank { try sum.add(amount, of: .bank) }
      if entry.credit == .bank { try sum.subtract(amount, of: .bank) }
    }
    return sum
  }
}

extension BankReconciliation {
  package var table: BookTable {
    BookTable(
      .reconciliationTitle,
      [
        .init(.bankAccount, .text), .init(.day, .day), .init(.statementBalance, .money),
        .init(.booksBalance, .money), .init(.unapproved, .money), .init(.difference, .money),
        .init(.unassigned, .money),
      ],
      lines.map { line in
        .init(
          .line,
          [
            .record(line.statement.bankAccount), .day(line.statement.day), .paise(line.statement.balance),
            .paise(line.books.total), .money(line.books.unapproved), .paise(line.difference),
            .money(line.unassigned),
          ])
      })
  }
}
