package import LokBooks

/// What a command changes in a shard's books; the same on server and phone.
package struct Effects: Hashable, Sendable {
  /// Whole, after the merge.
  package var records: [StoredRecord] = []
  package var meetings: [MeetingRow] = []
  package var attendance: [AttendanceRow] = []
  package var entries: [EntryRow] = []
  /// Lines that stood unposted since their set was set aside, and count from now on.
  package var linesPosted: Lines?
  /// A meeting that stood posted is approved or taken back; its lines count or count no more.
  package var standing: MeetingStanding?
  package var memberships: [MembershipRow] = []
  /// Those that move, as they stand afterwards: written before anything else moves them.
  package var balances: [Balance] = []
  package var conflicts: [Conflict] = []
  package var setAside: [SetAside] = []
  package var noLongerSetAside: [Place] = []
  package var resolved: [Resolved] = []
  package init() {}

  /// A set, or one of its changes.
  package struct Place: Hashable, Sendable {
    package var seq: Seq
    package var index: UInt32?
  }

  package struct Resolved: Hashable, Sendable {
    package var target: Place
    package var by: Seq
    package var word: Word

    package init(_ resolution: Resolution, by seq: Seq) {
      target = Place(seq: resolution.target, index: resolution.index)
      by = seq
      word = resolution.verdict.word
    }
  }

  /// The entries of one set: all of its group, and of its meeting's day.
  package struct Lines: Hashable, Sendable {
    package var seq: Seq
    package var cbo: RecordID
    package var day: Day
  }

  package struct MeetingStanding: Hashable, Sendable {
    /// Of the set that posted it.
    package var lines: Lines
    package var standing: HeldMeeting.Standing
  }

  package struct MembershipRow: Hashable, Sendable {
    package var cbo: RecordID
    /// 0 = it has left, and joined no other.
    package var parent: RecordID
    package var since: Day
    package var seq: Seq
  }

  package struct MeetingRow: Hashable, Sendable {
    package var id: RecordID
    package var cbo: RecordID
    package var number: UInt32
    package var day: Day
    package var type: Int64
    package var opening: Paise
    package var closing: Paise
    package var standing: HeldMeeting.Standing
    package var seq: Seq
  }

  package struct AttendanceRow: Hashable, Sendable {
    package var id: RecordID
    package var cbo: RecordID
    package var meeting: RecordID
    package var member: RecordID
    package var present: Bool
    package var seq: Seq
  }

  package struct EntryRow: Hashable, Sendable {
    package var id: RecordID
    package var cbo: RecordID
    package var meeting: RecordID
    package var day: Day
    package var kind: Int64
    package var amount: Paise
    package var debit: Account?
    package var credit: Account?
    package var member: RecordID?
    package var loan: RecordID?
    package var bankAccount: RecordID?
    /// The entry that this one takes back.
    package var reverses: RecordID?
    package var remark: String?
    package var seq: Seq
    package var isPosted: Bool
  }
}

/// Applying what was judged cannot go on: the shard and the verdicts do not belong together.
package enum ApplyError: Error, Hashable, Sendable {
  case sumOverflows(BalanceKey)
  case recordMissing(RecordID)
  case nothingSetAside(Seq)
  case meetingMissing(Seq)
}
