extension Day {
  /// The same day of the month, `months` later; the month's last day where it has no such day, so that a
  /// loan of the 31st falls due on 28 or 29 February and on the 31st again in March. Saturates at the ends
  /// of the calendar that `init(year:month:day:)` knows.
  package func advanced(byMonths months: Int32) -> Day {
    let (year, month, day) = civil
    let count = year * 12 + month - 1 + Int(months)
    guard let first = Self.first(ofMonth: count), let next = Self.first(ofMonth: count + 1) else {
      return Day(number: months < 0 ? .min : .max)
    }
    return Day(number: min(first.number + Int32(day) - 1, next.number - 1))
  }

  /// Whole days from `earlier` to this day.
  package func days(since earlier: Day) -> Int64 { Int64(number) - Int64(earlier.number) }

  private static func first(ofMonth count: Int) -> Day? {
    guard count >= 0 else { return nil }
    return Day(year: count / 12, month: count % 12 + 1, day: 1)
  }
}
