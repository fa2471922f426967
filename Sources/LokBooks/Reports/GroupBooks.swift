/// One group's books of one moment: all that its reports are made of, the same from a server's shard and from
/// a phone's store.
package struct GroupBooks: Sendable {
  package let cbo: RecordID
  /// Nil where nobody has written one.
  package let name: String?
  /// Posted ones only.
  package let entries: [BookEntry]
  package let meetings: [BookMeeting]
  package let attendance: [BookAttendance]
  package let members: [BookMember]
  package let loans: [BookLoan]
  package let statements: [BankStatement]
  package let settings: BookSettings
  package let stamp: BookStamp

  package init(
    cbo: RecordID, name: String?, entries: [BookEntry], meetings: [BookMeeting],
    attendance: [BookAttendance], members: [BookMember], loans: [BookLoan], statements: [BankStatement],
    settings: BookSettings = BookSettings(), stamp: BookStamp
  ) {
    self.cbo = cbo
    self.name = name
    self.entries = entries
    self.meetings = meetings
    self.attendance = attendance
    self.members = members
    self.loans = loans
    self.statements = statements
    self.settings = settings
    self.stamp = stamp
  }

  /// The last day on which something was written: what reports without a day are as of.
  package var lastDay: Day? {
    max(entries.map(\.day).max(), meetings.map(\.day).max())
  }

  private func max(_ a: Day?, _ b: Day?) -> Day? {
    guard let a, let b else { return a ?? b }
    return a > b ? a : b
  }
}

/// How a group keeps its books, as far as reports ask.
package struct BookSettings: Hashable, Sendable {
  /// Interest is income when it falls due; else when it is received.
  package let isAccrual: Bool
  /// Asked of a member for a meeting that she missed; nil = nothing.
  package let absencePenalty: Paise?

  package init(isAccrual: Bool = false, absencePenalty: Paise? = nil) {
    self.isAccrual = isAccrual
    self.absencePenalty = absencePenalty
  }
}

package struct BookMember: Hashable, Sendable {
  package let id: RecordID
  package let joined: Day?
  package let left: Day?
  package init(id: RecordID, joined: Day?, left: Day?) {
    self.id = id
    self.joined = joined
    self.left = left
  }
}

extension BookMembership {
  /// Who has no day of joining was there from the beginning.
  init(of members: [BookMember], in month: BookMonth) {
    let days = month.first...month.last
    func isGone(_ member: BookMember) -> Bool { member.left.map { $0 <= month.last } ?? false }
    func hasJoined(_ member: BookMember) -> Bool { member.joined.map { $0 <= month.last } ?? true }
    self.init(
      atEnd: UInt32(clamping: members.count { hasJoined($0) && !isGone($0) }),
      joined: UInt32(clamping: members.count { $0.joined.map(days.contains) ?? false }),
      left: UInt32(clamping: members.count { $0.left.map(days.contains) ?? false }))
  }
}
