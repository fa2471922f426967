/// An instant, in milliseconds since 1970-01-01 UTC.
package struct Timestamp: Hashable, Comparable, Sendable {
  package let milliseconds: Int64
  package init(milliseconds: Int64) { self.milliseconds = milliseconds }
  package static func < (a: Self, b: Self) -> Bool { a.milliseconds < b.milliseconds }
}

/// A hybrid logical clock's value: milliseconds since 1970 << 16 | counter. Orders writes that had not
/// seen each other, nothing else.
package struct HybridTime: Hashable, Comparable, Sendable {
  package let rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }
  package init(_ time: Timestamp, counter: UInt16 = 0) {
    rawValue = (UInt64(clamping: time.milliseconds) & 0xFFFF_FFFF_FFFF) << 16 | UInt64(counter)
  }
  package static let zero = HybridTime(rawValue: 0)
  package var timestamp: Timestamp { Timestamp(milliseconds: Int64(rawValue >> 16)) }
  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  /// The same reading `milliseconds` later; saturates.
  package func advanced(byMilliseconds milliseconds: UInt64) -> HybridTime {
    let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 1 << 16)
    let (sum, tooFar) = rawValue.addingReportingOverflow(product)
    return HybridTime(rawValue: overflow || tooFar ? .max : sum)
  }

  /// The next reading of a clock that last read `self`, at wall time `now`: never backwards.
  package func tick(at now: Timestamp) -> HybridTime {
    let wall = HybridTime(now)
    return wall > self ? wall : HybridTime(rawValue: rawValue == .max ? .max : rawValue + 1)
  }
}

/// A civil day in Indian Standard Time, in days since 1970-01-01; birth days may be negative.
package struct Day: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let number: Int32
  package init(number: Int32) { self.number = number }
  package static func < (a: Self, b: Self) -> Bool { a.number < b.number }

  /// IST is UTC + 5:30 all year.
  private static let offsetMilliseconds: Int64 = 19_800_000
  private static let lengthMilliseconds: Int64 = 86_400_000

  /// The IST day in which `time` falls.
  package init(of time: Timestamp) {
    let (local, overflow) = time.milliseconds.addingReportingOverflow(Self.offsetMilliseconds)
    let shifted = overflow ? Int64.max : local
    let (quotient, remainder) = shifted.quotientAndRemainder(dividingBy: Self.lengthMilliseconds)
    number = Int32(clamping: remainder < 0 ? quotient - 1 : quotient)
  }

  /// The instant at which the day begins in IST.
  package var start: Timestamp {
    Timestamp(milliseconds: Int64(number) * Self.lengthMilliseconds - Self.offsetMilliseconds)
  }

  package func advanced(by days: Int32) -> Day {
    let (sum, overflow) = number.addingReportingOverflow(days)
    return Day(number: overflow ? (days > 0 ? .max : .min) : sum)
  }

  /// From a proleptic Gregorian date; nil where there is no such date.
  ///
  /// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
  package init?(year: Int, month: Int, day: Int) {
    guard (1...12).contains(month), (1...31).contains(day), (1600...9999).contains(year) else { return nil }
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    self.init(number: Int32(era * 146_097 + dayOfEra - 719_468))
    guard civil == (year, month, day) else { return nil }
  }

  /// From `YYYY-MM-DD`.
  package init?(text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2] else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// Source: the same, civil_from_days.
  package var civil: (year: Int, month: Int, day: Int) {
    let shifted = Int(number) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthIndex + 2) / 5 + 1
    )
  }

  package var description: String {
    let (year, month, day) = civil
    func padded(_ value: Int, _ width: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }
}
