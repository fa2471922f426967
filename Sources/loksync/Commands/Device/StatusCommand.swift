package import ArgumentParser
import LokDevice

package struct StatusCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "status",
    abstract:
      "What is unsent, stored, committed, set aside and why, and what syncs have cost. Needs no server.",
    discussion: """
      Example:
        loksync device status --store asha.sqlite

      stored = on the server's disk, will be judged; committed = in the block's books, with a receipt; set \
      aside = kept, but not in the books, with the reason and what to do next.

      Bytes are those of frames, call by call, and in one line with what TLS adds; TCP and IP add about 40 a \
      packet.
      """)

  @OptionGroup package var phone: StoreOptions
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() async throws {
    let agent = try await Phone.opened(phone)
    let status = try await agent.status()
    let (traffic, link) = (try await agent.traffic(), try await agent.link())
    if output.json {
      try printJSON(StatusText.JSON(status, TrafficText.JSON(traffic), LinkText.JSON(link)))
    } else {
      let cost = TrafficText.text(traffic).map { [$0, LinkText.text(link)] } ?? []
      print(([StatusText.text(status)] + cost).joined(separator: "\n"))
    }
  }
}
