package import ArgumentParser
package import LokBooks
import LokDevice

package struct RecordGroupCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "cbo",
    abstract: "A group: SHG, village organisation (VO) or cluster federation (CLF).",
    discussion: """
      Example:
        loksync device record cbo --store asha.sqlite --tier SHG --name Pragati --parent 1-2 --village 1-1 \
      --formed 2025-10-01 --meets-every 7 --saving 50
      """)

  @OptionGroup package var phone: StoreOptions
  @Option(help: "What it is.")
  package var tier: Tier
  @Option(help: "Its name.")
  package var name: String
  @Option(help: ArgumentHelp("An SHG's VO, a VO's CLF.", valueName: "id"))
  package var parent: RecordID?
  @Option(help: ArgumentHelp("Where it meets.", valueName: "id"))
  package var village: RecordID?
  @Option(help: ArgumentHelp("The day of formation.", valueName: "date"))
  package var formed: Day
  @Option(help: ArgumentHelp("How often it meets: 7, 14, 28 or 30 days.", valueName: "days"))
  package var meetsEvery: UInt32 = 7
  @Option(help: ArgumentHelp("Compulsory saving per member and meeting.", valueName: "rupees"))
  package var saving: Paise = .zero
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    guard [7, 14, 28, 30].contains(meetsEvery) else {
      throw ValidationError("--meets-every is 7, 14, 28 or 30 days.")
    }
  }

  package func run() async throws {
    let group = CBODraft(
      tier: tier, name: name, parent: parent, village: village, formationDay: formed,
      meetingEveryDays: meetsEvery, compulsorySaving: saving)
    try await Phone.record(in: phone, output) { store, now in try store.createCBO(group, at: now) }
  }
}
