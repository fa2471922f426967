/// A loan of a group's books: its terms as they were written, and what happened to them. What was paid out
/// and repaid stands in the entries.
package struct BookLoan: Hashable, Sendable {
  package let id: RecordID
  package let member: RecordID?
  /// The borrowing group of a federation, or the group itself for what it owes to a bank.
  package let borrowerCBO: RecordID?
  package let principal: Paise
  package let annualRateBasisPoints: Int64
  package let instalments: Int64
  /// Nil for a method of a newer version.
  package let method: InterestMethod?
  /// Nil = monthly.
  package let repayEveryDays: Int32?
  package let moratoriumPeriods: Int64
  /// The group owes it to a bank: its age has the bank's name. What it lends on to a member from the bank's
  /// money is a loan of its own.
  package let isFromBank: Bool
  package let reschedules: [Reschedule]

  package init(
    id: RecordID, member: RecordID?, borrowerCBO: RecordID?, principal: Paise, annualRateBasisPoints: Int64,
    instalments: Int64, method: InterestMethod?, repayEveryDays: Int32?, moratoriumPeriods: Int64,
    isFromBank: Bool, reschedules: [Reschedule]
  ) {
    self.id = id
    self.member = member
    self.borrowerCBO = borrowerCBO
    self.principal = principal
    self.annualRateBasisPoints = annualRateBasisPoints
    self.instalments = instalments
    self.method = method
    self.repayEveryDays = repayEveryDays
    self.moratoriumPeriods = moratoriumPeriods
    self.isFromBank = isFromBank
    self.reschedules = reschedules
  }

  /// The group with this book owes it and has not given it.
  package func isOwed(by cbo: RecordID) -> Bool { borrowerCBO == cbo }

  /// The loan with its events from the books; nil while nothing was paid out, and where the terms are none.
  package func account(in entries: [BookEntry]) -> LoanAccount? {
    let own = entries.filter { $0.loan == id }.sorted(by: BookEntry.isBefore)
    let events = own.compactMap(Self.event)
    guard let first = events.first(where: { $0.kind == .disbursed })?.day, let method else { return nil }
    let beginning = own.first { Self.event($0)?.kind == .disbursed }
    let isBroughtForward =
      beginning.map { [.openingDebit, .openingCredit].contains($0.knownKind) } ?? false
    let terms = try? LoanTerms(
      principal: principal, annualRateBasisPoints: annualRateBasisPoints, instalments: instalments,
      method: method, disbursed: first, period: repayEveryDays.map { .everyDays($0) } ?? .monthly,
      moratoriumPeriods: moratoriumPeriods)
    return terms.map {
      LoanAccount(
        terms: $0, reschedules: reschedules, events: events, isBroughtForward: isBroughtForward)
    }
  }

  /// Accounts in which a loan's principal stands, as an asset of the lender or a debt of the borrower.
  private static let given: Set<Account> = [.loansToMembers, .loansToGroups]
  private static let owed: Set<Account> = [.bankTermLoan, .cashCredit, .otherLoan]

  private static func event(_ entry: BookEntry) -> LoanEvent? {
    let kind: LoanEvent.Kind
    var isTakenBack = entry.isReversal
    switch entry.knownKind {
    case .loanGiven, .groupLoanGiven, .bankLoanReceived, .cashCreditReceived, .otherLoanReceived:
      kind = .disbursed
    case .loanPrincipal, .groupLoanPrincipal, .bankLoanRepaid, .cashCreditRepaid, .otherLoanRepaid:
      kind = .principalRepaid
    case .loanInterest, .groupLoanInterest, .interestPaid: kind = .interestPaid
    case .penalty: kind = .penaltyPaid
    case .loanWrittenOff: kind = .writtenOff
    default:
      // Free vouchers and opening balances: the sides say it.
      let isGrown = given.contains(entry.debit) || owed.contains(entry.credit)
      guard isGrown || given.contains(entry.credit) || owed.contains(entry.debit) else { return nil }
      if isWriteOff(entry) {
        kind = .writtenOff
        isTakenBack = isGrown
      } else {
        kind = isGrown ? .disbursed : .principalRepaid
      }
    }
    let amount = isTakenBack ? Paise.zero.subtracting(entry.amount) : entry.amount
    return amount.map { LoanEvent(kind, on: entry.day, $0) }
  }

  /// A voucher that gives up a loan as the group's loss, or by which a lender gave up what the group owed,
  /// which is income to it; or one that takes such a voucher back.
  private static func isWriteOff(_ entry: BookEntry) -> Bool {
    let sides = [entry.debit, entry.credit]
    if sides.contains(where: given.contains) { return sides.contains(.loansWrittenOff) }
    return sides.contains { $0.accountClass == .income }
  }
}
