package import LokBooks

/// A month of India's calendar, as traffic files are named.
package struct TrafficMonth: Hashable, Comparable, Sendable {
  /// Since the year 0.
  private let months: Int

  /// A little more than a year, so that seasons can be compared.
  static let kept = 13

  private init(months: Int) { self.months = months }

  package init(of day: Day) {
    let civil = day.civil
    months = civil.year * 12 + civil.month - 1
  }

  /// Nil = no file of a month, by its name.
  init?(fileName: String) {
    guard fileName.hasSuffix(".sqlite"), let first = Day(text: fileName.dropLast(7) + "-01") else {
      return nil
    }
    self.init(of: first)
    guard self.fileName == fileName else { return nil }
  }

  package var fileName: String {
    let (year, month) = months.quotientAndRemainder(dividingBy: 12)
    return "\(year)-\(month < 9 ? "0" : "")\(month + 1).sqlite"
  }

  func advanced(by months: Int) -> TrafficMonth { TrafficMonth(months: self.months + months) }

  package static func < (a: Self, b: Self) -> Bool { a.months < b.months }
}
