package import ArgumentParser
package import LokBooks
import LokDevice

package struct RecordEditGroupCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "edit-cbo",
    abstract: "What has changed of a group: its settings, its federation, its status.",
    discussion: """
      Examples:
        loksync device record edit-cbo --store asha.sqlite --cbo 1-2 --saving 100 --basis accrual
        loksync device record edit-cbo --store asha.sqlite --cbo 1-2 --parent 1-7 --member-since 2026-04-01
        loksync device record edit-cbo --store asha.sqlite --cbo 1-2 --status inactive --reason "harvest"

      A new status stays without effect until a checker has decided. Who becomes inactive owes nobody; what \
      is dissolved has nothing left in its books, and stays so.
      """)

  @OptionGroup package var phone: StoreOptions
  @Option(help: ArgumentHelp("The group.", valueName: "id"))
  package var cbo: RecordID
  @Option(help: "Its new name.")
  package var name: String?
  @Option(help: "Whether it meets, rests, or is no more.")
  package var status: CBOStatus?
  @Option(help: "Why its status changes.")
  package var reason: String?
  @OptionGroup(title: "Settings") package var settings: GroupSettingsOptions
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    if let status, status != .active, reason?.contains(where: { !$0.isWhitespace }) != true {
      throw ValidationError("--status \(status.word) needs a --reason.")
    }
  }

  package func run() async throws {
    var draft = settings.draft
    draft.name = name
    draft.settings.status = status
    draft.settings.statusReason = reason
    guard draft != CBODraft() else {
      throw Failure(.usage, "nothing to change was given", next: "See loksync device record edit-cbo --help")
    }
    let group = cbo
    try await Phone.record(in: phone, output) { [draft] store, now in
      try store.editCBO(group, draft, at: now)
    }
  }
}
