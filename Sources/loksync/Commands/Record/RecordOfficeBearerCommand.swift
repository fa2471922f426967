package import ArgumentParser
package import LokBooks
import LokDevice

package struct RecordOfficeBearerCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "office-bearer",
    abstract: "Who holds an office in a VO or CLF, or until when she held it.",
    discussion: """
      Examples:
        loksync device record office-bearer --store vo.sqlite --cbo 1-7 --member 2-3 --office president \
      --since 2026-04-01
        loksync device record office-bearer --store vo.sqlite --cbo 1-7 --id 3-4 --until 2027-03-31

      She is a member of one of its groups. An SHG's office bearers are its members' designations.
      """)

  @OptionGroup package var phone: StoreOptions
  @Option(help: ArgumentHelp("The federation.", valueName: "id"))
  package var cbo: RecordID
  @Option(help: ArgumentHelp("A known entry; left out: a new one.", valueName: "id"))
  package var id: RecordID?
  @Option(help: ArgumentHelp("The member.", valueName: "id"))
  package var member: RecordID?
  @Option(help: "president, secretary, treasurer or bookkeeper.")
  package var office: Designation?
  @Option(help: ArgumentHelp("Her first day in office.", valueName: "date"))
  package var since: Day?
  @Option(help: ArgumentHelp("Her last.", valueName: "date"))
  package var until: Day?
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    if id == nil, member == nil || office == nil || since == nil {
      throw ValidationError("A new one needs --member, --office and --since.")
    }
    if id != nil, until == nil || member != nil || office != nil || since != nil {
      throw ValidationError("Of a known one only --until can be written.")
    }
  }

  package func run() async throws {
    let bearer = OfficeBearerDraft(member: member, office: office, since: since, until: until)
    let (known, group) = (id, cbo)
    try await Phone.record(in: phone, output) { store, now in
      try store.writeOfficeBearer(bearer, known, of: group, at: now)
    }
  }
}
