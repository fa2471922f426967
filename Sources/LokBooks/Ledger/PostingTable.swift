/// How a kind of entry posts: which account is debited, which credited, and whose sub-ledger it moves.
package struct Posting: Sendable {
  /// Whose sub-ledger one side of the posting belongs to.
  package enum SubLedger: Sendable {
    case none
    case member(Account)  // the member's share of this account
    case loan(Account)  // the loan's share of this account; the loan is of this CBO
    case foreignLoan(Account)  // the loan's share of this account; the loan is in another CBO's book
  }

  package let debit: Account
  package let credit: Account
  package let subLedger: SubLedger
  /// The entry names a member.
  package let needsMember: Bool

  /// Nil only for `.journal`, which names its accounts itself.
  ///
  /// Source: postings of domain notes 2.2; cash basis; the kinds are the receipts and payments of the
  /// registers (domain notes 1.3).
  package static func of(_ kind: EntryKind) -> Posting? {
    switch kind {
    case .savingCompulsory: .saving(.savingsCompulsory)
    case .savingFood: .saving(.savingsFood)
    case .savingHealth: .saving(.savingsHealth)
    case .savingOptional: .saving(.savingsOptional)
    case .savingWithdrawn:
      Posting(.savingsCompulsory, .cashInHand, .member(.savingsCompulsory), needsMember: true)
    case .loanGiven: Posting(.loansToMembers, .cashInHand, .loan(.loansToMembers), needsMember: true)
    case .loanPrincipal: Posting(.cashInHand, .loansToMembers, .loan(.loansToMembers), needsMember: true)
    case .loanInterest: Posting(.cashInHand, .interestOnMemberLoans, needsMember: true)
    case .penalty: Posting(.cashInHand, .penalty, needsMember: true)
    case .membershipFee: Posting(.cashInHand, .membershipFee, needsMember: true)

    case .bankLoanReceived: Posting(.bank, .bankTermLoan)
    case .cashCreditReceived: Posting(.bank, .cashCredit)
    case .voLoanReceived: Posting(.bank, .loanFromVO, .foreignLoan(.loanFromVO))
    case .clfLoanReceived: Posting(.bank, .loanFromCLF, .foreignLoan(.loanFromCLF))
    case .cifReceived: Posting(.bank, .communityInvestmentFund)
    case .revolvingFund: Posting(.bank, .revolvingFund)
    case .vrfReceived: Posting(.bank, .vulnerabilityFund)
    case .startupGrant: Posting(.bank, .startupGrant)
    case .governmentGrant: Posting(.bank, .governmentGrant)
    case .bankInterest: Posting(.bank, .bankInterest)
    case .depositInterest: Posting(.bank, .depositInterest)
    case .depositMatured: Posting(.bank, .fixedDeposit)
    case .otherReceipt: Posting(.cashInHand, .otherIncome)
    case .serviceCharge: Posting(.cashInHand, .serviceCharge)

    case .bankLoanRepaid: Posting(.bankTermLoan, .bank)
    case .cashCreditRepaid: Posting(.cashCredit, .bank)
    case .voLoanRepaid: Posting(.loanFromVO, .cashInHand, .foreignLoan(.loanFromVO))
    case .clfLoanRepaid: Posting(.loanFromCLF, .cashInHand, .foreignLoan(.loanFromCLF))
    case .cifRepaid: Posting(.communityInvestmentFund, .cashInHand)
    case .interestPaid: Posting(.interestPaid, .bank)
    case .bankCharge: Posting(.bankCharges, .bank)
    case .meetingExpense: Posting(.meetingExpense, .cashInHand)
    case .rent: Posting(.rent, .cashInHand)
    case .honorarium: Posting(.honorarium, .cashInHand)
    case .travel: Posting(.travel, .cashInHand)
    case .stationery: Posting(.stationery, .cashInHand)
    case .insurance: Posting(.insurance, .cashInHand)
    case .auditFee: Posting(.auditFee, .cashInHand)
    case .depositMade: Posting(.fixedDeposit, .bank)
    case .federationSaving: Posting(.savingsWithFederation, .cashInHand)
    case .federationShare: Posting(.shareInFederation, .cashInHand)
    case .assetBought: Posting(.fixedAssets, .cashInHand)

    case .groupLoanGiven: Posting(.loansToGroups, .bank, .loan(.loansToGroups))
    case .groupLoanPrincipal: Posting(.cashInHand, .loansToGroups, .loan(.loansToGroups))
    case .groupLoanInterest: Posting(.cashInHand, .interestOnGroupLoans)
    case .groupSaving: Posting(.cashInHand, .savingsOfGroups)
    case .groupShare: Posting(.cashInHand, .shareCapital)

    case .cashDeposited: Posting(.bank, .cashInHand)
    case .cashWithdrawn: Posting(.cashInHand, .bank)
    case .journal: nil
    }
  }

  package init(
    _ debit: Account, _ credit: Account, _ subLedger: SubLedger = .none, needsMember: Bool = false
  ) {
    self.debit = debit
    self.credit = credit
    self.subLedger = subLedger
    self.needsMember = needsMember
  }

  private static func saving(_ account: Account) -> Posting {
    Posting(.cashInHand, account, .member(account), needsMember: true)
  }
}
