/// Why a report cannot be given. Accepted books meet none of these; damaged or foreign ones may.
package enum ReportError: Error, Hashable, Sendable {
  /// A sum leaves 64 bits: that of the account, or of several accounts together.
  case sumOverflows(Account?)
  /// An entry names an account that is of no class, so no statement has a place for it.
  case accountOutsideChart(Account, entry: RecordID)
  /// A day lies in no financial year that can be written with four digits.
  case dayOutsideCalendar(Day)
}

extension Paise {
  /// The checked sum; the account is named where it leaves the range.
  func plus(_ other: Paise, of account: Account?) throws(ReportError) -> Paise {
    guard let sum = adding(other) else { throw .sumOverflows(account) }
    return sum
  }

  /// The checked difference; the account is named where it leaves the range.
  func minus(_ other: Paise, of account: Account?) throws(ReportError) -> Paise {
    guard let difference = subtracting(other) else { throw .sumOverflows(account) }
    return difference
  }
}
