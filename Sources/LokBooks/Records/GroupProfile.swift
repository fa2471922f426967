/// A group as its registers show it: where its approval stands, its settings, federations, office bearers,
/// bank accounts and members. Names and other personal parts are not in it.
package struct GroupProfile: Hashable, Sendable {
  package struct Membership: Hashable, Sendable {
    package var federation: RecordID
    package var name: String?
    package var since: Day
    /// The first day without it; nil = a member now.
    package var until: Day?
    package init(federation: RecordID, name: String?, since: Day, until: Day?) {
      self.federation = federation
      self.name = name
      self.since = since
      self.until = until
    }
  }

  package struct Office: Hashable, Sendable {
    package var office: Designation
    package var member: RecordID
    package var since: Day?
    package var until: Day?
    package init(_ office: Designation, _ member: RecordID, since: Day? = nil, until: Day? = nil) {
      self.office = office
      self.member = member
      self.since = since
      self.until = until
    }
  }

  package struct BankAccount: Hashable, Sendable {
    package var id: RecordID
    package var values: Patch
    package var state: ProfileState
    package init(id: RecordID, values: Patch, state: ProfileState) {
      self.id = id
      self.values = values
      self.state = state
    }
  }

  package struct Member: Hashable, Sendable {
    package var id: RecordID
    package var code: PrintedCode?
    package var state: ProfileState
    package var values: Patch
    package init(id: RecordID, code: PrintedCode?, state: ProfileState, values: Patch) {
      self.id = id
      self.code = code
      self.state = state
      self.values = values
    }
  }

  package var id: RecordID
  package var code: PrintedCode?
  package var state: ProfileState
  /// The record's own, as it stands: name, tier, settings (`CBOField`).
  package var values: Patch
  package var village: String?
  /// The oldest first.
  package var memberships: [Membership]
  /// Of a federation also those of the past.
  package var offices: [Office]
  package var bankAccounts: [BankAccount]
  package var members: [Member]
  package init(
    id: RecordID, code: PrintedCode?, state: ProfileState, values: Patch, village: String?,
    memberships: [Membership], offices: [Office], bankAccounts: [BankAccount], members: [Member]
  ) {
    self.id = id
    self.code = code
    self.state = state
    self.values = values
    self.village = village
    self.memberships = memberships
    self.offices = offices
    self.bankAccounts = bankAccounts
    self.members = members
  }
}
