package import LokBooks
import LokMerge
import LokSQLite
import LokWire

/// One change of a record as it stands in the journal, and what became of it.
package struct RecordHistoryLine: Hashable, Sendable {
  package var seq: Seq
  package var index: UInt32
  package var device: DeviceNumber
  package var received: Timestamp
  package var entity: Entity
  package var isNew: Bool
  package var fields: [FieldText]
  /// Nil = accepted.
  package var verdict: Verdict?
  /// A later decision about the set or this change.
  package var resolution: Resolution?
}

package struct FieldText: Hashable, Sendable {
  package var name: String
  /// Sealed parts as their length: nothing of them is opened here.
  package var value: String
}

/// Why a field holds what it holds.
package struct FieldExplanation: Hashable, Sendable {
  package enum Fate: String, Hashable, Sendable {
    /// It stands.
    case stands
    /// It lost to the one that stands (or stood then).
    case lost
    /// A checker has not decided yet.
    case underReview
  }
  package struct Candidate: Hashable, Sendable {
    package var value: String
    package var fate: Fate
    package var device: DeviceNumber
    /// Of the set that brought it.
    package var seq: Seq
    /// By the writer's clock, as far as it was believed.
    package var written: Timestamp
  }
  package var entity: Entity
  package var field: String
  package var rule: FieldPolicy
  /// The one that stands first, then the others, the latest first.
  package var candidates: [Candidate]
}

extension ShardReader {
  /// Every change of a record, oldest first; nil where the block has no such record.
  package func history(of record: RecordID) throws -> [RecordHistoryLine]? {
    try connection.snapshot { try RecordHistoryReader(connection: connection).lines(of: record) }
  }

  /// The changes of a quarantined set as they were sent; nil where there is none, or none that can be read.
  package func quarantinedSet(_ seq: Seq) throws -> [RecordHistoryLine]? {
    try connection.snapshot { try RecordHistoryReader(connection: connection).quarantinedLines(seq) }
  }

  /// Each field of a record that can change; nil where the block has no such record.
  package func explanation(of record: RecordID) throws -> [FieldExplanation]? {
    try connection.snapshot { try RecordHistoryReader(connection: connection).explanation(of: record) }
  }
}

struct RecordHistoryReader {
  let connection: Connection

  func lines(of record: RecordID) throws -> [RecordHistoryLine]? {
    guard let cbo = try group(of: record) else { return nil }
    var lines: [RecordHistoryLine] = []
    let seqs = try connection.statement("SELECT seq FROM journal_by_cbo WHERE cbo = ? ORDER BY seq")
      .bind(cbo.rawValue).all { Seq($0.unsigned(0)) }
    for seq in seqs {
      guard let row = try JournalTable(connection: connection).row(seq), row.envelope.kind == .set else {
        continue
      }
      let set = try ChangeSet(decoding: row.changes)
      let verdicts = try Verdicts(decoding: row.verdicts)
      for (index, change) in set.changes.enumerated() where change.record == record {
        let place = UInt32(index)
        lines.append(
          RecordHistoryLine(
            seq: seq, index: place, device: set.device, received: row.envelope.received,
            entity: change.entity, isNew: change.isNew, fields: texts(of: change.patch, change.entity),
            verdict: verdicts.whole ?? verdicts.changes.first { $0.index == place },
            resolution: try resolution(of: seq, index: verdicts.changes.isEmpty ? nil : place)))
      }
    }
    return lines
  }

  func quarantinedLines(_ seq: Seq) throws -> [RecordHistoryLine]? {
    let kept = try connection.statement("SELECT bytes, received, reason FROM quarantine WHERE seq = ?")
      .bind(seq.rawValue).first { ($0.bytes(0), $0.integer(1), Reason(rawValue: Int($0.integer(2)))) }
    guard let (bytes, received, reason) = kept, let set = try? ChangeSet(decoding: bytes) else { return nil }
    return set.changes.enumerated().map { index, change in
      RecordHistoryLine(
        seq: seq, index: UInt32(index), device: set.device, received: Timestamp(milliseconds: received),
        entity: change.entity, isNew: change.isNew, fields: texts(of: change.patch, change.entity),
        verdict: Verdict(.quarantined, reason), resolution: nil)
    }
  }

