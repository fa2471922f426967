package import ArgumentParser
package import LokBooks
import LokDevice
import LokText

package struct RecordMemberCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "member",
    abstract: "A member of a group. What identifies her is sealed under a key of her own.",
    discussion: """
      Example:
        loksync device record member --store asha.sqlite --cbo 1-2 --name "Sunita Devi" --guardian "Ram Lal" \
      --born 1988-03-02 --phone 9812345678 --joined 2025-10-01 --category OBC --designation secretary

      An Aadhaar number is never recorded: a text that holds one is refused when it is typed.
      """)

  @OptionGroup package var phone: StoreOptions
  @Option(help: ArgumentHelp("Her group.", valueName: "id"))
  package var cbo: RecordID
  @Option(help: "Her name.")
  package var name: String
  @Option(help: "Father or husband, as the registers have it.")
  package var guardian: String?
  @Option(help: ArgumentHelp("Her day of birth.", valueName: "date"))
  package var born: Day?
  @Option(name: .customLong("phone"), help: "Ten digits, the first 6 to 9.")
  package var telephone: String?
  @Option(help: "Where she lives.")
  package var address: String?
  @Option(help: "Her bank account, 9 to 18 digits.")
  package var account: String?
  @Option(help: "Its bank branch.")
  package var ifsc: String?
  @Option(help: ArgumentHelp("When she joined; not before the group's formation.", valueName: "date"))
  package var joined: Day
  @Option(help: "SC, ST, OBC or general.")
  package var category: SocialCategory?
  @Option(help: "Her office in the group.")
  package var designation: Designation = .member
  @OptionGroup package var output: OutputOptions

  package init() {}

  /// Values are those of `lokos.v1.SocialCategory`.
  package enum SocialCategory: Int64, CaseIterable, ExpressibleByArgument, Sendable {
    case sc = 1
    case st = 2
    case obc = 3
    case general = 4

    package init?(argument: String) {
      guard let category = Self.allCases.first(where: { "\($0)" == argument.lowercased() }) else {
        return nil
      }
      self = category
    }
    package static var allValueStrings: [String] { ["SC", "ST", "OBC", "general"] }
  }

  /// Values are those of `lokos.v1.Designation`.
  package enum Designation: Int64, CaseIterable, ExpressibleByArgument, Sendable {
    case member = 1
    case president = 2
    case secretary = 3
    case treasurer = 4
    case bookkeeper = 5

    package init?(argument: String) {
      guard let office = Self.allCases.first(where: { "\($0)" == argument.lowercased() }) else { return nil }
      self = office
    }
    package static var allValueStrings: [String] { allCases.map { "\($0)" } }
  }

  package func validate() throws {
    if let telephone {
      let digits = Digits.ascii(telephone)
      guard digits.count == 10, digits.allSatisfy(\.isASCIIDigit), digits.first.map({ $0 >= "6" }) == true
      else { throw ValidationError("--phone is ten digits, the first 6 to 9.") }
    }
    if let account {
      let digits = Digits.ascii(account)
      guard (9...18).contains(digits.count), digits.allSatisfy(\.isASCIIDigit) else {
        throw ValidationError("--account is 9 to 18 digits.")
      }
    }
  }

  /// Parts of which nothing is given are left out whole.
  private var draft: MemberDraft {
    MemberDraft(
      identity: MemberIdentity(name: name, guardian: guardian, birthDay: born),
      contact: telephone == nil && address == nil
        ? nil : MemberContact(phone: telephone.map(Digits.ascii), address: address),
      bank: account == nil && ifsc == nil
        ? nil : MemberBank(account: account.map(Digits.ascii), ifsc: ifsc?.uppercased()),
      joinedDay: joined, socialCategory: category?.rawValue, designation: designation.rawValue)
  }

  package func run() async throws {
    let group = cbo
    let member = draft
    try await Phone.record(in: phone, output) { store, now in
      try store.addMember(member, to: group, at: now)
    }
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
