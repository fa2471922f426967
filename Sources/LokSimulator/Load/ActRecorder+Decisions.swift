import LokBooks
import LokDevice
import LokShard

/// A checker's words.
extension ActRecorder {
  /// As the checker finds it in her list of what is open.
  func write(
    _ decision: DecisionDeed, _ act: Act, in store: DeviceStore, at now: Timestamp
  ) throws -> RecordedSet {
    let cbo = try group(decision.group, act)
    guard let sent = names.sent(decision.target) else { throw missing(act, "act \(decision.target)") }
    let open = try store.openDecisions(of: cbo).first {
      $0.record == sent.record && $0.writer == sent.device
        && $0.meeting?.number == sent.meeting
    }
    guard let open else { throw missing(act, "an open decision about act \(decision.target)") }
    let word: DecisionWord =
      switch decision.word {
      case .approve: .approve
      case .reject: .reject
      case .release: .release
      }
    return try store.decide(
      word, about: open.seq, index: open.index, of: cbo, remark: decision.remark,
      withLater: decision.withLater, at: now)
  }

  /// What stands in the record that the target of the decision wants to change; nil for a meeting.
  func valueReviewed(by decision: DecisionDeed, _ act: Act, in store: DeviceStore) throws -> String? {
    guard let sent = names.sent(decision.target) else { throw missing(act, "act \(decision.target)") }
    guard let record = sent.record,
      let profile = try store.shard.groupProfile(of: try group(decision.group, act))
    else { return nil }
    if record == profile.id { return profile.values.integer(CBOField.status).map { "\($0)" } }
    if let account = profile.bankAccounts.first(where: { $0.id == record }) {
      return account.values.text(BankAccountField.accountNumber)
    }
    let member = profile.members.first { $0.id == record }
    return member?.values.integer(MemberField.designation).map { "\($0)" }
  }

  func write(
    _ profiles: ProfileDeed, _ act: Act, in store: DeviceStore, at now: Timestamp
  ) throws -> RecordedSet {
    let cbo = try group(profiles.group, act)
    let members = try profiles.members.map { try member($0, of: profiles.group, act) }
    let account = profiles.isOfAccount ? [try account(of: profiles.group, act)] : []
    let records = (profiles.isOfGroup ? [cbo] : []) + members + account
    let open = Set(try store.openProfiles(of: cbo).filter { !$0.isRejected && !$0.isOwn }.map(\.record))
    guard let missed = records.first(where: { !open.contains($0) }) else {
      let word: DecisionWord = profiles.word == .approve ? .approve : .reject
      return try store.decide(word, aboutProfiles: records, of: cbo, remark: profiles.remark, at: now)
    }
    throw missing(act, "profile \(missed), open for a decision,")
  }
}
