package import ArgumentParser
package import LokBooks
import LokDevice
import LokShard

package struct BooksCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "books",
    abstract: "The groups' books as this phone sees them, unsent lines included. Needs no server.",
    discussion: """
      Examples:
        loksync device books --store asha.sqlite
        loksync device books --store asha.sqlite --cbo 12-3
        loksync device books passbook --store asha.sqlite --cbo 12-3 --member 12-4
        loksync device books portfolio --store asha.sqlite --cbo 12-3 --until 2026-11-30

      Without --cbo the groups are listed; with it the members, meetings, loans and balances of one, unsent \
      lines included. A named book shows what the server has confirmed, with the figures that the \
      same book has on the server at the same seq.
      """)

  @Argument(help: "Which book; left out: an overview.")
  package var book: BookName?
  @OptionGroup package var phone: StoreOptions
  @Option(help: ArgumentHelp("One group.", valueName: "id"))
  package var cbo: RecordID?
  @OptionGroup package var options: BookOptions
  private var output: OutputOptions { options.output }

  package init() {}

  package func validate() throws {
    if book != nil, cbo == nil { throw ValidationError("A book is one group's: give --cbo.") }
    if book == nil, options.csv { throw ValidationError("--csv is for a named book.") }
  }

  package func run() async throws {
    let agent = try await Phone.opened(phone)
    if let book, let cbo { return try await show(book, of: cbo, agent) }
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

  private func show(_ book: BookName, of cbo: RecordID, _ agent: DeviceAgent) async throws {
    guard let books = try await agent.with({ store, _ in try store.confirmedBooks(of: cbo) }) else {
      throw Failure(
        .notFound, "the server has confirmed no group \(cbo) to this phone",
        next: "Sync first; loksync device books lists what the phone holds")
    }
    let members = try await agent.books(of: cbo).members
    let names = Dictionary(members.compactMap { member in member.identity?.name.map { (member.id, $0) } }) {
      first, _ in first
    }
    let period = options.query(book).period
    if book == .portfolio,
      let found = try await agent.with({ store, _ in try store.shard.portfolio(of: cbo, period) })
    {
      return try options.show(found, of: cbo, names: names)
    }
    try options.show(book, of: books, names: names)
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
