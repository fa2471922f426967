package import ArgumentParser
package import LokBooks
package import LokDevice

package struct RecordMeetingCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "meeting",
    abstract: "A group's meeting: who came, savings, loans, repayments, and the cash box.",
    discussion: """
      Examples:
        loksync device record meeting --store asha.sqlite --cbo 1-2 --date 2025-10-08 --present 1-3 \
      --present 1-4 --absent 1-5 --saving 1-3=50 --saving 1-4=५० --line meeting-expense=20 --closing 80
        loksync device record meeting --store asha.sqlite --cbo 1-2 --file meeting.json

      The file:
      \(MeetingFile.example)

      A sum paid on a loan (--pay, "payments") is set against what is due on that day: penalty, overdue and \
      current interest, overdue and current principal, prepayment, or the order that the group has set.

      A cut-off (--type cutoff) holds opening balances: "others" of the kinds opening-debit and \
      opening-credit, which name "debit" or "credit" (an account's code) and whose share it is. What was \
      written wrongly is taken back by the same line with "reverses": the id of the entry.

      Kinds of --line and of "others": saving-withdrawn and membership-fee with a member, \
      revolving-fund, bank-loan-received, bank-loan-repaid, bank-interest, bank-charge, meeting-expense, \
      rent, honorarium, travel, stationery, insurance, cash-deposited, cash-withdrawn and the others of \
      Proto/lokos/v1/records.proto. What is repaid to a lender goes to the only loan that the group owes \
      there; with several, name it: --line bank-loan-repaid@12-9=500. Where --number, --opening or \
      --closing is left out, it is reckoned from the phone's books; a closing counted from the cash box \
      finds mistakes, a reckoned one cannot.
      """)

  @OptionGroup package var phone: StoreOptions
  @Option(help: ArgumentHelp("The group.", valueName: "id"))
  package var cbo: RecordID
  @Option(help: ArgumentHelp("The meeting as JSON, instead of the flags below.", valueName: "JSON"))
  package var file: String?
  @Option(help: "Its number; each group counts from 1 without a gap.")
  package var number: UInt32?
  @Option(help: ArgumentHelp("The day it was held.", valueName: "date"))
  package var date: Day?
  @Option(help: "What kind of meeting.")
  package var type: MeetingDraft.Kind = .regular
  @Option(help: ArgumentHelp("Cash in the box when it began.", valueName: "rupees"))
  package var opening: Paise?
  @Option(help: ArgumentHelp("Cash in the box when it ended.", valueName: "rupees"))
  package var closing: Paise?
  @Option(help: ArgumentHelp("A member who came; repeatable.", valueName: "id"))
  package var present: [RecordID] = []
  @Option(help: ArgumentHelp("A member who did not; repeatable.", valueName: "id"))
  package var absent: [RecordID] = []
  @Option(help: ArgumentHelp("Compulsory saving; repeatable.", valueName: "member=rupees"))
  package var saving: [MemberAmount] = []
  @Option(help: ArgumentHelp("Optional saving; repeatable.", valueName: "member=rupees"))
  package var optionalSaving: [MemberAmount] = []
  @Option(help: ArgumentHelp("A penalty; repeatable.", valueName: "member=rupees"))
  package var penalty: [MemberAmount] = []
  @Option(help: ArgumentHelp("A loan paid out; repeatable.", valueName: "loan@member=rupees"))
  package var payLoan: [LoanAmount] = []
  @Option(help: ArgumentHelp("Principal repaid; repeatable.", valueName: "loan@member=rupees"))
  package var repay: [LoanAmount] = []
  @Option(help: ArgumentHelp("Interest paid; repeatable.", valueName: "loan@member=rupees"))
  package var interest: [LoanAmount] = []
  @Option(
    help: ArgumentHelp(
      "A sum paid on a loan, set against what is due in the group's order; repeatable.",
      valueName: "loan=rupees"))
  package var pay: [LoanSum] = []
  @Option(help: ArgumentHelp("Any other line of the cash book; repeatable.", valueName: "kind[@loan]=rupees"))
  package var line: [KindAmount] = []
  @Option(help: ArgumentHelp("The own set, rejected or set aside, that it replaces.", valueName: "set"))
  package var replaces: SetReference?
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    guard (file == nil) != (date == nil) else { throw ValidationError("Give one of --date and --file.") }
    let typed =
      present.count + absent.count + saving.count + optionalSaving.count + penalty.count + payLoan.count
      + repay.count + interest.count + pay.count + line.count
    if file != nil, typed > 0 || number != nil || opening != nil || closing != nil {
      throw ValidationError("With --file the whole meeting stands in the file.")
    }
    if let twice = Set(present).intersection(absent).min() {
      throw ValidationError("\(twice) is both present and absent.")
    }
  }

  /// The meeting as it was typed or as its file has it.
  package func draft() throws -> MeetingDraft {
    if let file { return try MeetingDraft(json: try InputFile.bytes(of: file), named: file) }
    guard let date else { throw ValidationError("Give one of --date and --file.") }
    var draft = MeetingDraft(
      number: number, day: date, kind: type, openingCash: opening, closingCash: closing)
    draft.attendance = present.map { .init($0, isPresent: true) } + absent.map { .init($0, isPresent: false) }
    draft.entries = lines
    draft.payments = pay.map { LoanPayment(loan: $0.loan, amount: $0.amount) }
    return draft
  }

  /// Receipts before payments, as the cash book has them.
  private var lines: [EntryDraft] {
    func aboutMember(_ kind: EntryKind, _ amounts: [MemberAmount]) -> [EntryDraft] {
      amounts.map { EntryDraft(kind, $0.amount, member: $0.member) }
    }
    func aboutLoan(_ kind: EntryKind, _ amounts: [LoanAmount]) -> [EntryDraft] {
      amounts.map { EntryDraft(kind, $0.amount, member: $0.member, loan: .known($0.loan)) }
    }
    return aboutMember(.savingCompulsory, saving) + aboutMember(.savingOptional, optionalSaving)
      + aboutMember(.penalty, penalty) + aboutLoan(.loanPrincipal, repay) + aboutLoan(.loanInterest, interest)
      + aboutLoan(.loanGiven, payLoan)
      + line.map {
        EntryDraft($0.kind, $0.amount, loan: $0.loan.map { .known($0) })
      }
  }

  package func run() async throws {
    var draft = try draft()
    draft.replaces = replaces?.seq
    let group = cbo
    try await Phone.record(in: phone, output) { [draft] store, now in
      try store.recordMeeting(draft, of: group, at: now)
    }
  }
}
