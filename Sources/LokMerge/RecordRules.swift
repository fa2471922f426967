import LokBooks

/// The rules for records that can change, one change at a time.
extension Judge {
  mutating func recordVerdict(_ index: Int) throws -> Verdict {
    let change = set.changes[index]
    switch change.entity {
    case .meeting, .attendance, .entry: return word(.flagged, .entryOutsideMeeting, index)
    case .resolution, .decision: return word(.flagged, .entityDiffers, index)
    default: break
    }
    let stored = try record(change.record)
    if change.isNew {
      guard stored == nil else { return word(.flagged, .recordTaken, index, record: change.record) }
    } else {
      guard let stored else { return word(.waiting, .recordNotThere, index, record: change.record) }
      guard stored.entity == change.entity else {
        return word(.flagged, .entityDiffers, index, record: change.record)
      }
      guard stored.cbo == set.cbo else {
        return word(.flagged, .memberOfOtherGroup, index, record: change.record)
      }
    }
    let checkers = change.patch.fields.first {
      FieldPolicy.isCheckers(change.entity, field: $0.number)
    }
    if let checkers { return word(.flagged, .fieldOfChecker, index, arguments: [Int64(checkers.number)]) }
    if let field = FieldPolicy.blobField(of: change.entity), let named = change.patch[field],
      !Self.isHash(named)
    {
      return outOfRange(field, index)
    }
    if let problem = try entityProblem(change, index) { return problem }
    return merge(change, index, into: stored)
  }

  /// As a blob is named: SHA-256.
  private static func isHash(_ value: FieldValue) -> Bool {
    if case .bytes(let hash) = value { hash.count == 32 } else { false }
  }

  private mutating func merge(_ change: Change, _ index: Int, into stored: StoredRecord?) -> Verdict {
    let before =
      stored
      ?? StoredRecord(id: change.record, entity: change.entity, cbo: set.cbo, seq: envelope.seq, fields: [])
    let merged = FieldMerge.merge(change.patch, into: before, by: writer(ofChangeAt: index))
    records[change.record] = merged.record
    let conflicts = merged.conflicts
    if !merged.reviews.isEmpty {
      return word(.review, .awaitsChecker, index, arguments: merged.reviews.map { Int64($0) })
    }
    guard let first = conflicts.first else { return Verdict(index: UInt32(index), .accepted) }
    let lost = conflicts.first { !$0.newcomerWon }
    let reason: Reason? = lost.map { $0.rule == .writeOnce ? .writtenOnce : .laterWriter }
    return word(.merged, reason, index, arguments: [Int64((lost ?? first).winner.number)])
  }

  private func entityProblem(_ change: Change, _ index: Int) throws -> Verdict? {
    switch change.entity {
    case .village: return set.cbo == .blockBook ? nil : word(.flagged, .entityDiffers, index)
    case .cbo: return try cboProblem(change, index)
    case .member, .loan, .loanEvent, .bankAccount, .bankStatement, .officeBearer: break
    default: return nil
    }
    guard let group = try record(set.cbo) else {
      return word(.waiting, .recordNotThere, index, record: set.cbo)
    }
    switch change.entity {
    case .member: return try memberProblem(change, of: group, index)
    case .loan: return try loanProblem(change, index)
    case .loanEvent: return try loanEventProblem(change, index)
    case .bankAccount: return bankAccountProblem(change.patch, index)
    case .officeBearer: return try officeBearerProblem(change, of: group, index)
    default: return try bankStatementProblem(change, index)
    }
  }

  /// A member of this very group; where a day is given, on that day.
  func memberReference(_ id: RecordID, on day: Day? = nil, _ index: Int) throws -> Verdict? {
    guard let member = try record(id) else { return word(.waiting, .recordNotThere, index, record: id) }
    guard member.entity == .member else { return word(.flagged, .entityDiffers, index, record: id) }
    guard member.cbo == set.cbo else { return word(.flagged, .memberOfOtherGroup, index, record: id) }
    guard let day, !isReleased else { return nil }
    if let joined = member.day(MemberField.joinedDay), day < joined {
      return word(.flagged, .memberNotThen, index, record: id, arguments: days(day, joined))
    }
    if let left = member.day(MemberField.leftDay), day > left {
      return word(.flagged, .memberNotThen, index, record: id, arguments: days(day, left))
    }
    return nil
  }

  func reference(_ id: RecordID, _ entity: Entity, _ index: Int, _ field: UInt32) throws -> Verdict? {
    guard let found = try record(id) else { return word(.waiting, .recordNotThere, index, record: id) }
    return found.entity == entity ? nil : word(.flagged, .entityDiffers, index, record: id)
  }

  func word(
    _ word: Word, _ reason: Reason?, _ index: Int, record: RecordID? = nil, arguments: [Int64] = []
  ) -> Verdict {
    Verdict(index: UInt32(index), word, reason, record: record, arguments: arguments)
  }

  func missing(_ field: UInt32, _ index: Int) -> Verdict {
    word(.flagged, .fieldMissing, index, arguments: [Int64(field)])
  }

  func outOfRange(_ field: UInt32, _ index: Int) -> Verdict {
    word(.flagged, .fieldOutOfRange, index, arguments: [Int64(field)])
  }

  func days(_ day: Day, _ limit: Day) -> [Int64] { [Int64(day.number), Int64(limit.number)] }
}
