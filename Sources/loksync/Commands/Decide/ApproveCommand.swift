package import ArgumentParser
import LokBooks
import LokDevice

package struct ApproveCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "approve",
    abstract: "Approve meetings, or let what is set aside into the books as it stands.",
    discussion: """
      Examples:
        loksync device approve --store checker.sqlite 900001@12
        loksync device approve --store checker.sqlite 12 15 16.2

      Sets are named as loksync device pending lists them. An approved meeting is frozen: what is wrong \
      in it is corrected by reversal. The decision goes up with the next sync; where another checker was \
      first, loksync device status says so.
      """)

  @OptionGroup package var phone: StoreOptions
  @Argument(help: ArgumentHelp("Sets, or single changes.", valueName: "set"))
  package var sets: [SetReference]
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() async throws {
    try await Checker.decide(sets, in: phone, output) { open in (open.approval, nil) }
  }
}
