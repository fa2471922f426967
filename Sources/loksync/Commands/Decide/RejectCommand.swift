package import ArgumentParser

package struct RejectCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "reject",
    abstract: "Take meetings back, keep what is set aside out of the books, or send a profile back.",
    discussion: """
      Examples:
        loksync device reject --store checker.sqlite 900001@12 --reason "cash counted again: 40 missing"
        loksync device reject --store checker.sqlite 12 --with-later --reason "wrong month"
        loksync device reject --store checker.sqlite 1-2 --reason "the village is another one"

      The meeting stays readable with its reason, counts nowhere, and its number is free again. A meeting on \
      which later ones stand goes with them (--with-later) or is corrected by reversal. A profile stays \
      rejected until its maker has changed it.
      """)

  @OptionGroup package var phone: StoreOptions
  @Argument(help: ArgumentHelp("Sets, single changes, or ids of profiles.", valueName: "set-or-id"))
  package var targets: [DecisionTarget]
  @Option(help: "Why, for the one who wrote it.")
  package var reason: String
  @Flag(help: "Also the meetings that stand on these.")
  package var withLater = false
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    guard reason.contains(where: { !$0.isWhitespace }) else {
      throw ValidationError("--reason is for the one who wrote it: say why.")
    }
  }

  package func run() async throws {
    try await Checker.reject(targets, reason: reason, withLater: withLater, in: phone, output)
  }
}
