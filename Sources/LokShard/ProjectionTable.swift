import LokBooks
import LokMerge
import LokSQLite
import LokWire

/// The table of the books that a kind of record fills: a column for each field of the contract, under the
/// contract's own name. A new field is a line in records.proto and one in the schema.
struct ProjectionTable: Sendable {
  let insertion: String
  private let fields: [UInt32]
  /// Records of a group name it; villages and groups do not.
  private let namesGroup: Bool

  static let of: [Entity: ProjectionTable] = [
    .village: ProjectionTable("village", .village, namesGroup: false),
    .cbo: ProjectionTable("cbo", .cbo, namesGroup: false),
    .member: ProjectionTable("member", .member),
    .loan: ProjectionTable("loan", .loan),
    .loanEvent: ProjectionTable("loan_event", .loanEvent),
    .bankAccount: ProjectionTable("bank_account", .bankAccount),
    .bankStatement: ProjectionTable("bank_statement", .bankStatement),
    .officeBearer: ProjectionTable("office_bearer", .officeBearer),
  ]

  private init(_ name: String, _ entity: Entity, namesGroup: Bool = true) {
    fields = EntitySchema.fieldNumbers(entity)
    self.namesGroup = namesGroup
    let columns =
      ["id"] + (namesGroup ? ["cbo"] : []) + fields.compactMap { EntitySchema.fieldName(entity, $0) }
    let places = Array(repeating: "?", count: columns.count).joined(separator: ", ")
    insertion = "INSERT OR REPLACE INTO \(name) (\(columns.joined(separator: ", "))) VALUES (\(places))"
  }

  /// The row's values, as `insertion` binds them.
  func row(of record: StoredRecord, _ values: Patch) -> [(any Bindable)?] {
    let first: [(any Bindable)?] = [record.id.rawValue] + (namesGroup ? [record.cbo.rawValue] : [])
    return first + fields.map { Self.column(values[$0], $0, record.entity) }
  }

  private static func column(_ value: FieldValue?, _ field: UInt32, _ entity: Entity) -> (any Bindable)? {
    switch value {
    // No record and record 0 are the same.
    case .integer(0) where isReference(entity, field): nil
    case .integer(let integer): integer
    case .text(let text): text
    case .bytes(let bytes): bytes
    case .unknown, nil: nil
    }
  }

  private static func isReference(_ entity: Entity, _ field: UInt32) -> Bool {
    switch (entity, field) {
    case (.cbo, CBOField.parent), (.cbo, CBOField.village), (.loan, LoanField.member),
      (.loan, LoanField.borrowerCBO), (.loanEvent, LoanEventField.loan),
      (.bankStatement, BankStatementField.bankAccount), (.officeBearer, OfficeBearerField.member):
      true
    default: false
    }
  }
}
