/// Something one person did at one sitting; it becomes one change-set. Everything is named by its place in
/// the plan: which ids the phones gave it is not known here.
///
/// Exactly one of the deeds is there.
package struct Act: Codable, Hashable, Sendable {
  /// What becomes of an act when all phones have synced and all checkers have decided: it follows from the
  /// plan alone, whichever phone is quicker.
  package enum Outcome: String, Codable, CaseIterable, Sendable {
    /// It counts; of meetings: no checker has looked at it.
    case posted
    case approved
    /// It counted until a checker took it back.
    case takenBack
    /// Flagged or waiting.
    case setAside
    /// It was set aside, and a checker rejected it.
    case rejected
    /// It was set aside, and another set took its place.
    case replaced
    /// No plan has the last two: they come of phones that are revoked or broken.
    case quarantined
    case refused

    package var counts: Bool { self == .posted || self == .approved }
  }

  /// From 1 without a gap, in the order of (day, minute).
  package var act: Int
  package var phone: Int
  package var block: UInt32
  /// Civil day in IST since 1970-01-01.
  package var day: Int32
  /// After midnight in IST, by a clock that is right.
  package var minute: Int
  package var outcome: Outcome
  package var village: VillageDeed?
  package var group: GroupDeed?
  package var member: MemberDeed?
  package var account: AccountDeed?
  package var lending: LendingDeed?
  package var meeting: MeetingDeed?
  package var edit: EditDeed?
  package var event: LoanEventDeed?
  package var statement: StatementDeed?
  package var decision: DecisionDeed?
  package var profiles: ProfileDeed?

  package init(
    act: Int = 0, phone: Int, block: UInt32, day: Int32, minute: Int, outcome: Outcome = .posted,
    village: VillageDeed? = nil, group: GroupDeed? = nil, member: MemberDeed? = nil,
    account: AccountDeed? = nil, lending: LendingDeed? = nil, meeting: MeetingDeed? = nil,
    edit: EditDeed? = nil, event: LoanEventDeed? = nil, statement: StatementDeed? = nil,
    decision: DecisionDeed? = nil, profiles: ProfileDeed? = nil
  ) {
    self.act = act
    self.phone = phone
    self.block = block
    self.day = day
    self.minute = minute
    self.outcome = outcome
    self.village = village
    self.group = group
    self.member = member
    self.account = account
    self.lending = lending
    self.meeting = meeting
    self.edit = edit
    self.event = event
    self.statement = statement
    self.decision = decision
    self.profiles = profiles
  }

  /// The group whose book it writes, by its place in the plan; nil = the block's own book.
  package var book: Int? {
    group?.group ?? member?.group ?? account?.group ?? lending?.lender ?? meeting?.group ?? edit?.group
      ?? event?.group ?? statement?.group ?? decision?.group ?? profiles?.group
  }

  /// The other acts it speaks of get other numbers.
  mutating func renumber(_ number: (Int) -> Int) {
    if let target = decision?.target { decision?.target = number(target) }
    guard var meeting else { return }
    meeting.replaces = meeting.replaces.map(number)
    for place in meeting.lines.indices {
      guard let line = meeting.lines[place].reverses else { continue }
      meeting.lines[place].reverses = LinePlace(act: number(line.act), line: line.line)
    }
    self.meeting = meeting
  }
}
