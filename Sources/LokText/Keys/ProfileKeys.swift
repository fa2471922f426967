/// A group's profile: names of its lines and columns.
package enum ProfileKey: String, MessageKey {
  case group = "profile.group"
  case code = "profile.code"
  case noCode = "profile.noCode"
  case state = "profile.state"
  case statusReason = "profile.statusReason"
  case village = "profile.village"
  case formed = "profile.formed"
  case meets = "profile.meets"
  /// Days.
  case everyDays = "profile.everyDays"
  case savings = "profile.savings"
  case loans = "profile.loans"
  case penalties = "profile.penalties"
  case quorum = "profile.quorum"
  case allocation = "profile.allocation"
  case basis = "profile.basis"
  case cash = "profile.basis.cash"
  case accrual = "profile.basis.accrual"
  case federation = "profile.federation"
  /// Days since and until.
  case since = "profile.since"
  case sinceUntil = "profile.sinceUntil"
  case bankAccount = "profile.bankAccount"
  case closed = "profile.closed"
  case member = "profile.member"
  case name = "profile.name"
  case office = "profile.office"
  case joined = "profile.joined"
  case left = "profile.left"
}

/// Where a profile stands.
package enum ProfileStateKey: String, MessageKey {
  case pending = "profileState.pending"
  case approved = "profileState.approved"
  case rejected = "profileState.rejected"
  case active = "profileState.active"
  case inactive = "profileState.inactive"
  case dissolved = "profileState.dissolved"
}

/// Offices in a group.
package enum OfficeKey: String, MessageKey {
  case member = "office.member"
  case president = "office.president"
  case secretary = "office.secretary"
  case treasurer = "office.treasurer"
  case bookkeeper = "office.bookkeeper"
}
