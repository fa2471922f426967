package import LokBooks

/// A record that can change, with a clock for each field.
package struct StoredRecord: Hashable, Sendable {
  package var id: RecordID
  package var entity: Entity
  /// Whose book it is in.
  package var cbo: RecordID
  /// The last set that changed it.
  package var seq: Seq
  /// Ascending by number.
  package var fields: [FieldState]

  package init(id: RecordID, entity: Entity, cbo: RecordID, seq: Seq, fields: [FieldState]) {
    self.id = id
    self.entity = entity
    self.cbo = cbo
    self.seq = seq
    self.fields = fields
  }

  /// The merged values, without their clocks.
  package var values: Patch { Patch(fields.map { .init(number: $0.number, value: $0.value) }) }
}

/// An account of a CBO, or one member's or loan's share of it. `subLedger` nil = the control account.
package struct BalanceKey: Hashable, Sendable {
  package var cbo: RecordID
  package var account: Account
  package var subLedger: RecordID?
  package init(cbo: RecordID, account: Account, subLedger: RecordID? = nil) {
    self.cbo = cbo
    self.account = account
    self.subLedger = subLedger
  }
}

package struct HeldMeeting: Hashable, Sendable {
  package var number: UInt32
  package var day: Day
  package init(number: UInt32, day: Day) {
    self.number = number
    self.day = day
  }
}

/// A set or change that is stored but not posted.
package struct SetAside: Hashable, Sendable {
  package var seq: Seq
  /// Nil = the whole set.
  package var index: UInt32?
  package var cbo: RecordID
  /// WAITING or FLAGGED, with its reason.
  package var verdict: Verdict
  package var meetingNumber: UInt32?
  package var received: Timestamp

  package init(
    seq: Seq, index: UInt32?, cbo: RecordID, verdict: Verdict, meetingNumber: UInt32?, received: Timestamp
  ) {
    self.seq = seq
    self.index = index
    self.cbo = cbo
    self.verdict = verdict
    self.meetingNumber = meetingNumber
    self.received = received
  }
}

/// What judge and apply read of a shard. Apply asks only for records of the set's own CBO, so that a
/// phone, which holds a few CBOs, answers as the server does.
package protocol BookState {
  func record(_ id: RecordID) throws -> StoredRecord?
  /// Debit - credit of what is posted.
  func balance(_ key: BalanceKey) throws -> Paise
  /// The posted meeting with the highest number.
  func lastMeeting(of cbo: RecordID) throws -> HeldMeeting?
  /// The meeting set aside with the lowest number in the range; of equal ones the earliest.
  func meetingSetAside(of cbo: RecordID, numbers: Range<UInt32>) throws -> SetAside?
  func setAside(_ seq: Seq, index: UInt32?) throws -> SetAside?
}
