/// An account of the groups' chart, by its code. Source: the chart of accounts for SHG, VO and CLF
/// books in domain notes 2.2, with its additions.
package struct Account: Hashable, Comparable, Sendable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  init(_ rawValue: UInt32) { self.rawValue = rawValue }
  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  package static let cashInHand = Account(1001)
  package static let bank = Account(1010)
  package static let fixedDeposit = Account(1020)
  package static let loansToMembers = Account(1100)
  package static let loansToGroups = Account(1110)
  package static let savingsWithFederation = Account(1200)
  package static let shareInFederation = Account(1210)
  package static let interestReceivable = Account(1300)
  package static let fixedAssets = Account(1400)
  package static let cashInTransit = Account(1900)
  package static let savingsCompulsory = Account(2001)
  package static let savingsFood = Account(2002)
  package static let savingsHealth = Account(2003)
  package static let savingsOptional = Account(2004)
  package static let bankTermLoan = Account(2100)
  package static let cashCredit = Account(2110)
  package static let loanFromVO = Account(2120)
  package static let loanFromCLF = Account(2130)
  package static let communityInvestmentFund = Account(2140)
  package static let otherLoan = Account(2150)
  package static let savingsOfGroups = Account(2200)
  package static let payableToMembers = Account(2300)
  package static let revolvingFund = Account(3001)
  package static let vulnerabilityFund = Account(3002)
  package static let startupGrant = Account(3003)
  package static let governmentGrant = Account(3004)
  package static let investmentFundCorpus = Account(3005)
  package static let shareCapital = Account(3100)
  package static let surplus = Account(3900)
  package static let openingDifference = Account(3990)
  package static let interestOnMemberLoans = Account(4001)
  package static let bankInterest = Account(4002)
  package static let membershipFee = Account(4003)
  package static let penalty = Account(4004)
  package static let depositInterest = Account(4005)
  package static let interestOnGroupLoans = Account(4006)
  package static let serviceCharge = Account(4007)
  package static let otherIncome = Account(4009)
  package static let interestPaid = Account(5001)
  package static let bankCharges = Account(5002)
  package static let meetingExpense = Account(5003)
  package static let rent = Account(5004)
  package static let honorarium = Account(5005)
  package static let travel = Account(5006)
  package static let stationery = Account(5007)
  package static let insurance = Account(5008)
  package static let auditFee = Account(5009)
  package static let loansWrittenOff = Account(5010)
  package static let interestOnSavings = Account(5011)
  package static let depreciation = Account(5012)

  /// Who has a share of an account: the entry that moves it names the record.
  package enum Party: Sendable {
    /// A member of this group.
    case member
    /// A loan of this group's own book.
    case loan
    /// A loan in the book of the federation that gave it.
    case lendersLoan
    /// A loan that this group owes to a bank, in its own book; may be left out.
    case owedLoan
    /// Which of the group's bank accounts; may be left out.
    case bankAccount
  }

  /// Nil = nobody's: the account has no sub-ledger.
  package var party: Party? {
    switch self {
    case .savingsCompulsory, .savingsFood, .savingsHealth, .savingsOptional: .member
    case .loansToMembers, .loansToGroups: .loan
    case .loanFromVO, .loanFromCLF: .lendersLoan
    case .bankTermLoan, .cashCredit, .otherLoan: .owedLoan
    case .bank: .bankAccount
    default: nil
    }
  }

  package enum Class: String, Sendable { case asset, liability, equity, income, expense }

  package var accountClass: Class? {
    switch rawValue / 1000 {
    case 1: .asset
    case 2: .liability
    case 3: .equity
    case 4: .income
    case 5: .expense
    default: nil
    }
  }

  /// Every account of the chart with its name in the books, ascending by code.
  package static let chart: [(account: Account, name: String)] = [
    (.cashInHand, "Cash in hand"), (.bank, "Bank savings account"), (.fixedDeposit, "Fixed deposit"),
    (.loansToMembers, "Loans to members"), (.loansToGroups, "Loans to groups"),
    (.savingsWithFederation, "Savings with VO/CLF"), (.shareInFederation, "Share capital in VO/CLF"),
    (.interestReceivable, "Interest receivable"), (.fixedAssets, "Fixed assets"),
    (.cashInTransit, "Cash in transit"), (.savingsCompulsory, "Member savings, compulsory"),
    (.savingsFood, "Member savings, food security"), (.savingsHealth, "Member savings, health"),
    (.savingsOptional, "Member savings, optional"), (.bankTermLoan, "Bank term loan"),
    (.cashCredit, "Bank cash credit"), (.loanFromVO, "Loan from VO"), (.loanFromCLF, "Loan from CLF"),
    (.communityInvestmentFund, "CIF payable"), (.otherLoan, "Loan from MFI or other"),
    (.savingsOfGroups, "Savings of member groups"),
    (.payableToMembers, "Payable to members"), (.revolvingFund, "Revolving fund"),
    (.vulnerabilityFund, "Vulnerability reduction fund"), (.startupGrant, "Start-up grant"),
    (.governmentGrant, "Government grant"), (.investmentFundCorpus, "CIF corpus"),
    (.shareCapital, "Share capital"), (.surplus, "Accumulated surplus"),
    (.openingDifference, "Opening-balance difference"), (.interestOnMemberLoans, "Interest on member loans"),
    (.bankInterest, "Bank interest"), (.membershipFee, "Membership fee"), (.penalty, "Penalty"),
    (.depositInterest, "Deposit interest"), (.interestOnGroupLoans, "Interest on group loans"),
    (.serviceCharge, "Service charge"), (.otherIncome, "Other income"), (.interestPaid, "Interest paid"),
    (.bankCharges, "Bank charges"), (.meetingExpense, "Meeting expense"), (.rent, "Rent"),
    (.honorarium, "Honorarium"), (.travel, "Travel"), (.stationery, "Stationery"),
    (.insurance, "Insurance premium"), (.auditFee, "Audit fee"), (.loansWrittenOff, "Loans written off"),
    (.interestOnSavings, "Interest on savings"), (.depreciation, "Depreciation"),
  ]

  private static let names = Dictionary(uniqueKeysWithValues: chart.map { ($0.account, $0.name) })
  /// Nil for a code outside the chart.
  package var name: String? { Self.names[self] }
}
