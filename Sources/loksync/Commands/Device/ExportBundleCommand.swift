package import ArgumentParser
import LokDevice

package struct ExportBundleCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "export-bundle",
    abstract: "Write what has no receipt into a file for the server, where there is no link.",
    discussion: """
      Example:
        loksync device export-bundle --store asha.sqlite --out asha.bundle

      Whoever carries it can read nothing of it. It may be exported again, carried twice and overtaken by a \
      sync: nothing is counted twice. It also asks what others have written; the answer brings it.
      """)

  @OptionGroup package var phone: StoreOptions
  @Option(help: ArgumentHelp("The file to write.", valueName: "FILE"))
  package var out: String
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() async throws {
    let bundle = try await Phone.opened(phone).with { store, _ in try store.exportBundle() }
    try OutputFile.write(bundle.file, to: out)
    let text = OutgoingText(bundle)
    if output.json { try printJSON(text.json) } else { print(text.text()) }
  }
}

package struct ImportBundleCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "import-bundle",
    abstract: "Take the server's answer: receipts, and what others have written.",
    discussion: """
      Example:
        loksync device import-bundle asha.answer --store asha.sqlite

      Written by loksync bundle import --ack. It may come late or twice.
      """)

  @Argument(help: ArgumentHelp("The answer.", valueName: "FILE"))
  package var file: String
  @OptionGroup package var phone: StoreOptions
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() async throws {
    let bytes = try InputFile.bytes(of: file)
    let (report, status) = try await Phone.opened(phone).with { store, now in
      (try store.importAnswer(bytes, at: now), try store.status())
    }
    let text = AnswerText(report, status)
    if output.json { try printJSON(text.json) } else { print(text.text()) }
    if let failure = text.failure() { throw failure }
  }
}
