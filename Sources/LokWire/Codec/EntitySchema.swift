internal import CLokProto
package import LokBooks

/// What the contract says about the fields of each kind of record, from protobuf-c's descriptors.
package enum EntitySchema {
  /// The name in Proto/lokos/v1/records.proto; nil for a newer app's field or entity.
  package static func fieldName(_ entity: Entity, _ number: UInt32) -> String? {
    schema(of: entity)?[number]?.name
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
