import LokBooks
import LokText
import LokWire

/// A group's profile for machines: the contract's field names, ids as text, days as dates.
struct ProfileJSON: Encodable {
  struct Membership: Encodable {
    let federation: String
    let name: String?
    let since: String
    /// The first day without it.
    let until: String?
  }
  struct Office: Encodable {
    let office: String
    let member: String
    let since: String?
    let until: String?
  }
  struct Record: Encodable {
    let id: String
    let code: String?
    let state: String
    let name: String?
    let fields: [String: FieldJSON]
  }

  enum FieldJSON: Encodable {
    case integer(Int64)
    case text(String)

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .integer(let number): try container.encode(number)
      case .text(let text): try container.encode(text)
      }
    }
  }

  let group: Record
  let village: String?
  let memberships: [Membership]
  let offices: [Office]
  let bankAccounts: [Record]
  let members: [Record]

  init(_ profile: GroupProfile, names: [RecordID: String] = [:]) {
    group = Record(
      id: profile.id.description, code: profile.code?.description, state: profile.state.rawValue,
      name: profile.values.text(CBOField.name), fields: Self.fields(.cbo, profile.values))
    village = profile.village
    memberships = profile.memberships.map {
      .init(
        federation: $0.federation.description, name: $0.name, since: $0.since.description,
        until: $0.until?.description)
    }
    offices = profile.offices.map {
      .init(
        office: $0.office.word, member: $0.member.description, since: $0.since?.description,
        until: $0.until?.description)
    }
    bankAccounts = profile.bankAccounts.map {
      Record(
        id: $0.id.description, code: nil, state: $0.state.rawValue, name: nil,
        fields: Self.fields(.bankAccount, $0.values))
    }
    members = profile.members.map {
      Record(
        id: $0.id.description, code: $0.code?.description, state: $0.state.rawValue, name: names[$0.id],
        fields: Self.fields(.member, $0.values))
    }
  }

  /// By the contract's names; sealed parts and what a newer app wrote are left out.
  private static func fields(_ entity: Entity, _ values: Patch) -> [String: FieldJSON] {
    var fields: [String: FieldJSON] = [:]
    for field in values.fields {
      guard let name = EntitySchema.fieldName(entity, field.number) else { continue }
      switch field.value {
      case .integer(let number) where name.hasSuffix("day"):
        fields[name] = .text(Day(number: Int32(clamping: number)).description)
      case .integer(let number) where name == "parent" || name == "village":
        fields[name] = .text(RecordID(rawValue: UInt64(bitPattern: number)).description)
      case .integer(let number): fields[name] = .integer(number)
      case .text(let text): fields[name] = .text(text)
      case .bytes, .unknown: continue
      }
    }
    return fields
  }
}
