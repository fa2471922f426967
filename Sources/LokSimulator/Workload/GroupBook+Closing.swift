/// The last meeting of a group that ends: loans are settled first, then all that is left is shared out.
extension GroupBook {
  /// Nil where the group can't pay all its lenders and its members' savings; nothing is written then.
  mutating func closing(on day: Int32) -> MeetingDeed? {
    var ending = self
    ending.begin(on: day, nextLoan)
    ending.held += 1
    guard held > 0, ending.collect(), ending.repayLenders(), ending.shareOut() else { return nil }
    let meeting = MeetingDeed(
      group: group, number: ending.held, kind: .closing, day: day, openingPaise: cash,
      closingPaise: ending.cash, present: active, absent: [], loans: [], lines: ending.page)
    self = ending
    return meeting
  }

  /// Members repay what they owe; what nobody repays is given up.
  private mutating func collect() -> Bool {
    for loan in loans {
      guard !loan.isFrozen else { return false }
      guard !loan.isDefaulted else {
        guard pay(15, loan.outstanding, loan: loan.loan, member: loan.member) else { return false }
        continue
      }
      guard pay(11, loan.outstanding, loan: loan.loan, member: loan.member),
        pay(12, loan.due.interest, loan: loan.loan, member: loan.member)
      else { return false }
    }
    loans = []
    return true
  }

  /// Banks and federation; the revolving fund goes back as far as the members' savings allow it.
  private mutating func repayLenders() -> Bool {
    let interest = owed.reduce(0) { $0 + $1.interest }
    let saved = savings.values.reduce(0) { $0 + $1.reduce(0, +) }
    let debts = owed.reduce(investment + interest) { $0 + $1.outstanding }
    let returned = min(revolving, max(0, cash + bank - debts - saved))
    let byBank = owed.reduce(returned + interest) { $1.isBanks ? $0 + $1.outstanding : $0 }
    guard pay(400, max(0, byBank - bank)) else { return false }
    for loan in owed where loan.isBanks {
      guard pay(200, loan.outstanding, loan: loan.loan) else { return false }
    }
    for loan in owed {
      guard pay(205, loan.interest, loan: loan.loan) else { return false }
    }
    guard pay(219, returned), pay(401, bank) else { return false }
    for loan in owed where !loan.isBanks {
      guard pay(202, loan.outstanding, loan: loan.loan) else { return false }
    }
    owed = []
    return pay(204, investment)
  }

  /// To each her savings, and what is left in equal parts; the last takes the paise that do not divide.
  private mutating func shareOut() -> Bool {
    for member in active {
      for kind in 0..<4 {
        guard pay(Int64(5 + kind), savings[member]?[kind] ?? 0, member: member) else { return false }
      }
      savings[member] = [0, 0, 0, 0]
    }
    let part = cash / Int64(max(1, active.count))
    for member in active {
      guard pay(16, member == active.last ? cash : part, member: member) else { return false }
    }
    return cash == 0 && bank == 0
  }

  private mutating func pay(_ kind: Int64, _ paise: Int64, loan: Int? = nil, member: Int? = nil) -> Bool {
    paise == 0 || write(MoneyDeed(kind: kind, paise: paise, member: member, loan: loan))
  }
}
