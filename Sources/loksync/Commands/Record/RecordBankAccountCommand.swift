package import ArgumentParser
package import LokBooks
import LokDevice

package struct RecordBankAccountCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "bank-account",
    abstract: "A group's account at a bank: a new one, or what has changed of one.",
    discussion: """
      Examples:
        loksync device record bank-account --store asha.sqlite --cbo 1-2 --bank "Gramin Bank" \
      --branch Gaya --ifsc PUNB0012300 --number 001234567890 --opened 2025-11-01
        loksync device record bank-account --store asha.sqlite --cbo 1-2 --id 1-9 --number 001234567891

      A new IFSC or number of a known account keeps the old one until a checker decides.
      """)

  @OptionGroup package var phone: StoreOptions
  @Option(help: ArgumentHelp("The group.", valueName: "id"))
  package var cbo: RecordID
  @Option(help: ArgumentHelp("A known account; left out: a new one.", valueName: "id"))
  package var id: RecordID?
  @Option(help: "The bank.")
  package var bank: String?
  @Option(help: "The branch.")
  package var branch: String?
  @Option(help: "Eleven characters, the fifth a zero.")
  package var ifsc: String?
  @Option(help: "9 to 18 digits; leading zeros count.")
  package var number: String?
  @Option(help: ArgumentHelp("When it was opened.", valueName: "date"))
  package var opened: Day?
  @Option(help: ArgumentHelp("When it was closed.", valueName: "date"))
  package var closed: Day?
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() async throws {
    let account = BankAccountDraft(
      bank: bank, branch: branch, ifsc: ifsc, accountNumber: number, openedDay: opened, closedDay: closed)
    let (known, group) = (id, cbo)
    try await Phone.record(in: phone, output) { store, now in
      try store.writeBankAccount(account, known, of: group, at: now)
    }
  }
}
