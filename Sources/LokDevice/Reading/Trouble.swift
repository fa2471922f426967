package import LokBooks
package import LokText
import LokWire

/// What stands between a phone and "all is up, all is down": three kinds whatever has happened, in words that
/// any language can be made of.
package struct Trouble: Hashable, Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    /// It passes: sync again later.
    case wait
    /// The phone has mended it. Nothing is lost, nothing is to be done.
    case repaired
    /// A person has to see it. What was typed is kept.
    case person
  }

  package enum Words: Hashable, Sendable {
    case key(TroubleKey, [MessageArgument])
    /// The server's own reason, with its arguments.
    case reason(Reason, [Int64])
  }

  package var kind: Kind
  package var words: Words

  package init(_ kind: Kind, _ words: Words) {
    self.kind = kind
    self.words = words
  }

  /// Of its message, for apps that bring their own texts.
  package var key: String {
    switch words {
    case .key(let key, _): key.name
    case .reason(let reason, _): ReasonKey.what(reason).name
    }
  }

  package var arguments: [MessageArgument] {
    switch words {
    case .key(_, let arguments): arguments
    case .reason(_, let arguments): arguments.map { .integer($0) }
    }
  }

  /// The books of a CBO do, from the server's, and go on doing so.
  static func differs(_ cbo: RecordID, at seq: Seq) -> Trouble {
    Trouble(.person, .key(.diverged, [.text(cbo.description), .number(seq.rawValue)]))
  }

  package func text(in messages: Messages) -> String { messages.text(named: key, arguments) }
}

extension SyncOutcome {
  /// Nil = there is none.
  package var trouble: Trouble? {
    switch self {
    case .done, .answered, .budgetSpent: nil
    case .later(_, let reason?): Trouble(.wait, .reason(reason, []))
    case .later(let milliseconds, nil):
      Trouble(.wait, .key(.later, [.number(max(1, (milliseconds ?? 1_000) / 1_000))]))
    case .brokenOff: Trouble(.wait, .key(.link, []))
    // The next sync enrols again.
    case .reenrol(let reason): Trouble(.wait, .reason(reason, []))
    case .putBack(let server, let block):
      Trouble(.person, .key(.putBack, [.text(server), .text("\(block)")]))
    case .revoked: Trouble(.person, .key(.revoked, []))
    case .refused(let status):
      Trouble(
        .person,
        status.reason.map { .reason($0, status.arguments) } ?? .key(.refused, [.text("\(status.code)")]))
    case .unproven(let error): Trouble(.person, .key(.unproven, [.text("\(error)")]))
    case .diverged(let divergence): .differs(divergence.cbo, at: divergence.seq)
    case .violated(let violation): Trouble(.person, .key(.violated, [.text("\(violation)")]))
    }
  }
}
