package import LokBooks
import LokMerge
import LokSQLite
import LokShard
import LokWire

/// A profile that no checker has decided about: a new group, member or bank account, or one that was
/// rejected.
package struct OpenProfile: Hashable, Sendable {
  package var record: RecordID
  package var entity: Entity
  package var cbo: RecordID
  package var cboName: String?
  /// Its latest change.
  package var seq: Seq
  /// A part of it was written on this phone: another checker decides.
  package var isOwn: Bool
  /// A checker rejected it, and its maker has not changed it since.
  package var isRejected: Bool
  /// What the checker typed who rejected it.
  package var remark: String?
  /// All that its maker has written so far.
  package var proposals: [ProposedValue] = []
}

extension DeviceStore {
  /// The profiles of this phone's groups that are not approved, by group; what this phone has decided
  /// already, sent or not, is left out.
  /// - Parameter cbo: nil = of all groups.
  package func openProfiles(of cbo: RecordID? = nil) throws -> [OpenProfile] {
    try unapprovedProfiles(of: cbo).map { profile, record in
      var profile = profile
      profile.proposals = try proposals(ofProfile: record)
      return profile
    }
  }

  /// Those of which a part was written on this phone, without their proposals: to open the personal parts of
  /// a whole block takes seconds.
  func ownOpenProfiles() throws -> [OpenProfile] {
    try unapprovedProfiles(of: nil).map(\.profile).filter(\.isOwn)
  }

  private func unapprovedProfiles(of cbo: RecordID?) throws -> [(profile: OpenProfile, record: StoredRecord)]
  {
    let decided = try decidedProfiles()
    return try ["cbo", "member", "bank_account"].flatMap { try unapprovedProfiles(in: $0, of: cbo) }
      .filter { !decided.contains($0.profile.record) }
      .sorted { ($0.profile.cbo, $0.profile.record) < ($1.profile.cbo, $1.profile.record) }
  }

  /// A checker's word about profiles of one group, in one set; judged one by one.
  package func decide(
    _ word: DecisionWord, aboutProfiles records: [RecordID], of cbo: RecordID, remark: String? = nil,
    at now: Timestamp
  ) throws -> RecordedSet {
    let changes = records.map { id in
      RecordChange(
        entity: .decision,
        patch: Patch(
          present: (DecisionField.word, .integer(word.rawValue)),
          (DecisionField.remark, remark.map { .text($0) }), (DecisionField.targetRecord, FieldValue(id))))
    }
    return try record(.decision, cbo: cbo, changes: changes, at: now)
  }

  private func decidedProfiles() throws -> Set<RecordID> {
    let changes = try pending().map(\.set).filter { $0.kind == .decision }.flatMap(\.changes)
    return Set(
      changes.compactMap { Decision($0.patch) }.compactMap { decision in
        if case .profile(let id) = decision.target { id } else { nil }
      })
  }

  private func unapprovedProfiles(
    in table: String, of cbo: RecordID?
  ) throws -> [(profile: OpenProfile, record: StoredRecord)] {
    let group = table == "cbo" ? "profiled.id" : "profiled.cbo"
    let approved = ProfileStanding.approved.rawValue
    let rows = try connection.statement(
      """
      SELECT profiled.id, \(group), cbo.name, coalesce(profiled.profile, 0) FROM \(table) AS profiled
      LEFT JOIN cbo ON cbo.id = \(group) WHERE coalesce(profiled.profile, 0) != ?1
        AND \(cbo == nil ? "?2 IS NULL" : "\(group) = ?2")
      """
    ).bind(approved, cbo?.rawValue).all { row in
      (
        id: RecordID(rawValue: row.unsigned(0)), cbo: RecordID(rawValue: row.unsigned(1)),
        name: row.isNull(2) ? nil : row.text(2), standing: row.integer(3)
      )
    }
    let own = try currentIdentity()?.number
    return try rows.compactMap { row in
      guard let record = try shard.record(row.id) else { return nil }
      let isRejected = row.standing == ProfileStanding.rejected.rawValue
      let profile = OpenProfile(
        record: row.id, entity: record.entity, cbo: row.cbo, cboName: row.name, seq: record.seq,
        isOwn: record.fields.contains { field in
          field.device == own && !FieldPolicy.isCheckers(record.entity, field: field.number)
        }, isRejected: isRejected,
        remark: isRejected ? try remark(onProfile: record) : nil)
      return (profile, record)
    }
  }

  /// The decision that rejected it is the set that wrote its standing.
  private func remark(onProfile record: StoredRecord) throws -> String? {
    guard let field = FieldPolicy.profileField(of: record.entity),
      let seq = record.fields.first(where: { $0.number == field })?.seq,
      let bytes = try connection.statement("SELECT changes FROM journal WHERE seq = ?").bind(seq.rawValue)
        .first({ $0.bytes(0) })
    else { return nil }
    return try ChangeSet(decoding: bytes).changes.first { change in
      change.patch.record(DecisionField.targetRecord) == record.id
    }?.patch.text(DecisionField.remark)
  }
}
