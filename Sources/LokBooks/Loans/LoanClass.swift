/// The age of a loan's oldest unpaid demand. Source: domain notes 2.4, the RBI's norm.
package enum LoanClass: Int, CaseIterable, Comparable, Sendable {
  case current = 0
  case upTo30Days = 1
  case upTo60Days = 2
  case upTo90Days = 3
  case over90Days = 4

  package init(daysOverdue: Int64) {
    switch daysOverdue {
    case ...0: self = .current
    case ...30: self = .upTo30Days
    case ...60: self = .upTo60Days
    case ...90: self = .upTo90Days
    default: self = .over90Days
    }
  }

  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
