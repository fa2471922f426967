internal import CSQLite

/// A value as it stands in a row, for what compares rows of any table.
package enum ColumnValue: Hashable, Sendable {
  case null
  case integer(Int64)
  /// Its bits: a number that is none equals itself.
  case real(UInt64)
  /// Its bytes: two writings of one letter are two values.
  case text([UInt8])
  case blob([UInt8])
}

extension Row {
  package func value(_ column: Int) -> ColumnValue {
    switch type(column) {
    case SQLITE_NULL: .null
    case SQLITE_INTEGER: .integer(integer(column))
    case SQLITE_FLOAT: .real(real(column).bitPattern)
    case SQLITE_TEXT: .text(bytes(column))
    default: .blob(bytes(column))
    }
  }

  /// Of all columns, in order.
  package var values: [ColumnValue] { (0..<count).map { value($0) } }
}
