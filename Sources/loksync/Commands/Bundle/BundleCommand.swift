package import ArgumentParser
import LokServer
import LokWire

package struct BundleCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "bundle",
    abstract: "What phones send by memory card or by another phone.",
    discussion: """
      Example:
        loksync bundle import asha.bundle --data /srv/loksync --ack asha.answer
      """,
    subcommands: [BundleImportCommand.self])

  package init() {}
}

package struct BundleImportCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take what a phone has exported, and write the answer that is carried back.",
    discussion: """
      Examples:
        loksync device export-bundle --store asha.sqlite --out asha.bundle
        loksync bundle import asha.bundle --data /srv/loksync --ack asha.answer
        loksync device import-bundle asha.answer --store asha.sqlite

      The sets are judged as if the phone had sent them now, with a running server or without. A bundle may \
      come twice, late, or after the phone has synced: what is known is not taken again. The answer holds \
      receipts and what is new for that phone; only that phone can read it.
      """)

  @Argument(help: ArgumentHelp("As loksync device export-bundle wrote it.", valueName: "FILE"))
  package var file: String
  @OptionGroup package var files: DataOptions
  @Option(help: ArgumentHelp("Where to write the answer for the phone.", valueName: "FILE"))
  package var ack: String?
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() async throws {
    let outcome = try await BundleChannel.take(InputFile.bytes(of: file), data: files.data)
    if let ack, let answer = outcome.answer { try OutputFile.write(answer, to: ack) }
    let text = BundleText(outcome, answer: outcome.answer == nil ? nil : ack)
    if output.json { try printJSON(text.json) } else { print(text.text) }
    if let status = outcome.status { throw Failure(describing: status) }
  }
}
