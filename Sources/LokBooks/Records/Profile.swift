/// What a checker has said of a group's, member's or bank account's record. Values are those of
/// `lokos.v1.ProfileStanding`.
package enum ProfileStanding: Int64, CaseIterable, Sendable {
  case pending = 0
  case approved = 1
  /// Pending again as soon as its maker has changed it.
  case rejected = 2

  /// As a record's values have it; absent = pending.
  package init(_ values: Patch, of entity: Entity) {
    let stored = FieldPolicy.profileField(of: entity).flatMap { values.integer($0) }
    self = stored.flatMap { Self(rawValue: $0) } ?? .pending
  }
}

/// A group at work or not, as its maker has written and a checker has let pass. Values are those of
/// `lokos.v1.CboStatus`.
package enum CBOStatus: Int64, CaseIterable, Sendable {
  case active = 1
  /// Holds no meetings, and owes nobody.
  case inactive = 2
  /// For good: nothing is left in its books.
  case dissolved = 3
}

/// Where a group's or member's profile stands in its life. A draft is on its maker's phone only, so no shard
/// knows that state. Source: domain notes 1.4.
package enum ProfileState: String, CaseIterable, Sendable {
  case pending, approved, rejected, active, inactive, dissolved

  /// - Parameters:
  ///   - hasOpenReview: a new bank account number, name, designation, identity or status awaits a checker.
  ///   - isAtWork: of a group: it has held a meeting. Of a member: she belongs to a group.
  package init(
    _ standing: ProfileStanding, status: CBOStatus?, hasOpenReview: Bool, isClosed: Bool, isAtWork: Bool
  ) {
    self =
      switch standing {
      case _ where isClosed || status == .dissolved: .dissolved
      case .rejected: .rejected
      case .pending: .pending
      case .approved where hasOpenReview: .pending
      case .approved where status == .inactive: .inactive
      case .approved: isAtWork ? .active : .approved
      }
  }
}
