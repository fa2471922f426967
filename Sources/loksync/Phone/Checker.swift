import LokBooks
import LokDevice
import LokWire

/// A checker's decisions at the terminal: looked up among what is open, so that a mistyped number is told
/// before anything is written.
enum Checker {
  static func decide(
    _ sets: [SetReference], in options: StoreOptions, withLater: Bool = false, _ output: OutputOptions,
    _ word: @escaping @Sendable (OpenDecision) -> (DecisionWord, reason: String?)
  ) async throws {
    let agent = try await Phone.opened(options)
    let recorded = try await agent.with { store, now in
      let block = try store.status().block
      guard try store.identity().role == .approver else {
        throw Failure(
          .usage, "this phone is no checker's",
          next: "Enrol it with --role \(Role.approver.text) to approve and reject")
      }
      let open = try store.openDecisions()
      let chosen = try sets.map { try find($0, among: open, of: block) }
      return try chosen.map { decision in
        let (word, reason) = word(decision)
        return try store.decide(
          word, about: decision.seq, index: decision.index, of: decision.cbo, remark: reason,
          withLater: withLater, at: now)
      }
    }
    if output.json {
      try printJSON(recorded.map(RecordedText.JSON.init))
    } else {
      for set in recorded { print(RecordedText.text(set)) }
    }
  }

  private static func find(
    _ reference: SetReference, among open: [OpenDecision], of block: BlockCode
  ) throws -> OpenDecision {
    let found = open.first { $0.seq == reference.seq && $0.index == reference.index }
    guard let found, reference.block ?? block == block else {
      throw Failure(
        .notFound, "nothing of \(reference) waits for a decision on this phone",
        next: "loksync device pending lists what does; sync first")
    }
    guard !found.isOwn else {
      throw Failure(
        .usage, "\(reference) was written on this phone", next: "Another checker decides about it")
    }
    return found
  }
}
