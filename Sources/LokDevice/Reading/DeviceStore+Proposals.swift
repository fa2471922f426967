import LokBooks
import LokMerge
import LokShard
import LokWire

/// One field as it stands and as a change would have it, for the eyes of who decides.
package struct ProposedValue: Hashable, Sendable {
  package enum Value: Hashable, Sendable {
    case integer(Int64)
    case text(String)
    /// A personal part that this phone has no key for, or another's bytes.
    case sealed
  }
  /// The name in Proto/lokos/v1/records.proto; of a personal part with its own after a stop:
  /// `identity.name`.
  package var field: String
  /// Nil = nothing yet.
  package var before: Value?
  /// Nil = taken away.
  package var after: Value?

  package init(field: String, before: Value? = nil, after: Value?) {
    (self.field, self.before, self.after) = (field, before, after)
  }
}

extension DeviceStore {
  /// What a change would make of its record, field by field; fields that stay as they are are left out.
  func proposals(of set: ChangeSet, changeAt index: Int) throws -> [ProposedValue] {
    let change = set.changes[index]
    let stored = try shard.record(change.record)?.values ?? Patch([])
    return try proposals(set.selfContained(changeAt: index), over: stored, change.entity, change.record)
      .filter { $0.before != $0.after || $0.after == .sealed }
  }

  /// All that is known of a profile, for who sees it the first time.
  func proposals(ofProfile record: StoredRecord) throws -> [ProposedValue] {
    let makers = Patch(
      record.values.fields.filter { !FieldPolicy.isCheckers(record.entity, field: $0.number) })
    return try proposals(makers, over: Patch([]), record.entity, record.id)
  }

  private func proposals(_ patch: Patch, over stored: Patch, _ entity: Entity, _ record: RecordID) throws
    -> [ProposedValue]
  {
    let key = try personKey(of: record).flatMap { PersonKey($0) }
    return patch.fields.flatMap { field -> [ProposedValue] in
      let name = EntitySchema.fieldName(entity, field.number) ?? "field \(field.number)"
      let old = stored[field.number]
      guard FieldPolicy.isSealed(entity, field: field.number) else {
        return [ProposedValue(field: name, before: old.flatMap(Self.value), after: Self.value(field.value))]
      }
      let parts = [old, field.value].map { words(in: $0, field.number, of: record, key) }
      return Self.proposals(name, parts[0], parts[1])
    }
  }

  private static func proposals(_ name: String, _ before: [String: String]?, _ after: [String: String]?)
    -> [ProposedValue]
  {
    guard let before, let after else { return [ProposedValue(field: name, after: .sealed)] }
    return Set(before.keys).union(after.keys).sorted().map { part in
      ProposedValue(
        field: "\(name).\(part)", before: before[part].map { .text($0) }, after: after[part].map { .text($0) }
      )
    }
  }

  /// A personal part's words by name; nil where it cannot be opened here.
  private func words(in value: FieldValue?, _ field: UInt32, of record: RecordID, _ key: PersonKey?)
    -> [String: String]?
  {
    guard case .bytes(let bytes) = value else { return [:] }
    guard let key, let stored = try? StoredPart(bytes: bytes),
      let opened = try? stored.open(with: key, block: block, record: record, field: field)
    else { return nil }
    let words: [(String, String?)]? =
      switch field {
      case MemberField.identity:
        MemberIdentity(decoding: opened).map {
          [("name", $0.name), ("guardian", $0.guardian), ("birth_day", $0.birthDay?.description)]
        }
      case MemberField.contact:
        MemberContact(decoding: opened).map { [("phone", $0.phone), ("address", $0.address)] }
      case MemberField.bank:
        MemberBank(decoding: opened).map { [("account", $0.account), ("ifsc", $0.ifsc)] }
      case MemberField.nominee:
        MemberNominee(decoding: opened).map {
          [("name", $0.name), ("relation", $0.relation), ("birth_day", $0.birthDay?.description)]
        }
      default: nil
      }
    return words.map {
      Dictionary(uniqueKeysWithValues: $0.compactMap { part in part.1.map { (part.0, $0) } })
    }
  }

  private static func value(_ value: FieldValue) -> ProposedValue.Value? {
    switch value {
    case .integer(let integer): .integer(integer)
    case .text(let text): text.isEmpty ? nil : .text(text)
    case .bytes, .unknown: .sealed
    }
  }
}
