package import LokBooks
import LokText
import LokWire

/// Values of records' fields as people write them: rupees, dates, ids, names instead of numbers.
package enum FieldWords {
  /// - Parameter value: a number, or text that stands as it is.
  package static func text(_ value: String, of field: String, _ entity: Entity) -> String {
    guard let number = Int64(value) else { return Printable.text(value) }
    let name = EntitySchema.fieldNumber(entity, field).flatMap { EntitySchema.valueName(entity, $0, number) }
    return word(number, of: field) ?? name ?? Printable.text(value)
  }

  /// By what the contract calls the field; nil = a number that stands for itself.
  static func word(_ number: Int64, of field: String) -> String? {
    if field.hasSuffix("_paise") { return Rupees.text(Paise(number)) }
    if field == "day" || field.hasSuffix("_day") {
      return Int32(exactly: number).map { Day(number: $0).description }
    }
    switch field {
    case "tier": return Tier(rawValue: number)?.name
    case "annual_rate_basis_points": return "\(Double(number) / 100) %"
    case "quorum_percent": return "\(number) %"
    case "debit_account", "credit_account":
      return UInt32(exactly: number).flatMap { Account(rawValue: $0).name }.map { "\(number) \($0)" }
    case "parent", "village", "member", "loan", "borrower_cbo", "bank_account", "reverses", "target_record":
      return RecordID(rawValue: UInt64(bitPattern: number)).description
    case "present", "with_later": return yesOrNo(number)
    default: return field.hasPrefix("is_") ? yesOrNo(number) : nil
    }
  }

  private static func yesOrNo(_ number: Int64) -> String { number == 0 ? "no" : "yes" }
}
