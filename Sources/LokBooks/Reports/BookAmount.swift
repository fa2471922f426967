/// A sum of entries in two parts: what a checker has approved, and what no checker has seen yet.
///
/// `total` is always `approved + unapproved`; a value in which that leaves the range cannot be made.
package struct BookAmount: Hashable, Sendable {
  package private(set) var approved: Paise
  package private(set) var unapproved: Paise
  package private(set) var total: Paise

  package static let zero = BookAmount()
  private init() { (approved, unapproved, total) = (.zero, .zero, .zero) }

  /// Nil where the parts together leave the range.
  package init?(approved: Paise, unapproved: Paise) {
    guard let total = approved.adding(unapproved) else { return nil }
    (self.approved, self.unapproved, self.total) = (approved, unapproved, total)
  }

  /// One entry's amount, wholly in one part.
  package init(_ amount: Paise, isApproved: Bool) {
    approved = isApproved ? amount : .zero
    unapproved = isApproved ? .zero : amount
    total = amount
  }

  /// Neither part holds anything. Parts that cancel each other are something: they tell of open work.
  package var isZero: Bool { approved == .zero && unapproved == .zero }

  package mutating func add(_ other: BookAmount, of account: Account? = nil) throws(ReportError) {
    let sum = BookAmount(
      approved: try approved.plus(other.approved, of: account),
      unapproved: try unapproved.plus(other.unapproved, of: account))
    guard let sum else { throw .sumOverflows(account) }
    self = sum
  }

  package mutating func subtract(_ other: BookAmount, of account: Account? = nil) throws(ReportError) {
    let difference = BookAmount(
      approved: try approved.minus(other.approved, of: account),
      unapproved: try unapproved.minus(other.unapproved, of: account))
    guard let difference else { throw .sumOverflows(account) }
    self = difference
  }

  package func minus(_ other: BookAmount, of account: Account? = nil) throws(ReportError) -> BookAmount {
    var difference = self
    try difference.subtract(other, of: account)
    return difference
  }
}
