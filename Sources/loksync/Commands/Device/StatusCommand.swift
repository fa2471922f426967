package import ArgumentParser
import LokDevice

package struct StatusCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "What is unsent, stored, committed, set aside and why. Needs no server.",
    discussion: """
      Example:
        loksync device status --store asha.sqlite

      stored = on the server's disk, will be judged; committed = in the block's books, with a receipt; set \
      aside = kept, but not in the books, with the reason and what to do next.
      """)

  @OptionGroup package var phone: StoreOptions
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() async throws {
    let status = try await Phone.opened(phone).status()
    if output.json { try printJSON(StatusText.JSON(status)) } else { print(StatusText.text(status)) }
  }
}
