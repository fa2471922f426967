package import ArgumentParser
package import LokBooks
import LokDevice

package struct RecordExitCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "exit",
    abstract: "A member leaves her group.",
    discussion: """
      Example:
        loksync device record exit --store asha.sqlite --cbo 1-2 --member 1-5 --date 2026-01-10 --reason moved

      She has been paid out and has repaid before: both are lines of a meeting. Until then it is set aside.
      """)

  @OptionGroup package var phone: StoreOptions
  @Option(help: ArgumentHelp("The group.", valueName: "id"))
  package var cbo: RecordID
  @Option(help: ArgumentHelp("The member.", valueName: "id"))
  package var member: RecordID
  @Option(help: ArgumentHelp("Her last day.", valueName: "date"))
  package var date: Day
  @Option(help: "Why she leaves.")
  package var reason: LeavingReason
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() async throws {
    let (member, group) = (member, cbo)
    let draft = MemberDraft(leftReason: reason.rawValue, leftDay: date)
    try await Phone.record(in: phone, output) { store, now in
      try store.editMember(member, of: group, draft, at: now)
    }
  }
}
