package import LokBooks

/// Two writes of one field that had not seen each other (or a second write of what is written once).
package struct Conflict: Hashable, Sendable {
  package var record: RecordID
  package var cbo: RecordID
  package var rule: FieldPolicy
  /// The set that met the other value, and its change.
  package var seq: Seq
  package var index: UInt32
  package var winner: FieldState
  package var loser: FieldState

  package var newcomerWon: Bool { winner.seq == seq }
}

/// Who writes, what it had seen, and where the write takes effect.
package struct Writer: Hashable, Sendable {
  package var device: DeviceNumber
  package var deviceSeq: DeviceSeq
  package var hlc: HybridTime
  package var base: Seq
  /// The set's seq, or that of the resolution which released it.
  package var seq: Seq
  package var index: UInt32

  package init(
    device: DeviceNumber, deviceSeq: DeviceSeq, hlc: HybridTime, base: Seq, seq: Seq, index: UInt32
  ) {
    self.device = device
    self.deviceSeq = deviceSeq
    self.hlc = hlc
    self.base = base
    self.seq = seq
    self.index = index
  }
}

/// Puts a patch into a record, field by field.
package enum FieldMerge {
  package struct Result: Hashable, Sendable {
    package var record: StoredRecord
    package var conflicts: [Conflict]
    /// Fields whose stored value stays until a checker has decided.
    package var reviews: [UInt32]
  }

  /// - Parameter isDecided: a checker has decided for the patch: what is reviewed is replaced now, and the
  ///   value that goes is kept as the loser of a conflict.
  package static func merge(
    _ patch: Patch, into record: StoredRecord, by writer: Writer, isDecided: Bool = false
  ) -> Result {
    var merged = Dictionary(record.fields.map { ($0.number, $0) }) { first, _ in first }
    var conflicts: [Conflict] = []
    var reviews: [UInt32] = []
    for field in patch.fields {
      let newcomer = FieldState(
        number: field.number, value: field.value, hlc: writer.hlc, device: writer.device,
        deviceSeq: writer.deviceSeq, seq: writer.seq)
      guard let stored = merged[field.number] else {
        merged[field.number] = newcomer
        continue
      }
      let policy = FieldPolicy.of(record.entity, field: field.number)
      if policy == .review, !isDecided {
        if stored.value != newcomer.value { reviews.append(field.number) }
        continue
      }
      let newcomerWins = wins(newcomer, over: stored, base: writer.base, policy: policy)
      if newcomerWins { merged[field.number] = newcomer }
      let isOrderly = policy == .lastWriter && newcomer.hasSeen(stored, base: writer.base)
      if stored.value != newcomer.value, !isOrderly {
        conflicts.append(
          Conflict(
            record: record.id, cbo: record.cbo, rule: policy, seq: writer.seq, index: writer.index,
            winner: newcomerWins ? newcomer : stored, loser: newcomerWins ? stored : newcomer))
      }
    }
    var result = record
    result.fields = merged.values.sorted { $0.number < $1.number }
    result.seq = max(record.seq, writer.seq)
    return Result(record: result, conflicts: conflicts, reviews: reviews)
  }

  private static func wins(
    _ newcomer: FieldState, over stored: FieldState, base: Seq, policy: FieldPolicy
  ) -> Bool {
    switch policy {
    case .writeOnce: false
    case .review: true
    case .lastWriter:
      // Between a device's own writes its numbers decide, whatever its clock said.
      newcomer.hasSeen(stored, base: base)
        || newcomer.device != stored.device
          && (newcomer.hlc, newcomer.device) > (stored.hlc, stored.device)
    }
  }
}

extension FieldState {
  /// A device has seen what it wrote before, not what it wrote since: a released set comes after both.
  fileprivate func hasSeen(_ stored: FieldState, base: Seq) -> Bool {
    stored.device == device ? stored.deviceSeq <= deviceSeq : base >= stored.seq
  }
}
