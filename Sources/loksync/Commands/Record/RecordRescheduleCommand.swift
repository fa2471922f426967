package import ArgumentParser
package import LokBooks
import LokDevice

package struct RecordRescheduleCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "reschedule",
    abstract: "Spread what is outstanding of a loan anew, from a day on.",
    discussion: """
      Example:
        loksync device record reschedule --store asha.sqlite --cbo 1-2 --loan 1-9 --date 2025-10-18 \
      --instalments 14 --reason "flood"

      The terms as they were written stay; what was due before that day stays in the registers as it was.
      """)

  @OptionGroup package var phone: StoreOptions
  @Option(help: ArgumentHelp("The group.", valueName: "id"))
  package var cbo: RecordID
  @Option(help: ArgumentHelp("The loan.", valueName: "id"))
  package var loan: RecordID
  @Option(help: ArgumentHelp("From this day on.", valueName: "date"))
  package var date: Day
  @Option(help: "In how many instalments, 1 to 240.")
  package var instalments: UInt32
  @Option(help: ArgumentHelp("Interest a year; left out: as before.", valueName: "percent"))
  package var rate: Percent?
  @Option(help: "Why.")
  package var reason: String?
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    guard (1...240).contains(instalments) else { throw ValidationError("--instalments is 1 to 240.") }
  }

  package func run() async throws {
    let (loan, day, count, group) = (loan, date, instalments, cbo)
    let (points, reason) = (rate?.basisPoints, reason)
    try await Phone.record(in: phone, output) { store, now in
      try store.rescheduleLoan(
        loan, on: day, instalments: count, annualRateBasisPoints: points, reason: reason, of: group, at: now)
    }
  }
}
