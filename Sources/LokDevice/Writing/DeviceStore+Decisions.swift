package import LokBooks
import LokMerge
import LokSQLite
import LokShard
import LokWire

/// What a checker decides about: a meeting that counts and is not approved yet, or something that is set
/// aside.
package struct OpenDecision: Hashable, Sendable {
  package var seq: Seq
  /// Of one change in the set; nil = the whole set.
  package var index: UInt32?
  package var cbo: RecordID
  package var cboName: String?
  /// Which one is changed, where one change of a set waits.
  package var record: RecordID?
  /// What that change makes of it.
  package var proposals: [ProposedValue] = []
  package var writer: DeviceNumber
  /// Written on this phone, by the same person: another checker decides.
  package var isOwn: Bool
  /// Why it does not count; nil = it counts, and awaits approval.
  package var verdict: Verdict?
  package var meeting: Meeting?

  package struct Meeting: Hashable, Sendable {
    package var number: UInt32
    package var day: Day
    package var closingCash: Paise
  }

  /// What approving it means: a set that is set aside is posted as it stands, one that counts is frozen.
  package var approval: DecisionWord { verdict == nil ? .approve : .release }
}

extension DeviceStore {
  /// What waits for a checker in the groups of this phone, by group and place in the block's journal. What
  /// waits for another record or an earlier meeting is left out: it follows by itself. So is what this phone
  /// has decided already, sent or not.
  /// - Parameter cbo: nil = of all groups.
  package func openDecisions(of cbo: RecordID? = nil) throws -> [OpenDecision] {
    let decided = try pendingDecisions()
    let found = try setAsideDecisions(of: cbo) + unapprovedMeetings(of: cbo)
    return found.filter { !decided.contains(Place(seq: $0.seq, index: $0.index)) }
      .sorted { ($0.cbo, $0.seq, $0.index ?? 0) < ($1.cbo, $1.seq, $1.index ?? 0) }
  }

  /// A checker's word about one set, or one change of it.
  package func decide(
    _ word: DecisionWord, about target: Seq, index: UInt32? = nil, of cbo: RecordID, remark: String? = nil,
    withLater: Bool = false, at now: Timestamp
  ) throws -> RecordedSet {
    let patch = Patch(
      present: (DecisionField.targetSeq, .integer(Int64(bitPattern: target.rawValue))),
      (DecisionField.word, .integer(word.rawValue)), (DecisionField.remark, remark.map { .text($0) }),
      (DecisionField.targetIndex, index.map { FieldValue($0) }),
      (DecisionField.withLater, withLater ? .integer(1) : nil))
    return try record(
      .decision, cbo: cbo, changes: [RecordChange(entity: .decision, patch: patch)], at: now)
  }

  private struct Place: Hashable {
    var seq: Seq
    var index: UInt32?
  }

  private func pendingDecisions() throws -> Set<Place> {
    let sets = try pending().map(\.set).filter { $0.kind == .decision }
    return Set(
      sets.flatMap(\.changes).compactMap { Decision($0.patch) }.compactMap { decision in
        guard case .set(let seq, let index) = decision.target else { return nil }
        return Place(seq: seq, index: index)
      })
  }

  private func setAsideDecisions(of cbo: RecordID?) throws -> [OpenDecision] {
    try connection.statement(
      """
      SELECT set_aside.seq, idx, word, reason, record, arguments, set_aside.cbo, cbo.name, journal.device,
        journal.changes
      FROM set_aside JOIN journal ON journal.seq = set_aside.seq LEFT JOIN cbo ON cbo.id = set_aside.cbo
      WHERE word != ?1 AND \(cbo == nil ? "?2 IS NULL" : "set_aside.cbo = ?2")
      """
    ).bind(Word.waiting.rawValue, cbo?.rawValue).all { row in
      let set = try ChangeSet(decoding: row.bytes(9))
      let verdict = Self.verdict(row)
      let index = row.integer(1) < 0 ? nil : UInt32(clamping: row.integer(1))
      return OpenDecision(
        seq: Seq(row.unsigned(0)), index: index, cbo: RecordID(rawValue: row.unsigned(6)),
        cboName: row.isNull(7) ? nil : row.text(7), record: Self.record(set, changeAt: index),
        proposals: try Self.place(of: index, in: set).map { try proposals(of: set, changeAt: $0) } ?? [],
        writer: set.device, isOwn: try isOwn(set.device), verdict: verdict,
        meeting: index == nil ? Self.meeting(set) : nil)
    }
  }

  private func unapprovedMeetings(of cbo: RecordID?) throws -> [OpenDecision] {
    try connection.statement(
      """
      SELECT meeting.seq, meeting.cbo, cbo.name, journal.device, number, day, closing_cash_paise
      FROM meeting JOIN journal ON journal.seq = meeting.seq LEFT JOIN cbo ON cbo.id = meeting.cbo
      WHERE standing = 1 AND \(cbo == nil ? "?1 IS NULL" : "meeting.cbo = ?1")
      """
    ).bind(cbo?.rawValue).all { row in
      let writer = DeviceNumber(UInt32(truncatingIfNeeded: row.integer(3)))
      return OpenDecision(
        seq: Seq(row.unsigned(0)), index: nil, cbo: RecordID(rawValue: row.unsigned(1)),
        cboName: row.isNull(2) ? nil : row.text(2), writer: writer, isOwn: try isOwn(writer), verdict: nil,
        meeting: .init(
          number: UInt32(clamping: row.integer(4)), day: Day(number: Int32(clamping: row.integer(5))),
          closingCash: Paise(row.integer(6))))
    }
  }

  private static func record(_ set: ChangeSet, changeAt index: UInt32?) -> RecordID? {
    place(of: index, in: set).map { set.changes[$0].record }
  }

  private static func place(of index: UInt32?, in set: ChangeSet) -> Int? {
    index.map { Int($0) }.flatMap { set.changes.indices.contains($0) ? $0 : nil }
  }

  private func isOwn(_ device: DeviceNumber) throws -> Bool { try currentIdentity()?.number == device }

  private static func meeting(_ set: ChangeSet) -> OpenDecision.Meeting? {
    guard let change = set.changes.first, change.entity == .meeting,
      let number = change.patch.integer(MeetingField.number), let day = change.patch.day(MeetingField.day)
    else { return nil }
    return .init(
      number: UInt32(clamping: number), day: day,
      closingCash: change.patch.paise(MeetingField.closingCashPaise) ?? .zero)
  }
}
