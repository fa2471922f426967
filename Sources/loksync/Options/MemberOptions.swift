package import ArgumentParser
package import LokBooks
package import LokDevice
import LokText

/// What the register asks about a member; what is left out stays as it is, but each of the four personal
/// parts (identity, contact, bank, nominee) is replaced whole.
package struct MemberOptions: ParsableArguments {
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
  @Option(help: "Who inherits her savings.")
  package var nominee: String?
  @Option(help: ArgumentHelp("Husband, daughter, …", valueName: "relation"))
  package var nomineeRelation: String?
  @Option(help: ArgumentHelp("The nominee's day of birth.", valueName: "date"))
  package var nomineeBorn: Day?
  @Option(help: "Her social category.")
  package var category: SocialCategory?
  @Option(help: "Her religion.")
  package var religion: Religion?
  @Option(help: "Above or below the poverty line.")
  package var economic: EconomicCategory?
  @Option(help: "By participatory identification of the poor.")
  package var poverty: PovertyRank?
  @Option(help: "Her own, or one in her family.")
  package var disability: Disability?
  @Option(help: "The highest school she has finished.")
  package var education: Education?
  @Option(help: ArgumentHelp("Number of her household in the group's list.", valueName: "number"))
  package var household: UInt32?
  @Flag(inversion: .prefixedNo, help: "She is the head of her household.")
  package var householdHead: Bool?
  @Option(help: "An insurance she has; repeatable.")
  package var insurance: [Insurance] = []

  package init() {}

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
    if nominee == nil, nomineeRelation != nil || nomineeBorn != nil {
      throw ValidationError("Who is the nominee? Give --nominee with her or his name.")
    }
  }

  /// Parts of which nothing is given are left out whole.
  package func draft(name: String?) -> MemberDraft {
    MemberDraft(
      identity: name.map { MemberIdentity(name: $0, guardian: guardian, birthDay: born) },
      contact: telephone == nil && address == nil
        ? nil : MemberContact(phone: telephone.map(Digits.ascii), address: address),
      bank: account == nil && ifsc == nil
        ? nil : MemberBank(account: account.map(Digits.ascii), ifsc: ifsc?.uppercased()),
      nominee: nominee.map { MemberNominee(name: $0, relation: nomineeRelation, birthDay: nomineeBorn) },
      socialCategory: category?.rawValue,
      facts: MemberFacts(
        religion: religion, economicCategory: economic, povertyRank: poverty, disability: disability,
        education: education, household: household, isHouseholdHead: householdHead,
        insurances: insurance.isEmpty ? nil : Set(insurance)))
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
