import LokBooks

/// The rules for records that can change, one change at a time.
extension Judge {
  /// 1990-01-01: no group of the mission is older.
  private static var firstFormationDay: Day { Day(number: 7305) }

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
    if let problem = try entityProblem(change, index) { return problem }
    return merge(change, index, into: stored)
  }

  private mutating func merge(_ change: Change, _ index: Int, into stored: StoredRecord?) -> Verdict {
    let before =
      stored
      ?? StoredRecord(id: change.record, entity: change.entity, cbo: set.cbo, seq: envelope.seq, fields: [])
    let (merged, conflicts) = FieldMerge.merge(change.patch, into: before, by: writer(ofChangeAt: index))
    records[change.record] = merged
    guard let first = conflicts.first else { return Verdict(index: UInt32(index), .accepted) }
    let lost = conflicts.first { !$0.newcomerWon }
    let reason: Reason? = lost.map { $0.rule == .writeOnce ? .writtenOnce : .laterWriter }
    return word(.merged, reason, index, arguments: [Int64((lost ?? first).winner.number)])
  }

  private func entityProblem(_ change: Change, _ index: Int) throws -> Verdict? {
    switch change.entity {
    case .village: set.cbo == .blockBook ? nil : word(.flagged, .entityDiffers, index)
    case .cbo: try cboProblem(change, index)
    case .member: try memberProblem(change, index)
    case .loan: try loanProblem(change, index)
    default: nil
    }
  }

  private func cboProblem(_ change: Change, _ index: Int) throws -> Verdict? {
    guard change.record == set.cbo else { return word(.flagged, .entityDiffers, index) }
    let patch = change.patch
    let known = try record(change.record)?.values
    let tierValue = known?.integer(CBOField.tier) ?? patch.integer(CBOField.tier)
    guard let tier = tierValue.flatMap({ Tier(rawValue: $0) }) else {
      return missing(CBOField.tier, index)
    }
    if change.isNew, patch.text(CBOField.name)?.isEmpty != false { return missing(CBOField.name, index) }
    if let day = patch.day(CBOField.formationDay) {
      guard day >= Self.firstFormationDay else { return outOfRange(CBOField.formationDay, index) }
      guard day <= lastDayAllowed else {
        return word(.flagged, .dateInFuture, index, arguments: days(day, lastDayAllowed))
      }
    } else if change.isNew {
      return missing(CBOField.formationDay, index)
    }
    if let saving = patch.paise(CBOField.compulsorySavingPaise),
      !(Paise.zero...Paise.entryMaximum).contains(saving)
    {
      return outOfRange(CBOField.compulsorySavingPaise, index)
    }
    if let village = patch.record(CBOField.village) {
      if let problem = try reference(village, .village, index, CBOField.village) { return problem }
    }
    if let parent = patch.record(CBOField.parent) {
      if let problem = try reference(parent, .cbo, index, CBOField.parent) { return problem }
      let parentTier = try record(parent)?.values.integer(CBOField.tier)
      guard let above = tier.above, parentTier == above.rawValue else {
        return outOfRange(CBOField.parent, index)
      }
    }
    return nil
  }

  private func memberProblem(_ change: Change, _ index: Int) throws -> Verdict? {
    guard let group = try record(set.cbo) else {
      return word(.waiting, .recordNotThere, index, record: set.cbo)
    }
    for field in [MemberField.joinedDay, MemberField.leftDay] {
      guard let day = change.patch.day(field) else { continue }
      guard day <= lastDayAllowed else {
        return word(.flagged, .dateInFuture, index, arguments: days(day, lastDayAllowed))
      }
      if let formed = group.values.day(CBOField.formationDay), day < formed {
        return word(.flagged, .dateBeforeFormation, index, arguments: days(day, formed))
      }
    }
    return nil
  }

  func loanProblem(_ change: Change, _ index: Int) throws -> Verdict? {
    guard try record(set.cbo) != nil else { return word(.waiting, .recordNotThere, index, record: set.cbo) }
    let patch = change.patch
    if change.isNew {
      guard let principal = patch.paise(LoanField.principalPaise) else {
        return missing(LoanField.principalPaise, index)
      }
      guard principal > .zero, principal <= .entryMaximum else {
        return word(.flagged, .amountOutOfRange, index, arguments: [principal.rawValue])
      }
      guard patch.record(LoanField.member) != nil || patch.record(LoanField.borrowerCBO) != nil else {
        return missing(LoanField.member, index)
      }
    }
    if let member = patch.record(LoanField.member) {
      if let problem = try memberReference(member, index) { return problem }
    }
    if let borrower = patch.record(LoanField.borrowerCBO) {
      return try reference(borrower, .cbo, index, LoanField.borrowerCBO)
    }
    return nil
  }

  /// A member of this very group.
  func memberReference(_ id: RecordID, _ index: Int) throws -> Verdict? {
    guard let member = try record(id) else { return word(.waiting, .recordNotThere, index, record: id) }
    guard member.entity == .member else { return word(.flagged, .entityDiffers, index, record: id) }
    return member.cbo == set.cbo ? nil : word(.flagged, .memberOfOtherGroup, index, record: id)
  }

  private func reference(_ id: RecordID, _ entity: Entity, _ index: Int, _ field: UInt32) throws -> Verdict? {
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
