package import ArgumentParser
import LokBooks
import LokDevice
import LokText

package struct ReceiptsCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "receipts",
    abstract: "The server's signed receipts for what this phone wrote, and how each set stands now.",
    discussion: """
      Example:
        loksync device receipts --store asha.sqlite

      A receipt was verified when it came. Each says whether its meeting is approved, counts unapproved, or \
      is set aside. --json has epoch, leaf, signature and the server's key, for a third party to verify. \
      Needs no server.
      """)

  @OptionGroup package var phone: StoreOptions
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() async throws {
    let agent = try await Phone.opened(phone)
    let block = try await agent.status().block
    let receipts = try await agent.with { store, _ in try store.receipts() }
    if output.json {
      try printJSON(receipts.map { ReceiptText.JSON($0, block) })
    } else {
      print(ReceiptText.list(receipts, block))
    }
  }
}
