package import ArgumentParser
package import LokBooks
import LokDevice

package struct RecordLoanCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "loan",
    abstract: "A loan's terms. The money itself moves in a meeting.",
    discussion: """
      Examples:
        loksync device record loan --store asha.sqlite --cbo 1-2 --member 1-3 --amount 5,000 --rate 12 \
      --instalments 10 --purpose "two goats" --date 2025-10-08
        loksync device record loan --store vo.sqlite --cbo 1-7 --borrower 1-2 --amount 50,000 --rate 9 \
      --instalments 24 --date 2025-10-08
        loksync device record loan --store asha.sqlite --cbo 1-2 --borrower 1-2 --source bank-term \
      --amount 1,50,000 --rate 7 --instalments 24 --date 2025-10-08 --lender "Gramin Bank, Gaya"

      What the group itself owes to a bank stands in its own book with itself as the borrower.
      """)

  @OptionGroup package var phone: StoreOptions
  @Option(help: ArgumentHelp("The group that lends.", valueName: "id"))
  package var cbo: RecordID
  @Option(help: ArgumentHelp("The member who borrows.", valueName: "id"))
  package var member: RecordID?
  @Option(help: ArgumentHelp("Instead, of a federation: the group that borrows.", valueName: "id"))
  package var borrower: RecordID?
  @Option(help: ArgumentHelp("What is sanctioned.", valueName: "rupees"))
  package var amount: Paise
  @Option(
    help: ArgumentHelp(
      "Interest a year, in percent, two places at most; left out: as the group's settings have it.",
      valueName: "percent"))
  package var rate: Percent?
  @Option(help: "In how many instalments it is repaid.")
  package var instalments: UInt32
  @Option(help: "How interest is reckoned; left out: as the group's settings have it, else declining.")
  package var method: InterestMethod?
  @Option(help: "What it is for.")
  package var purpose: String?
  @Option(help: ArgumentHelp("The day it was sanctioned.", valueName: "date"))
  package var date: Day
  @Option(help: "Where its money comes from.")
  package var source: LoanSource = .ownFund
  @Option(help: ArgumentHelp("Days between instalments; left out: monthly.", valueName: "days"))
  package var every: UInt32?
  @Option(help: ArgumentHelp("Periods before the first principal, 0 to 12.", valueName: "periods"))
  package var moratorium: UInt32 = 0
  @Option(help: "The lender's number of it.")
  package var loanNumber: String?
  @Option(help: "Bank and branch, or another lender.")
  package var lender: String?
  @OptionGroup package var output: OutputOptions

  package init() {}

  /// Values are those of `lokos.v1.LoanSource`.
  package enum LoanSource: Int64, Choice {
    case ownFund = 1
    case rf = 2
    case cif = 3
    case vrf = 4
    case bankTerm = 5
    case bankCashCredit = 6
    case vo = 7
    case clf = 8
    case mfi = 9
    case other = 10
  }

  package func validate() throws {
    guard (member == nil) != (borrower == nil) else {
      throw ValidationError("Give one of --member and --borrower.")
    }
    guard member != nil || rate != nil else {
      throw ValidationError("Give --rate: the group's settings are those of its members' loans.")
    }
    guard (1...240).contains(instalments) else { throw ValidationError("--instalments is 1 to 240.") }
    guard (0...12).contains(moratorium) else { throw ValidationError("--moratorium is 0 to 12 periods.") }
    if let every, !(1...366).contains(every) { throw ValidationError("--every is 1 to 366 days.") }
  }

  private var borrowerOfLoan: LoanDraft.Borrower {
    get throws {
      if let member { return .member(member) }
      if let borrower { return .cbo(borrower) }
      throw ValidationError("Give one of --member and --borrower.")
    }
  }

  package func run() async throws {
    let group = cbo
    let loan = LoanDraft(
      borrower: try borrowerOfLoan, principal: amount, annualRateBasisPoints: rate?.basisPoints,
      instalments: instalments, interestMethod: method?.rawValue, purpose: purpose, sanctionedDay: date,
      source: source == .ownFund ? nil : source.rawValue, repayEveryDays: every,
      moratoriumPeriods: moratorium == 0 ? nil : moratorium, loanNumber: loanNumber, lender: lender)
    try await Phone.record(in: phone, output) { store, now in try store.createLoan(loan, of: group, at: now) }
  }
}
