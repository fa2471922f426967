import Foundation
import LokBooks
import LokWire

/// A set's records as an interface of JSON over HTTP would have them: an object a record, fields by name.
struct RecordJSON: Encodable, Sendable {
  private let record: RecordID
  private let change: Change

  static func records(of set: ChangeSet) -> [RecordJSON] { set.changes.map { RecordJSON($0) } }

  private init(_ change: Change) {
    record = change.record
    self.change = change
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(Self.names[change.entity] ?? "record", forKey: Key(stringValue: "type"))
    try fields.encode(record.rawValue, forKey: Key(stringValue: "id"))
    try fields.encode(change.hlc.timestamp.milliseconds, forKey: Key(stringValue: "updated_at"))
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
