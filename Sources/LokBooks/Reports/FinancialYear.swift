/// India's financial year, 1 April to 31 March: `2026-27` is 2026-04-01 up to and with 2027-03-31.
package struct FinancialYear: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The civil year of its April.
  package let startYear: Int
  package let first: Day
  package let last: Day

  /// Nil unless both ends have four digits in their year.
  package init?(startYear: Int) {
    guard (1600..<9999).contains(startYear), let first = Day(year: startYear, month: 4, day: 1),
      let last = Day(year: startYear + 1, month: 3, day: 31)
    else { return nil }
    (self.startYear, self.first, self.last) = (startYear, first, last)
  }

  /// The year in which `day` lies.
  package init?(containing day: Day) {
    let (year, month, _) = day.civil
    self.init(startYear: month >= 4 ? year : year - 1)
  }

  /// From `YYYY-YY`, where the two digits are those of the following year.
  package init?(text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count == 2, let start = parts[0].digits(4), let end = parts[1].digits(2),
      end == (start + 1) % 100
    else { return nil }
    self.init(startYear: start)
  }

  package var description: String {
    let end = (startYear + 1) % 100
    return "\(startYear)-\(end < 10 ? "0" : "")\(end)"
  }

  package static func < (a: Self, b: Self) -> Bool { a.startYear < b.startYear }
}

/// A civil month: `2026-04`.
package struct BookMonth: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let first: Day
  package let last: Day

  /// Nil where there is no such month, or none after it.
  package init?(year: Int, month: Int) {
    guard (1...12).contains(month), (1600...9999).contains(year),
      let first = Day(year: year, month: month, day: 1),
      let next = Day(year: month == 12 ? year + 1 : year, month: month % 12 + 1, day: 1)
    else { return nil }
    self.first = first
    last = next.advanced(by: -1)
  }

  /// From `YYYY-MM`.
  package init?(text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count == 2, let year = parts[0].digits(4), let month = parts[1].digits(2) else { return nil }
    self.init(year: year, month: month)
  }

  package var description: String { String(first.description.prefix(7)) }
  package static func < (a: Self, b: Self) -> Bool { a.first < b.first }
}

extension Substring.UTF8View {
  /// The number that exactly `count` decimal digits write; `Int` alone would also take a sign.
  fileprivate func digits(_ count: Int) -> Int? {
    guard self.count == count, allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(Substring(self))
  }
}
