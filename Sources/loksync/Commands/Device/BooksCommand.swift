package import ArgumentParser
package import LokBooks
import LokDevice

package struct BooksCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "books",
    abstract: "The groups' books as this phone sees them, unsent lines included. Needs no server.",
    discussion: """
      Examples:
        loksync device books --store asha.sqlite
        loksync device books --store asha.sqlite --cbo 12-3

      Without --cbo the groups are listed; with it the members, meetings, loans and balances of one.
      """)

  @OptionGroup package var phone: StoreOptions
  @Option(help: ArgumentHelp("One group.", valueName: "id"))
  package var cbo: RecordID?
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() async throws {
    let agent = try await Phone.opened(phone)
    guard let cbo else {
      let groups = try await agent.groups()
      if output.json { return try printJSON(groups.map(HeldGroupJSON.init)) }
      return print(BooksText.list(groups))
    }
    guard try await agent.groups().contains(where: { $0.id == cbo }) else {
      throw Failure(
        .notFound, "this phone holds no group \(cbo)", next: "loksync device books lists what it holds")
    }
    let books = try await agent.books(of: cbo)
    if output.json { try printJSON(BooksText.JSON(books)) } else { print(BooksText.text(books)) }
  }
}

private struct HeldGroupJSON: Encodable {
  let id: String
  let name: String?
  let tier: String?
  let parent: String?

  init(_ group: HeldGroup) {
    id = group.id.description
    name = group.name
    tier = group.tier?.name
    parent = group.parent?.description
  }
}
