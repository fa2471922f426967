import Foundation
package import LokBooks
import LokWire

/// A set's records as an interface of JSON over HTTP would have them: an object a record, fields by name.
///
/// What is said of every record goes by names that no field has: a meeting has a `type` of its own.
package struct RecordJSON: Encodable, Sendable {
  package enum OwnKey: String, CaseIterable {
    case entity
    case id
    case updatedAt = "updated_at"
  }

  private let record: RecordID
  private let change: Change

  static func records(of set: ChangeSet) -> [RecordJSON] { set.changes.map { RecordJSON($0) } }

  package init(_ change: Change) {
    record = change.record
    self.change = change
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
    init(_ own: OwnKey) { stringValue = own.rawValue }
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(Self.names[change.entity] ?? "record", forKey: Key(.entity))
    try fields.encode(record.rawValue, forKey: Key(.id))
    try fields.encode(change.hlc.timestamp.milliseconds, forKey: Key(.updatedAt))
    for field in change.patch.fields {
      guard let name = EntitySchema.fieldName(change.entity, field.number) else { continue }
      let key = Key(stringValue: name)
      switch field.value {
      case .integer(let value): try fields.encode(value, forKey: key)
      case .text(let text): try fields.encode(text, forKey: key)
      case .bytes(let bytes), .unknown(_, let bytes):
        try fields.encode(Data(bytes).base64EncodedString(), forKey: key)
      }
    }
  }

  private static let names: [Entity: String] = [
    .village: "village", .cbo: "cbo", .member: "member", .meeting: "meeting", .attendance: "attendance",
    .entry: "entry", .loan: "loan", .bankAccount: "bank_account", .loanEvent: "loan_event",
    .bankStatement: "bank_statement", .officeBearer: "office_bearer", .decision: "decision",
  ]
}
