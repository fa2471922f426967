import LokBooks

/// The rules of a checker's word about a profile. Approval is about what the checker had before her, and
/// gives groups and members their printed code.
extension Judge {
  mutating func profileVerdict(on id: RecordID, _ decision: Decision, _ index: Int) throws -> Verdict {
    guard let record = try record(id), record.cbo == set.cbo else {
      return word(.refused, .recordNotThere, index, record: id)
    }
    guard FieldPolicy.profileField(of: record.entity) != nil, decision.word != .release else {
      return word(.refused, .entityDiffers, index, record: id)
    }
    if let own = try ownWriting(in: record) {
      return word(.refused, .ownWork, index, record: id, arguments: [Int64(clamping: own.rawValue)])
    }
    guard record.seq <= set.baseSeq else {
      return word(
        .refused, .profileChanged, index, record: id, arguments: [Int64(clamping: record.seq.rawValue)])
    }
    guard ProfileStanding(record.values, of: record.entity) == .pending else {
      return word(
        .refused, .alreadyDecided, index, record: id, arguments: [Int64(clamping: record.seq.rawValue)])
    }
    guard decision.word == .approve else { return Verdict(index: UInt32(index), .accepted) }
    if record.entity == .cbo, let problem = try officesProblem(record, index) { return problem }
    return word(.accepted, .profileApproved, index, arguments: [Int64(try serial(for: record))])
  }

  /// The place of a value in the record that the checker wrote herself.
  private func ownWriting(in record: StoredRecord) throws -> Seq? {
    let written = record.fields.filter { !FieldPolicy.isCheckers(record.entity, field: $0.number) }
    for seq in Set(written.map(\.seq)).sorted() {
      let journaled = try state.journaledSet(seq)
      let isOwn =
        journaled.map { $0.isBySame(as: set) }
        // A released value stands under its resolution, which names no writer.
        ?? written.contains { $0.seq == seq && $0.device == set.device }
      if isOwn { return seq }
    }
    return nil
  }

  /// A group is approved with one president, one secretary and one treasurer. Source: domain notes 1.2.
  private func officesProblem(_ group: StoredRecord, _ index: Int) throws -> Verdict? {
    for office in Designation.required {
      let found = try state.officeBearers(of: group.id, office: office).count
      guard found == 1 else {
        return word(
          .refused, .officeBearersMissing, index, record: group.id,
          arguments: [office.rawValue, Int64(found)])
      }
    }
    return nil
  }

  /// The number of its printed code: the one it has had, or the next free; 0 where its kind has none.
  private mutating func serial(for record: StoredRecord) throws -> UInt32 {
    guard let field = FieldPolicy.codeField(of: record.entity) else { return 0 }
    if let had = record.values.integer(field).flatMap({ UInt32(exactly: $0) }), had > 0 { return had }
    let last = try serialsGiven[record.entity] ?? state.lastCodeSerial(of: record.entity)
    guard last < .max else { return 0 }
    serialsGiven[record.entity] = last + 1
    return last + 1
  }
}
