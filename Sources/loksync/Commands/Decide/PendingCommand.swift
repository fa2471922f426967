package import ArgumentParser
import LokDevice

package struct PendingCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "pending",
    abstract: "What waits for a checker's word in the groups of this phone. Needs no server.",
    discussion: """
      Example:
        loksync device pending --store checker.sqlite

      A meeting that counts and is not approved yet, and what is set aside with its reason. What waits for a \
      meeting before it is left out: it follows by itself. Below them the profiles that no checker has \
      approved: groups, members, bank accounts.
      """)

  @OptionGroup package var phone: StoreOptions
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() async throws {
    let agent = try await Phone.opened(phone)
    let block = try await agent.status().block
    let (open, profiles) = try await agent.with { store, _ in
      (try store.openDecisions(), try store.openProfiles())
    }
    if output.json {
      try printJSON(DecisionText.JSON(open, profiles, block: block))
    } else {
      print(DecisionText.list(open, profiles, block: block))
    }
  }
}
