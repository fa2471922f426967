/// What happened to a loan on a day. A reversal is the same event with paise below zero.
package struct LoanEvent: Hashable, Sendable {
  package enum Kind: Hashable, Sendable, CaseIterable {
    case disbursed
    case principalRepaid
    case interestPaid
    case penaltyPaid
    case writtenOff
  }

  package let kind: Kind
  package let day: Day
  package let amount: Paise
  package init(_ kind: Kind, on day: Day, _ amount: Paise) {
    self.kind = kind
    self.day = day
    self.amount = amount
  }
}

/// What is outstanding at the end of `day` is to be repaid anew, by the same method and period.
package struct Reschedule: Hashable, Sendable {
  package let day: Day
  package let instalments: Int64
  package let annualRateBasisPoints: Int64
  package init(on day: Day, instalments: Int64, annualRateBasisPoints: Int64) {
    self.day = day
    self.instalments = instalments
    self.annualRateBasisPoints = annualRateBasisPoints
  }
}

/// All that is known of one loan: what the pure functions on positions, registers and ledgers read.
package struct LoanAccount: Sendable {
  package let terms: LoanTerms
  package let reschedules: [Reschedule]
  /// Ascending by day; those of one day as they were entered.
  package let events: [LoanEvent]
  /// It began as an opening balance: what was left of it then goes on by its old instalments.
  package let isBroughtForward: Bool

  /// Events may come in any order; those of one day keep theirs.
  package init(
    terms: LoanTerms, reschedules: [Reschedule] = [], events: [LoanEvent], isBroughtForward: Bool = false
  ) {
    self.terms = terms
    self.isBroughtForward = isBroughtForward
    self.reschedules = reschedules.enumerated()
      .sorted { ($0.element.day, $0.offset) < ($1.element.day, $1.offset) }.map(\.element)
    self.events = events.enumerated()
      .sorted { ($0.element.day, $0.offset) < ($1.element.day, $1.offset) }.map(\.element)
  }

  /// The events of a kind that stand, ascending by day: a reversal takes back the latest ones before it.
  func standing(_ kind: LoanEvent.Kind, through day: Day) -> [(day: Day, amount: Int128)] {
    var standing: [(day: Day, amount: Int128)] = []
    for event in events where event.kind == kind && event.day <= day {
      var amount = Int128(event.amount.rawValue)
      while amount < 0, let last = standing.popLast() {
        amount += last.amount
        if amount > 0 { standing.append((last.day, amount)) }
      }
      if event.amount > .zero { standing.append((event.day, amount)) }
    }
    return standing
  }

  /// The sum of a kind's events to the end of `day`.
  func sum(of kind: LoanEvent.Kind, through day: Day) -> Int128 {
    events.lazy.filter { $0.kind == kind && $0.day <= day }.map(\.amount).wideSum
  }

  /// Disbursed less repaid less written off; below zero where too much was repaid.
  func balance(through day: Day) -> Int128 {
    sum(of: .disbursed, through: day) - sum(of: .principalRepaid, through: day)
      - sum(of: .writtenOff, through: day)
  }

  /// Nothing is outstanding to the end of `day`, and not because all of it was paid.
  func isGivenUp(by day: Day) -> Bool {
    balance(through: day) <= 0 && sum(of: .writtenOff, through: day) > 0
  }

  /// The day since which nothing is outstanding, to the end of `day`; nil while something is.
  func closed(by day: Day) -> Day? {
    guard sum(of: .disbursed, through: day) > 0, balance(through: day) <= 0 else { return nil }
    var balance: Int128 = 0
    var closed: Day?
    for event in events where event.day <= day {
      switch event.kind {
      case .disbursed: balance += Int128(event.amount.rawValue)
      case .principalRepaid, .writtenOff: balance -= Int128(event.amount.rawValue)
      case .interestPaid, .penaltyPaid: continue
      }
      closed = balance > 0 ? nil : closed ?? event.day
    }
    return closed
  }
}
