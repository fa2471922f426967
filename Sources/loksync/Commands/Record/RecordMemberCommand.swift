package import ArgumentParser
package import LokBooks
import LokDevice

package struct RecordMemberCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "member",
    abstract: "A new member of a group. What identifies her is sealed under a key of her own.",
    discussion: """
      Example:
        loksync device record member --store asha.sqlite --cbo 1-2 --name "Sunita Devi" --guardian "Ram Lal" \
      --born 1988-03-02 --phone 9812345678 --joined 2025-10-01 --category obc --designation secretary \
      --nominee "Asha Devi" --nominee-relation daughter --household 12

      An Aadhaar number is never recorded: a text that holds one is refused when it is typed.
      """)

  @OptionGroup package var phone: StoreOptions
  @Option(help: ArgumentHelp("Her group.", valueName: "id"))
  package var cbo: RecordID
  @Option(help: "Her name.")
  package var name: String
  @Option(help: ArgumentHelp("When she joined; not before the group's formation.", valueName: "date"))
  package var joined: Day
  @Option(help: "Her office in the group.")
  package var designation: Designation = .member
  @OptionGroup(title: "Profile") package var profile: MemberOptions
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() async throws {
    var member = profile.draft(name: name)
    member.joinedDay = joined
    member.designation = designation.rawValue
    let group = cbo
    try await Phone.record(in: phone, output) { [member] store, now in
      try store.addMember(member, to: group, at: now)
    }
  }
}

package struct RecordEditMemberCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "edit-member",
    abstract: "What has changed of a member; an exit is a command of its own.",
    discussion: """
      Examples:
        loksync device record edit-member --store asha.sqlite --cbo 1-2 --member 1-5 --designation treasurer
        loksync device record edit-member --store asha.sqlite --cbo 1-2 --member 1-5 --phone 9812345678 \
      --address "Tola 3"

      A new name, bank account or designation keeps the old one until a checker decides. Name with guardian \
      and birth day, phone with address, account with IFSC: each of these is replaced whole.
      """)

  @OptionGroup package var phone: StoreOptions
  @Option(help: ArgumentHelp("Her group.", valueName: "id"))
  package var cbo: RecordID
  @Option(help: ArgumentHelp("The member.", valueName: "id"))
  package var member: RecordID
  @Option(help: "Her name.")
  package var name: String?
  @Option(help: "Her office in the group.")
  package var designation: Designation?
  @OptionGroup(title: "Profile") package var profile: MemberOptions
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    if name == nil, profile.guardian != nil || profile.born != nil {
      throw ValidationError("--guardian and --born are replaced together with --name: give it too.")
    }
  }

  package func run() async throws {
    var draft = profile.draft(name: name)
    draft.designation = designation?.rawValue
    guard draft != MemberDraft() else {
      throw Failure(
        .usage, "nothing to change was given", next: "See loksync device record edit-member --help")
    }
    let (member, group) = (member, cbo)
    try await Phone.record(in: phone, output) { [draft] store, now in
      try store.editMember(member, of: group, draft, at: now)
    }
  }
}
