package import LokBooks

/// Decides what becomes of a set's changes, with the books before it. Pure: it reads no clock and writes
/// nothing; the time of receipt and the set's place are in the envelope.
///
/// On the server its word is binding. On a phone, over its own outbox, it is provisional: a record of
/// another CBO that the phone does not hold looks as if it were not there yet.
package struct Judge<State: BookState> {
  let set: ChangeSet
  let envelope: Envelope
  let state: State
  /// A checker has released the set: rules that a person may overrule are not asked again.
  let isReleased: Bool
  var records: [RecordID: StoredRecord] = [:]
  var ledger = LedgerDraft()

  package init(_ set: ChangeSet, envelope: Envelope, state: State, isReleased: Bool = false) {
    self.set = set
    self.envelope = envelope
    self.state = state
    self.isReleased = isReleased
  }

  /// The verdicts of a whole set at its first judging.
  package mutating func verdicts() throws -> Verdicts {
    if set.kind == .meeting {
      return try meetingProblem().map { Verdicts(whole: $0) } ?? mergedMeeting()
    }
    var changes: [Verdict] = []
    for index in set.changes.indices {
      let verdict = try set.kind == .decision ? decisionVerdict(index) : recordVerdict(index)
      if verdict.word != .accepted || verdict.reason != nil { changes.append(verdict) }
    }
    return Verdicts(changes: changes)
  }

  /// The verdict of something set aside, judged again.
  package mutating func verdict(again setAside: SetAside) throws -> Verdict {
    guard let index = setAside.index else {
      return try meetingProblem() ?? mergedMeeting().whole ?? Verdict(.accepted)
    }
    guard set.changes.indices.contains(Int(index)) else { return Verdict(.refused, .internal) }
    return try recordVerdict(Int(index))
  }

  /// Records that change within a meeting may meet other writes: the meeting is posted all the same.
  private mutating func mergedMeeting() -> Verdicts {
    mergedInMeeting.isEmpty
      ? .allAccepted
      : Verdicts(
        whole: Verdict(index: mergedInMeeting[0].index, .merged, arguments: mergedInMeeting[0].arguments))
  }
  var mergedInMeeting: [Verdict] = []
  /// Entries that this meeting takes back.
  var reversedInMeeting: Set<RecordID> = []
  /// Lines that took money out of an account with the bank.
  var paidByBank: [(index: Int, account: Account, share: RecordID?)] = []
  /// What this set has decided about other sets.
  var decidedInSet: [DecisionWord] = []
  var approvedInSet: Set<Seq> = []
  /// The last number of printed codes that this set has given, by kind.
  var serialsGiven: [Entity: UInt32] = [:]

  /// A meeting's lines, all of them, where it was accepted.
  package func posted(under verdicts: Verdicts) -> LedgerDraft? {
    guard set.kind == .meeting else { return nil }
    switch verdicts.whole?.word ?? .accepted {
    case .accepted, .merged: return ledger
    default: return nil
    }
  }

  func record(_ id: RecordID) throws -> StoredRecord? { try records[id] ?? state.record(id) }

  func balance(_ account: Account, _ subLedger: RecordID? = nil) throws -> Paise {
    let key = BalanceKey(cbo: set.cbo, account: account, subLedger: subLedger)
    return try ledger.balance(key) { try state.balance(key) }
  }

  /// The last day that a date may have: the receipt's day in IST and one more, for clocks that lie.
  var lastDayAllowed: Day { Day(of: envelope.received).advanced(by: 1) }

  func writer(ofChangeAt index: Int) -> Writer {
    Writer(of: set, changeAt: index, envelope: envelope, takingEffectAt: envelope.seq)
  }
}

extension Writer {
  package init(of set: ChangeSet, changeAt index: Int, envelope: Envelope, takingEffectAt seq: Seq) {
    self.init(
      device: set.device, deviceSeq: set.firstDeviceSeq.advanced(by: UInt32(clamping: index)),
      hlc: set.effectiveHLC(ofChangeAt: index, envelope: envelope), base: set.baseSeq, seq: seq,
      index: UInt32(clamping: index))
  }
}
