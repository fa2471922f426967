/// One line of a loan's ledger: what happened on a day, and the principal outstanding after it.
package struct LoanLedgerLine: Hashable, Sendable {
  package enum What: Hashable, Sendable {
    case event(LoanEvent.Kind)
    /// From here on repaid anew; moves no money.
    case rescheduled
  }

  package let day: Day
  package let what: What
  package let disbursed: Paise
  /// Principal repaid, or written off.
  package let principal: Paise
  package let interest: Paise
  package let penalty: Paise
  /// Below zero where too much was repaid: a ledger shows what was entered.
  package let balanceAfter: Paise

  /// Every line to the end of `day`, ascending; a reschedule comes after the payments of its day. Nil where
  /// a balance is no amount of paise.
  package static func lines(of account: LoanAccount, through day: Day) -> [LoanLedgerLine]? {
    var lines: [LoanLedgerLine] = []
    var balance = Paise.zero
    var reschedules = account.reschedules.filter { $0.day <= day }[...]
    for event in account.events where event.day <= day {
      while let next = reschedules.first, next.day < event.day {
        lines.append(LoanLedgerLine(rescheduled: next.day, balance))
        reschedules.removeFirst()
      }
      guard let after = Self.balance(balance, after: event) else { return nil }
      balance = after
      lines.append(LoanLedgerLine(event, balance))
    }
    return lines + reschedules.map { LoanLedgerLine(rescheduled: $0.day, balance) }
  }

  private static func balance(_ balance: Paise, after event: LoanEvent) -> Paise? {
    switch event.kind {
    case .disbursed: balance.adding(event.amount)
    case .principalRepaid, .writtenOff: balance.subtracting(event.amount)
    case .interestPaid, .penaltyPaid: balance
    }
  }

  private init(_ event: LoanEvent, _ balance: Paise) {
    let isPrincipal = event.kind == .principalRepaid || event.kind == .writtenOff
    day = event.day
    what = .event(event.kind)
    disbursed = event.kind == .disbursed ? event.amount : .zero
    principal = isPrincipal ? event.amount : .zero
    interest = event.kind == .interestPaid ? event.amount : .zero
    penalty = event.kind == .penaltyPaid ? event.amount : .zero
    balanceAfter = balance
  }

  private init(rescheduled day: Day, _ balance: Paise) {
    self.day = day
    what = .rescheduled
    disbursed = .zero
    principal = .zero
    interest = .zero
    penalty = .zero
    balanceAfter = balance
  }
}
