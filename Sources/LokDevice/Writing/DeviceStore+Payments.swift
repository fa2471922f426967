package import LokBooks
import LokMerge
import LokSQLite
import LokShard

/// One sum paid on a loan, as the bookkeeper takes it; what it is for follows from what is due.
package struct LoanPayment: Hashable, Sendable {
  package var loan: RecordID
  package var amount: Paise
  /// What the group has decided that the borrower owes for being late.
  package var penalty: Paise
  package init(loan: RecordID, amount: Paise, penalty: Paise = .zero) {
    self.loan = loan
    self.amount = amount
    self.penalty = penalty
  }
}

/// What a payment was set against, in the group's order.
package struct AllocatedPayment: Hashable, Sendable {
  package var loan: RecordID
  package var parts: [AllocatedPart]
}

extension DeviceStore {
  /// Sets each payment against what is due on its loan at the end of `day`, as this phone's books have it:
  /// in the order of the group's settings, or the standard one.
  ///
  /// - Throws: `DeviceError.stillComing`; `.loanNotRepayable` for a loan that the group has not given
  ///   and paid out,
  ///   `.loanPaidTwice`, `.amountNotPayable`.
  func allocated(
    _ payments: [LoanPayment], of cbo: RecordID, on day: Day, at now: Timestamp
  ) throws -> [(payment: AllocatedPayment, entries: [EntryDraft])] {
    guard !payments.isEmpty else { return [] }
    // What is due follows from older payments, which a preview goes without.
    guard try !shard.previews().contains(cbo) else { throw DeviceError.stillComing(cbo) }
    return try provisional(at: now) { _ in
      guard let books = try shard.groupBooks(of: cbo) else {
        throw DeviceError.loanNotRepayable(payments[0].loan)
      }
      let settings = try shard.record(cbo)?.values.bytes(CBOField.allocationOrder)
      let order = settings.flatMap { AllocationOrder(bytes: $0) } ?? .standard
      let isPartial = try shard.heldHistory(of: cbo) != nil
      var paid: Set<RecordID> = []
      return try payments.map { payment in
        guard paid.insert(payment.loan).inserted else { throw DeviceError.loanPaidTwice(payment.loan) }
        do {
          return try Self.allocated(payment, in: books, on: day, order)
        } catch DeviceError.loanNotRepayable where isPartial {
          // A settled loan's lines are older than what came with the snapshot.
          throw DeviceError.historyNotHere(cbo)
        }
      }
    }
  }

  /// What is repaid to a bank or another lender goes to the loan that the group owes there, where the line
  /// names none and there is only one; lines about nothing that is owed stay as they are.
  ///
  /// - Throws: `DeviceError.loanToName` where there are several.
  func naming(loansIn entries: [EntryDraft], of cbo: RecordID, at now: Timestamp) throws -> [EntryDraft] {
    let isNameless = entries.contains { $0.loan == nil && Posting.of($0.kind)?.debit.party == .owedLoan }
    guard isNameless else { return entries }
    return try provisional(at: now) { _ in
      try entries.map { entry in
        guard entry.loan == nil, let owed = Posting.of(entry.kind)?.debit, owed.party == .owedLoan else {
          return entry
        }
        let loans = try loansOwed(by: cbo, on: owed)
        guard loans.count < 2 else { throw DeviceError.loanToName(loans) }
        var named = entry
        named.loan = loans.first.map { .known($0) }
        return named
      }
    }
  }

  private func loansOwed(by cbo: RecordID, on account: Account) throws -> [RecordID] {
    try connection.statement(
      "SELECT sub_ledger FROM balance WHERE cbo = ? AND account = ? AND sub_ledger != 0 AND paise < 0 "
        + "ORDER BY sub_ledger"
    ).bind(cbo.rawValue, account.rawValue).all { RecordID(rawValue: $0.unsigned(0)) }
  }

  private static func allocated(
    _ payment: LoanPayment, in books: GroupBooks, on day: Day, _ order: AllocationOrder
  ) throws -> (payment: AllocatedPayment, entries: [EntryDraft]) {
    guard let loan = books.loans.first(where: { $0.id == payment.loan }),
      let account = loan.account(in: books.entries), let lines = Lines(of: loan, lender: books.cbo),
      let position = LoanPosition(of: account, asOf: day)
    else { throw DeviceError.loanNotRepayable(payment.loan) }
    guard payment.amount > .zero, payment.penalty >= .zero,
      let parts = allocate(payment.amount, over: position.dues(penalty: payment.penalty), order: order)
    else { throw DeviceError.amountNotPayable(payment.amount) }
    guard payment.penalty == .zero || lines.penalty != nil else {
      throw DeviceError.amountNotPayable(payment.penalty)
    }
    let sums: [(EntryKind?, [DueKind])] = [
      (lines.penalty, [.penalty]), (lines.interest, [.overdueInterest, .currentInterest]),
      (lines.principal, [.overduePrincipal, .currentPrincipal, .prepayment]),
    ]
    let entries = sums.compactMap { kind, dues -> EntryDraft? in
      // Parts of one payment: their sum is not above it.
      let sum = parts.filter { dues.contains($0.kind) }.reduce(Int64(0)) { $0 + $1.amount.rawValue }
      guard let kind, sum > 0 else { return nil }
      return EntryDraft(kind, Paise(sum), member: loan.member, loan: .known(loan.id))
    }
    return (AllocatedPayment(loan: loan.id, parts: parts), entries)
  }

  /// The lines of the cash book by which a loan that the group has given is repaid.
  private struct Lines {
    var principal: EntryKind
    var interest: EntryKind
    /// Nil: penalties are members'.
    var penalty: EntryKind?

    /// Nil for what the group itself owes.
    init?(of loan: BookLoan, lender: RecordID) {
      if loan.member != nil {
        (principal, interest, penalty) = (.loanPrincipal, .loanInterest, .penalty)
      } else if let borrower = loan.borrowerCBO, borrower != lender {
        (principal, interest, penalty) = (.groupLoanPrincipal, .groupLoanInterest, nil)
      } else {
        return nil
      }
    }
  }
}
