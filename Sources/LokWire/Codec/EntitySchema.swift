internal import CLokProto
package import LokBooks

/// What the contract says about the fields of each kind of record, from protobuf-c's descriptors.
package enum EntitySchema {
  /// The name in Proto/lokos/v1/records.proto; nil for a newer app's field or entity.
  package static func fieldName(_ entity: Entity, _ number: UInt32) -> String? {
    schema(of: entity)?[number]?.name
  }

  /// A value of an enumeration in words, without what all its names begin with: `ENTRY_SAVING_FOOD` is
  /// `saving-food`. Nil for a newer app's value, and for fields of other kinds.
  package static func valueName(_ entity: Entity, _ number: UInt32, _ value: Int64) -> String? {
    guard let names = schema(of: entity)?[number]?.valueNames, let name = names[value] else { return nil }
    let words = name.split(separator: "_")
    let common = words.indices.prefix(while: { place in
      place < words.count - 1
        && names.values.allSatisfy { $0.split(separator: "_").dropFirst(place).first == words[place] }
    })
    return words.dropFirst(common.count).joined(separator: "-").lowercased()
  }

  /// The number of a field by its name in the contract.
  package static func fieldNumber(_ entity: Entity, _ name: String) -> UInt32? {
    schema(of: entity)?.fields.first { $0.name == name }?.number
  }

  /// Ascending; empty for a newer app's entity.
  package static func fieldNumbers(_ entity: Entity) -> [UInt32] {
    schema(of: entity)?.fields.map(\.number) ?? []
  }

  static func schema(of entity: Entity) -> MessageSchema? {
    entity.rawValue < byNumber.count ? byNumber[Int(entity.rawValue)] : nil
  }

  /// Every change of every set looks here.
  private static let byNumber: [MessageSchema?] = {
    let last = schemas.keys.map(\.rawValue).max() ?? 0
    return (0...last).map { schemas[Entity(rawValue: $0)] }
  }()

  private static let schemas: [Entity: MessageSchema] = [
    .village: MessageSchema(of: Lokos__V1__Village.self),
    .cbo: MessageSchema(of: Lokos__V1__Cbo.self),
    .member: MessageSchema(of: Lokos__V1__Member.self),
    .meeting: MessageSchema(of: Lokos__V1__Meeting.self),
    .attendance: MessageSchema(of: Lokos__V1__Attendance.self),
    .entry: MessageSchema(of: Lokos__V1__Entry.self),
    .loan: MessageSchema(of: Lokos__V1__Loan.self),
    .bankAccount: MessageSchema(of: Lokos__V1__BankAccount.self),
    .loanEvent: MessageSchema(of: Lokos__V1__LoanEvent.self),
    .bankStatement: MessageSchema(of: Lokos__V1__BankStatement.self),
    .officeBearer: MessageSchema(of: Lokos__V1__OfficeBearer.self),
    .resolution: MessageSchema(of: Loksync__V1__Resolution.self),
    .decision: MessageSchema(of: Lokos__V1__Decision.self),
  ]
}
