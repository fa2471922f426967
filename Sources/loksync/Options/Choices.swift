package import ArgumentParser
package import LokBooks

/// A closed list of words for an option: the names of the cases, with hyphens.
package protocol Choice: CaseIterable, ExpressibleByArgument, Sendable {}

extension Choice where Self: RawRepresentable, RawValue == Int64 {
  package init?(argument: String) {
    guard let choice = Self.allCases.first(where: { $0.word == argument.lowercased() }) else { return nil }
    self = choice
  }

  package static var allValueStrings: [String] { allCases.map(\.word) }
  package var defaultValueDescription: String { word }
}

extension Choice {
  /// `ownWish` as `own-wish`.
  package var word: String {
    String(describing: self).reduce(into: "") { text, character in
      if character.isUppercase { text.append("-") }
      text.append(contentsOf: character.lowercased())
    }
  }
}

extension SocialCategory: Choice {}
extension Religion: Choice {}
extension EconomicCategory: Choice {}
extension PovertyRank: Choice {}
extension Disability: Choice {}
extension Education: Choice {}
extension LeavingReason: Choice {}
extension Insurance: Choice {}
extension Designation: Choice {}
extension CBOStatus: Choice {}
extension DueKind: Choice {}
extension InterestMethod: Choice {}

/// `--allocation penalty,overdue-interest,…`: every kind of due once.
extension AllocationOrder: ExpressibleByArgument {
  package init?(argument: String) {
    let kinds = argument.split(separator: ",", omittingEmptySubsequences: false)
      .map { DueKind(argument: $0.trimmingSpaces) }
    guard !kinds.contains(nil) else { return nil }
    self.init(kinds.compactMap { $0 })
  }

  package var defaultValueDescription: String { kinds.map(\.word).joined(separator: ",") }
}

/// Cash basis: interest is income when it is received. Accrual: when it is due.
package enum BookBasis: Int64, Choice {
  case cash = 0
  case accrual = 1
}

extension Substring {
  fileprivate var trimmingSpaces: String { String(self).filter { $0 != " " } }
}
