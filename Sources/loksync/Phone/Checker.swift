import LokBooks
import LokDevice
import LokWire

/// A checker's decisions at the terminal: looked up among what is open, so that a mistyped number is told
/// before anything is written.
enum Checker {
  static func approve(_ targets: [DecisionTarget], in options: StoreOptions, _ output: OutputOptions)
    async throws
  {
    try await decide(targets, in: options, output) { store, target, open, now in
      switch target {
      case .set(let seq):
        let decision = try find(seq, among: open.sets, of: open.block)
        return try store.decide(
          decision.approval, about: decision.seq, index: decision.index, of: decision.cbo, at: now)
      case .profile(let id):
        let profile = try find(id, among: open.profiles)
        return try store.decide(
          .approve, aboutProfiles: goingWith(profile, among: open.profiles), of: profile.cbo, at: now)
      }
    }
  }

  static func reject(
    _ targets: [DecisionTarget], reason: String, withLater: Bool, in options: StoreOptions,
    _ output: OutputOptions
  ) async throws {
    try await decide(targets, in: options, output) { store, target, open, now in
      switch target {
      case .set(let seq):
        let decision = try find(seq, among: open.sets, of: open.block)
        return try store.decide(
          .reject, about: decision.seq, index: decision.index, of: decision.cbo, remark: reason,
          withLater: withLater, at: now)
      case .profile(let id):
        let profile = try find(id, among: open.profiles)
        return try store.decide(
          .reject, aboutProfiles: [id], of: profile.cbo, remark: reason, at: now)
      }
    }
  }

  private struct Open: Sendable {
    var block: BlockCode
    var sets: [OpenDecision]
    var profiles: [OpenProfile]
  }

  private static func decide(
    _ targets: [DecisionTarget], in options: StoreOptions, _ output: OutputOptions,
    _ write: @escaping @Sendable (DeviceStore, DecisionTarget, Open, Timestamp) throws -> RecordedSet
  ) async throws {
    let agent = try await Phone.opened(options)
    let recorded = try await agent.with { store, now in
      guard try store.identity().role == .approver else {
        throw Failure(
          .usage, "this phone is no checker's",
          next: "Enrol it with --role \(Role.approver.text) to approve and reject")
      }
      let open = Open(
        block: try store.status().block, sets: try store.openDecisions(), profiles: try store.openProfiles())
      // All are looked up before the first is written.
      for target in targets {
        switch target {
        case .set(let seq): _ = try find(seq, among: open.sets, of: open.block)
        case .profile(let id): _ = try find(id, among: open.profiles)
        }
      }
      return try targets.map { try write(store, $0, open, now) }
    }
    if output.json {
      try printJSON(recorded.map(RecordedText.JSON.init))
    } else {
      for set in recorded { print(RecordedText.text(set)) }
    }
  }

  /// A group goes with its members and bank accounts that wait too.
  private static func goingWith(_ profile: OpenProfile, among open: [OpenProfile]) -> [RecordID] {
    guard profile.entity == .cbo else { return [profile.record] }
    let others = open.filter {
      $0.cbo == profile.record && $0.record != profile.record && !$0.isOwn && !$0.isRejected
    }
    return [profile.record] + others.map(\.record)
  }

  private static func find(
    _ reference: SetReference, among open: [OpenDecision], of block: BlockCode
  ) throws -> OpenDecision {
    let found = open.first { $0.seq == reference.seq && $0.index == reference.index }
    guard let found, reference.block ?? block == block else { throw nothingOpen("\(reference)") }
    guard !found.isOwn else { throw ownWork("\(reference)") }
    return found
  }

  private static func find(_ record: RecordID, among open: [OpenProfile]) throws -> OpenProfile {
    guard let found = open.first(where: { $0.record == record }) else { throw nothingOpen("\(record)") }
    guard !found.isOwn else { throw ownWork("\(record)") }
    guard !found.isRejected else {
      throw Failure(
        .usage, "\(record) was rejected, and its maker has not changed it since",
        next: "It waits for a checker again as soon as she has")
    }
    return found
  }

  private static func nothingOpen(_ what: String) -> Failure {
    Failure(
      .notFound, "nothing of \(what) waits for a decision on this phone",
      next: "loksync device pending lists what does; sync first")
  }

  private static func ownWork(_ what: String) -> Failure {
    Failure(.usage, "\(what) was written on this phone", next: "Another checker decides about it")
  }
}
