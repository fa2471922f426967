package import ArgumentParser
package import LokBooks
import LokDevice

package struct RecordGroupCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "cbo",
    abstract: "A new group: SHG, village organisation (VO) or cluster federation (CLF).",
    discussion: """
      Example:
        loksync device record cbo --store asha.sqlite --tier SHG --name Pragati --parent 1-2 --village 1-1 \
      --formed 2025-10-01 --meets-every 7 --saving 50 --absence-penalty 10 --quorum 66

      Its profile waits for a checker, who gives it and its members their printed codes; it may meet before.
      """)

  @OptionGroup package var phone: StoreOptions
  @Option(help: "What it is.")
  package var tier: Tier
  @Option(help: "Its name.")
  package var name: String
  @Option(help: ArgumentHelp("The day of formation.", valueName: "date"))
  package var formed: Day
  @OptionGroup(title: "Settings") package var settings: GroupSettingsOptions
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() async throws {
    var group = settings.draft
    group.tier = tier
    group.name = name
    group.formationDay = formed
    if group.meetingEveryDays == nil { group.meetingEveryDays = 7 }
    try await Phone.record(in: phone, output) { [group] store, now in try store.createCBO(group, at: now) }
  }
}
