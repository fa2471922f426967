/// How a kind of entry posts: which account is debited, which credited. Whose share of them moves follows
/// from the accounts (`Account.party`).
package struct Posting: Sendable {
  package let debit: Account
  package let credit: Account
  /// The entry names a member, also where neither account has a share of hers.
  package let needsMember: Bool

  /// Nil only for free vouchers and opening balances, which name accounts themselves.
  ///
  /// Source: postings of domain notes 2.2; cash basis; the kinds are the receipts and payments of the
  /// registers (domain notes 1.3).
  package static func of(_ kind: EntryKind) -> Posting? {
    switch kind {
    case .savingCompulsory: .saving(.savingsCompulsory)
    case .savingFood: .saving(.savingsFood)
    case .savingHealth: .saving(.savingsHealth)
    case .savingOptional: .saving(.savingsOptional)
    case .savingWithdrawn: Posting(.savingsCompulsory, .cashInHand, needsMember: true)
    case .savingFoodWithdrawn: Posting(.savingsFood, .cashInHand, needsMember: true)
    case .savingHealthWithdrawn: Posting(.savingsHealth, .cashInHand, needsMember: true)
    case .savingOptionalWithdrawn: Posting(.savingsOptional, .cashInHand, needsMember: true)
    case .loanGiven: Posting(.loansToMembers, .cashInHand, needsMember: true)
    case .loanPrincipal: Posting(.cashInHand, .loansToMembers, needsMember: true)
    case .loanInterest: Posting(.cashInHand, .interestOnMemberLoans, needsMember: true)
    case .penalty: Posting(.cashInHand, .penalty, needsMember: true)
    case .membershipFee: Posting(.cashInHand, .membershipFee, needsMember: true)
    case .loanWrittenOff: Posting(.loansWrittenOff, .loansToMembers, needsMember: true)
    case .surplusPaid: Posting(.surplus, .cashInHand, needsMember: true)
    case .savingInterestPaid: Posting(.interestOnSavings, .cashInHand, needsMember: true)
    case .vrfPaid: Posting(.vulnerabilityFund, .cashInHand, needsMember: true)

    case .bankLoanReceived: Posting(.bank, .bankTermLoan)
    case .cashCreditReceived: Posting(.bank, .cashCredit)
    case .voLoanReceived: Posting(.bank, .loanFromVO)
    case .clfLoanReceived: Posting(.bank, .loanFromCLF)
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
    case .otherLoanReceived: Posting(.bank, .otherLoan)

    case .bankLoanRepaid: Posting(.bankTermLoan, .bank)
    case .cashCreditRepaid: Posting(.cashCredit, .bank)
    case .voLoanRepaid: Posting(.loanFromVO, .cashInHand)
    case .clfLoanRepaid: Posting(.loanFromCLF, .cashInHand)
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
    case .otherLoanRepaid: Posting(.otherLoan, .bank)
    case .revolvingFundReturned: Posting(.revolvingFund, .bank)
    case .vrfReturned: Posting(.vulnerabilityFund, .bank)
    case .depreciation: Posting(.depreciation, .fixedAssets)

    case .groupLoanGiven: Posting(.loansToGroups, .bank)
    case .groupLoanPrincipal: Posting(.cashInHand, .loansToGroups)
    case .groupLoanInterest: Posting(.cashInHand, .interestOnGroupLoans)
    case .groupSaving: Posting(.cashInHand, .savingsOfGroups)
    case .groupShare: Posting(.cashInHand, .shareCapital)

    case .cashDeposited: Posting(.bank, .cashInHand)
    case .cashWithdrawn: Posting(.cashInHand, .bank)
    case .journal, .openingDebit, .openingCredit: nil
    }
  }

  private init(_ debit: Account, _ credit: Account, needsMember: Bool = false) {
    self.debit = debit
    self.credit = credit
    self.needsMember = needsMember
  }

  private static func saving(_ account: Account) -> Posting {
    Posting(.cashInHand, account, needsMember: true)
  }
}
