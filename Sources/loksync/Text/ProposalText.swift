import LokBooks
import LokDevice
import LokText

/// Values under a checker's eyes, as people write them.
enum ProposalText {
  /// The contract's name of a field in words: `account_number` is account number.
  static func name(_ field: String) -> String {
    let words = field.hasSuffix("_paise") ? String(field.dropLast(6)) : field
    return words.split(whereSeparator: { $0 == "_" || $0 == "." }).joined(separator: " ")
  }

  static func word(_ value: ProposedValue.Value?, _ field: String) -> String {
    switch value {
    case nil: ""
    case .sealed: "sealed: this phone has no key"
    case .text(let text): text
    case .integer(let number): word(number, field)
    }
  }

  /// In one line: name Asha, joined day 2026-04-01.
  static func summary(_ values: [ProposedValue]) -> String {
    values.map { "\(name($0.field)) \(word($0.after, $0.field))" }.joined(separator: ", ")
  }

  private static func word(_ number: Int64, _ field: String) -> String {
    switch field {
    case "designation", "office": return Designation(rawValue: number).map { "\($0)" } ?? "\(number)"
    case "status": return CBOStatus(rawValue: number).map { "\($0)" } ?? "\(number)"
    case "interest_method": return InterestMethod(rawValue: number).map { "\($0)" } ?? "\(number)"
    default: return FieldWords.word(number, of: field) ?? "\(number)"
    }
  }

  struct JSON: Encodable {
    let field: String
    /// Null = nothing yet, or not readable on this phone.
    let before: String?
    let after: String?

    init(_ value: ProposedValue) {
      field = value.field
      before = value.before.flatMap(Self.plain)
      after = value.after.flatMap(Self.plain)
    }

    private static func plain(_ value: ProposedValue.Value) -> String? {
      switch value {
      case .integer(let number): "\(number)"
      case .text(let text): text
      case .sealed: nil
      }
    }
  }
}
