import LokBooks
import LokSQLite
import LokWire

extension DeviceStore {
  package func status() throws -> DeviceStatus {
    var status = DeviceStatus(
      block: block, device: try currentIdentity()?.number, cursor: try cursor().seq,
      unsent: try count(.recorded) + count(.sent), stored: try count(.stored), committed: 0,
      unapproved: try unapprovedMeetingsOfOwn(), setAside: [],
      isRevoked: try connection.statement("SELECT is_revoked FROM device_state").first { $0.integer(0) } == 1,
      notices: try notices())
    let ownProfiles = try ownOpenProfiles()
    status.rejectedProfiles = ownProfiles.filter(\.isRejected)
    status.pendingProfiles = ownProfiles.count - status.rejectedProfiles.count
    status.unsentFiles = try unsentBlobs()
    status.wantedFiles = try wantedFiles()
    status.refusedFiles = try refusedBlobs()
    status.history = try heldHistory()
    for set in try committedSets() {
      if let verdict = try whySetAside(set) {
        status.setAside.append(
          .init(
            device: set.device, firstDeviceSeq: set.firstDeviceSeq, cbo: set.cbo, seq: set.seq,
            verdict: verdict, remark: try remark(on: set)))
      } else {
        status.committed += 1
      }
    }
    return status
  }

  private func count(_ state: OutboxState) throws -> Int {
    try connection.statement("SELECT COUNT(*) FROM device_outbox WHERE state = ?").bind(state.rawValue)
      .first { Int($0.integer(0)) } ?? 0
  }

  private struct CommittedSet {
    var device: DeviceNumber
    var firstDeviceSeq: DeviceSeq
    var cbo: RecordID
    var seq: Seq
    var verdicts: [UInt8]
    var resolution: [UInt8]
    var isOwn: Bool
  }

  private func committedSets() throws -> [CommittedSet] {
    try connection.statement(
      """
      SELECT device, first_device_seq, cbo, seq, verdicts, resolution, is_own FROM device_outbox
      WHERE state = ? ORDER BY device, first_device_seq
      """
    ).bind(OutboxState.committed.rawValue).all { row in
      CommittedSet(
        device: DeviceNumber(UInt32(truncatingIfNeeded: row.integer(0))),
        firstDeviceSeq: DeviceSeq(row.unsigned(1)), cbo: RecordID(rawValue: row.unsigned(2)),
        seq: Seq(row.unsigned(3)), verdicts: row.bytes(4), resolution: row.bytes(5),
        isOwn: row.integer(6) == 1)
    }
  }

  /// Nil = all of it counts in the books. A later decision beats the set's own verdicts; the journal on this
  /// phone beats what the acknowledgement said of decisions until then.
  private func whySetAside(_ set: CommittedSet) throws -> Verdict? {
    guard set.isOwn else { return Verdict(.quarantined, .idReused) }
    let verdicts = try Verdicts(decoding: set.verdicts)
    let told = set.resolution.isEmpty ? nil : try? Resolution(decoding: set.resolution)
    if let whole = verdicts.whole {
      return try current(whole, of: set, index: nil, told: told)
    }
    if let taken = try resolution(of: set.seq, index: nil) ?? told, taken.verdict.word == .refused,
      taken.index == nil
    {
      return taken.verdict
    }
    for verdict in verdicts.changes {
      if let found = try current(verdict, of: set, index: verdict.index, told: told) { return found }
    }
    return nil
  }

  private func current(
    _ verdict: Verdict, of set: CommittedSet, index: UInt32?, told: Resolution?
  ) throws -> Verdict? {
    guard !Self.counts(verdict.word) else { return nil }
    let column = index.map { Int64($0) } ?? -1
    let resolved = try resolution(of: set.seq, index: index)
    guard let latest = resolved ?? told, latest.index == index else { return verdict }
    if Self.counts(latest.verdict.word) { return nil }
    let now = try connection.statement(
      "SELECT seq, idx, word, reason, record, arguments FROM set_aside WHERE seq = ? AND idx = ?"
    ).bind(set.seq.rawValue, column).first { Self.verdict($0) }
    return now ?? latest.verdict
  }

  /// The latest decision about a set or one of its changes that has come to this phone.
  private func resolution(of seq: Seq, index: UInt32?) throws -> Resolution? {
    try connection.statement(
      "SELECT journal.changes FROM resolved JOIN journal ON journal.seq = resolved.seq "
        + "WHERE resolved.target_seq = ? AND resolved.idx = ?"
    ).bind(seq.rawValue, index.map { Int64($0) } ?? -1).first {
      try ResolutionSet.decode($0.bytes(0)).resolution
    }
  }

  /// What the checker typed who rejected the set.
  private func remark(on set: CommittedSet) throws -> String? {
    guard let resolution = try resolution(of: set.seq, index: nil), resolution.verdict.word == .refused,
      let bytes = try connection.statement("SELECT changes FROM journal WHERE seq = ? AND kind = ?")
        .bind(resolution.cause.rawValue, Envelope.Kind.set.rawValue).first({ $0.bytes(0) })
    else { return nil }
    return try ChangeSet(decoding: bytes).changes.first { $0.entity == .decision }?
      .patch.text(DecisionField.remark)
  }

  private func unapprovedMeetingsOfOwn() throws -> Int {
    try connection.statement(
      """
      SELECT COUNT(*) FROM meeting JOIN device_outbox ON device_outbox.seq = meeting.seq
      WHERE standing = 1 AND is_own = 1
      """
    ).first { Int($0.integer(0)) } ?? 0
  }

  private static func counts(_ word: Word) -> Bool { word == .accepted || word == .merged }
}
