/// Money: whole paise, 100 to the rupee. Arithmetic is checked: a sum that leaves the range is nil,
/// never a trap and never a wrapped number.
package struct Paise: Hashable, Comparable, Sendable {
  package let rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }
  package init(_ rawValue: Int64) { self.rawValue = rawValue }
  package static let zero = Paise(0)
  /// No single entry is above ten thousand crore paise: 10^13.
  package static let entryMaximum = Paise(10_000_000_000_000)
  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  package func adding(_ other: Paise) -> Paise? {
    let (sum, overflow) = rawValue.addingReportingOverflow(other.rawValue)
    return overflow ? nil : Paise(sum)
  }

  package func subtracting(_ other: Paise) -> Paise? {
    let (difference, overflow) = rawValue.subtractingReportingOverflow(other.rawValue)
    return overflow ? nil : Paise(difference)
  }
}
