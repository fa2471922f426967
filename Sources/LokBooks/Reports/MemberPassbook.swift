/// A member's savings by the four types of the registers.
package struct MemberSavings: Hashable, Sendable {
  package private(set) var compulsory = Paise.zero
  package private(set) var food = Paise.zero
  package private(set) var health = Paise.zero
  package private(set) var optional = Paise.zero
  package private(set) var total = Paise.zero

  package static let zero = MemberSavings()
  private init() {}

  /// Zero for an account that holds no savings of members.
  package subscript(account: Account) -> Paise {
    switch account {
    case .savingsCompulsory: compulsory
    case .savingsFood: food
    case .savingsHealth: health
    case .savingsOptional: optional
    default: .zero
    }
  }

  mutating func add(_ change: Paise, to account: Account) throws(ReportError) {
    let sum = try self[account].plus(change, of: account)
    switch account {
    case .savingsCompulsory: compulsory = sum
    case .savingsFood: food = sum
    case .savingsHealth: health = sum
    case .savingsOptional: optional = sum
    default: return
    }
    total = try total.plus(change, of: nil)
  }
}

/// One member's passbook: her savings by type and the movements of her loans, with running balances.
///
/// The balances are her shares in the sub-ledgers, moved by the posting table alone: a free voucher that
/// names her moves no sub-ledger, so it stands here as a line that changes no balance. Nothing that names
/// her is left out. What somebody else pays on her loan is a movement of her loan; what she pays on
/// somebody else's is not.
package struct MemberPassbook: BookReport {
  package enum Movement: Hashable, Sendable {
    /// Into or, negative, out of one of 2001-2004.
    case saving(Account, Paise)
    case loanGiven(Paise)
    case loanRepaid(Paise)
    case loanInterest(Paise)
    /// A penalty, a fee, a voucher: no balance of hers moves.
    case other(Paise)
  }

  package struct Line: Hashable, Sendable {
    package let entry: BookEntry
    package let movement: Movement
    package let savings: MemberSavings
    /// Principal outstanding on all her loans.
    package let outstanding: Paise
    package var isApproved: Bool { entry.isApproved }
  }

  package struct Balances: Hashable, Sendable {
    package fileprivate(set) var savings = MemberSavings.zero
    /// Principal outstanding by loan; a loan of which nothing was given yet is not there.
    package fileprivate(set) var loans: [RecordID: Paise] = [:]
    package fileprivate(set) var outstanding = Paise.zero
  }

  package let member: RecordID
  package let period: BookPeriod
  package let opening: Balances
  package let lines: [Line]
  package let closing: Balances
  /// For the meetings she missed; nil where the group asks nothing for them, or she never missed one.
  package var penalty: DCBRow.Columns?

  /// - Parameter loans: the member's own loans, whoever pays on them.
  package static func make(
    member: RecordID, loans: Set<RecordID>, entries: [BookEntry], period: BookPeriod
  ) throws(ReportError) -> MemberPassbook {
    let (before, inside) = period.split(
      entries.filter { $0.member == member || $0.loan.map(loans.contains) ?? false })
    var balances = Balances()
    for entry in before {
      for movement in try movements(of: entry, member, loans) { try balances.apply(movement, entry) }
    }
    let opening = balances
    var lines: [Line] = []
    for entry in inside {
      for movement in try movements(of: entry, member, loans) {
        try balances.apply(movement, entry)
        lines.append(
          Line(
            entry: entry, movement: movement, savings: balances.savings, outstanding: balances.outstanding))
      }
    }
    return MemberPassbook(
      member: member, period: period, opening: opening, lines: lines, closing: balances)
  }

  /// One for each side that is hers: a voucher may pay her loan from her savings.
  private static func movements(
    of entry: BookEntry, _ member: RecordID, _ loans: Set<RecordID>
  ) throws(ReportError) -> [Movement] {
    let isHerLoan = entry.loan.map(loans.contains) ?? false
    var movements: [Movement] = []
    for account in [entry.debit, entry.credit] {
      let isCredit = entry.credit == account
      switch account.party {
      case .member where entry.member == member:
        let change = isCredit ? entry.amount : try Paise.zero.minus(entry.amount, of: account)
        movements.append(.saving(account, change))
      case .loan where isHerLoan:
        movements.append(isCredit ? .loanRepaid(entry.amount) : .loanGiven(entry.amount))
      default: continue
      }
    }
    guard movements.isEmpty else { return movements }
    guard entry.knownKind == .loanInterest, isHerLoan || entry.loan == nil else {
      return [.other(entry.amount)]
    }
    let paid = entry.isReversal ? try Paise.zero.minus(entry.amount, of: nil) : entry.amount
    return [.loanInterest(paid)]
  }
}

extension MemberPassbook.Balances {
  fileprivate mutating func apply(
    _ movement: MemberPassbook.Movement, _ entry: BookEntry
  ) throws(ReportError) {
    switch movement {
    case .saving(let account, let change): try savings.add(change, to: account)
    case .loanGiven(let amount): try moveLoan(entry.loan, by: amount)
    case .loanRepaid(let amount): try moveLoan(entry.loan, by: .zero.minus(amount, of: .loansToMembers))
    case .loanInterest, .other: break
    }
  }

  private mutating func moveLoan(_ loan: RecordID?, by change: Paise) throws(ReportError) {
    guard let loan else { return }
    loans[loan] = try (loans[loan] ?? .zero).plus(change, of: .loansToMembers)
    outstanding = try outstanding.plus(change, of: .loansToMembers)
  }
}
