package import LokBooks

/// The digest of one CBO's state: equal on phone and server where both hold the same sets and applied
/// them alike, under the same rules. Built row by row, in the order records, balances, set aside, each
/// ascending; the caller's queries see to the order.
package struct StateDigest: Sendable {
  private var hash = RunningHash()

  package init(rules: RulesVersion, cbo: RecordID) {
    var layout = CanonicalBytes(tag: "LOKD")
    layout.append(rules.rawValue)
    layout.append(cbo.rawValue)
    hash.update(layout.bytes)
  }

  /// Ascending by id. `fields`: as `RecordFields` encodes them.
  package mutating func record(_ id: RecordID, entity: Entity, seq: Seq, fields: [UInt8]) {
    var layout = CanonicalBytes()
    layout.append(0x01 as UInt8)
    layout.append(id.rawValue)
    layout.append(entity.rawValue)
    layout.append(seq.rawValue)
    layout.append(UInt32(truncatingIfNeeded: fields.count))
    layout.append(fields)
    hash.update(layout.bytes)
  }

  /// Ascending by (account, sub-ledger); a sub-ledger is a member, a loan, or 0 for none.
  package mutating func balance(account: UInt32, subLedger: UInt64, paise: Paise) {
    var layout = CanonicalBytes()
    layout.append(0x02 as UInt8)
    layout.append(account)
    layout.append(subLedger)
    layout.append(paise.rawValue)
    hash.update(layout.bytes)
  }

  /// Ascending by (seq, index). What waits or is flagged; index -1 = the whole set. No reason = 0.
  package mutating func setAside(seq: Seq, index: Int32, word: Word, reason: Reason?) {
    var layout = CanonicalBytes()
    layout.append(0x03 as UInt8)
    layout.append(seq.rawValue)
    layout.append(index)
    layout.append(UInt8(truncatingIfNeeded: word.rawValue))
    layout.append(UInt16(truncatingIfNeeded: reason?.rawValue ?? 0))
    hash.update(layout.bytes)
  }

  /// 32 bytes.
  package func finish() -> [UInt8] {
    var hash = hash
    hash.update([0xFF])
    return hash.finish()
  }
}
