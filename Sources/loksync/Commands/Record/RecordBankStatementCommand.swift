package import ArgumentParser
package import LokBooks
import LokDevice

package struct RecordBankStatementCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "bank-statement",
    abstract: "What the bank's pass book says at the end of a day, for the reconciliation.",
    discussion: """
      Example:
        loksync device record bank-statement --store asha.sqlite --cbo 1-2 --date 2026-03-31 --balance 42,458

      The book "reconciliation" shows it beside the group's own books.
      """)

  @OptionGroup package var phone: StoreOptions
  @Option(help: ArgumentHelp("The group.", valueName: "id"))
  package var cbo: RecordID
  @Option(help: ArgumentHelp("Which account; left out: the group's only one.", valueName: "id"))
  package var account: RecordID?
  @Option(help: ArgumentHelp("The day.", valueName: "date"))
  package var date: Day
  @Option(help: ArgumentHelp("The balance.", valueName: "rupees"))
  package var balance: Paise
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() async throws {
    let (paise, day, account, group) = (balance, date, account, cbo)
    try await Phone.record(in: phone, output) { store, now in
      try store.writeBankStatement(paise, on: day, account: account, of: group, at: now)
    }
  }
}
