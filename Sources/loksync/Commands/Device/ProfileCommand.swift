package import ArgumentParser
package import LokBooks
import LokDevice
import LokShard

package struct ProfileCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "A group's profile as the server has confirmed it: settings, offices, members, codes.",
    discussion: """
      Example:
        loksync device profile --store asha.sqlite --cbo 12-3

      The printed codes come with a checker's approval. Needs no server.
      """)

  @OptionGroup package var phone: StoreOptions
  @Option(help: ArgumentHelp("The group.", valueName: "id"))
  package var cbo: RecordID
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() async throws {
    let agent = try await Phone.opened(phone)
    let group = cbo
    guard let profile = try await agent.with({ store, _ in try store.shard.groupProfile(of: group) }) else {
      throw Failure(
        .notFound, "the server has confirmed no group \(cbo) to this phone",
        next: "Sync first; loksync device books lists what the phone holds")
    }
    let members = try await agent.books(of: cbo).members
    let named = members.compactMap { member in member.identity?.name.map { (member.id, $0) } }
    let names = Dictionary(named) { first, _ in first }
    if output.json {
      try printJSON(ProfileJSON(profile, names: names))
    } else {
      print(ProfileText(profile, names: names).text)
    }
  }
}
