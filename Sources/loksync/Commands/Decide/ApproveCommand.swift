package import ArgumentParser

package struct ApproveCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "approve",
    abstract: "Approve meetings and profiles, or let what is set aside into the books as it stands.",
    discussion: """
      Examples:
        loksync device approve --store checker.sqlite 900001@12
        loksync device approve --store checker.sqlite 12 15 16.2
        loksync device approve --store checker.sqlite 1-2

      They are named as loksync device pending lists them. An approved meeting is frozen: what is wrong in \
      it is corrected by reversal. A group's profile goes with those of its members and bank accounts that \
      wait too: they get their printed codes. The decision goes up with the next sync; where another checker \
      was first, loksync device status says so.
      """)

  @OptionGroup package var phone: StoreOptions
  @Argument(help: ArgumentHelp("Sets, single changes, or ids of profiles.", valueName: "set-or-id"))
  package var targets: [DecisionTarget]
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() async throws {
    try await Checker.approve(targets, in: phone, output)
  }
}
