/// Which part of the books a report is about: what came before it is the opening, what lies inside are
/// the movements, and what comes after does not count.
package enum BookPeriod: Hashable, Sendable {
  case everything
  case untilDay(Day)
  case untilMeeting(UInt32)
  case month(BookMonth)
  case year(FinancialYear)

  /// Nil where the period begins with the books.
  package var firstDay: Day? {
    switch self {
    case .everything, .untilDay, .untilMeeting: nil
    case .month(let month): month.first
    case .year(let year): year.first
    }
  }

  /// Nil where no day ends it.
  package var lastDay: Day? {
    switch self {
    case .everything, .untilMeeting: nil
    case .untilDay(let day): day
    case .month(let month): month.last
    case .year(let year): year.last
    }
  }

  /// Neither day nor meeting lies after the period.
  package func reaches(_ day: Day, meeting number: UInt32) -> Bool {
    if case .untilMeeting(let last) = self { return number <= last }
    return lastDay.map { day <= $0 } ?? true
  }

  /// What is of this day belongs to the opening.
  package func isOpening(_ day: Day) -> Bool { firstDay.map { day < $0 } ?? false }

  /// Both parts in the order of the books.
  package func split(_ entries: [BookEntry]) -> (opening: [BookEntry], movements: [BookEntry]) {
    let counting = entries.filter { reaches($0.day, meeting: $0.meetingNumber) }
      .sorted(by: BookEntry.isBefore)
    return (counting.filter { isOpening($0.day) }, counting.filter { !isOpening($0.day) })
  }
}