  func explanation(of record: RecordID) throws -> [FieldExplanation]? {
    guard let stored = try BookTables(connection: connection).record(record) else { return nil }
    let conflicts = try lost(of: record)
    let reviews = try underReview(of: record, stored.cbo)
    return stored.fields.map { field in
      let standing = candidate(field, stored.entity, .stands)
      let others = (conflicts[field.number] ?? []).map { candidate($0, stored.entity, .lost) }
      let open = (reviews[field.number] ?? []).map { candidate($0, stored.entity, .underReview) }
      return FieldExplanation(
        entity: stored.entity, field: name(of: field.number, stored.entity),
        rule: FieldPolicy.of(stored.entity, field: field.number),
        candidates: [standing] + (others + open).sorted { $0.seq > $1.seq }.filter { $0 != standing })
    }
  }

  private func candidate(_ field: FieldState, _ entity: Entity, _ fate: FieldExplanation.Fate)
    -> FieldExplanation.Candidate
  {
    .init(
      value: field.value.shown, fate: fate, device: field.device, seq: field.seq,
      written: field.hlc.timestamp)
  }

  private func lost(of record: RecordID) throws -> [UInt32: [FieldState]] {
    let losers = try connection.statement("SELECT loser FROM conflict WHERE record = ? ORDER BY seq")
      .bind(record.rawValue).all { try RecordFields.decode($0.bytes(0)) }
    return Dictionary(grouping: losers.flatMap { $0 }, by: \.number)
  }

  private func underReview(of record: RecordID, _ cbo: RecordID) throws -> [UInt32: [FieldState]] {
    let places = try connection.statement("SELECT seq, idx FROM set_aside WHERE cbo = ? AND word = ?")
      .bind(cbo.rawValue, Word.review.rawValue).all { (Seq($0.unsigned(0)), Int($0.integer(1))) }
    var found: [UInt32: [FieldState]] = [:]
    for (seq, index) in places {
      guard let row = try JournalTable(connection: connection).row(seq) else { continue }
      let set = try ChangeSet(decoding: row.changes)
      guard set.changes.indices.contains(index), set.changes[index].record == record else { continue }
      let change = set.changes[index]
      for field in change.patch.fields where FieldPolicy.of(change.entity, field: field.number) == .review {
        found[field.number, default: []].append(
          FieldState(
            number: field.number, value: field.value,
            hlc: set.effectiveHLC(ofChangeAt: index, envelope: row.envelope), device: set.device,
            deviceSeq: set.firstDeviceSeq.advanced(by: UInt32(clamping: index)), seq: seq))
      }
    }
    return found
  }

  private func resolution(of seq: Seq, index: UInt32?) throws -> Resolution? {
    try connection.statement(
      "SELECT journal.changes FROM resolved JOIN journal ON journal.seq = resolved.seq "
        + "WHERE resolved.target_seq = ? AND resolved.idx IN (-1, ?)"
    ).bind(seq.rawValue, BookTables.column(index)).first {
      try ResolutionSet.decode($0.bytes(0)).resolution
    }
  }

  /// Whose book a record is in: also one that never changes, or that is set aside with its set.
  private func group(of record: RecordID) throws -> RecordID? {
    for table in ["record", "meeting", "entry", "attendance"] {
      let found = try connection.statement("SELECT cbo FROM \(table) WHERE id = ?").bind(record.rawValue)
        .first { RecordID(rawValue: $0.unsigned(0)) }
      if let found { return found }
    }
    return nil
  }

  private func texts(of patch: Patch, _ entity: Entity) -> [FieldText] {
    patch.fields.map { FieldText(name: name(of: $0.number, entity), value: $0.value.shown) }
  }

  private func name(of field: UInt32, _ entity: Entity) -> String {
    EntitySchema.fieldName(entity, field) ?? "field \(field)"
  }
}

extension FieldValue {
  /// As an operator sees it: what is sealed or unknown is told by its length.
  var shown: String {
    switch self {
    case .integer(let integer): "\(integer)"
    case .text(let text): text
    case .bytes(let bytes): "\(bytes.count) sealed bytes"
    case .unknown(_, let bytes): "\(bytes.count) bytes of a newer app"
    }
  }
}
