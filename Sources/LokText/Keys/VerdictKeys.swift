package import LokBooks

/// What happened, and what to do next. Arguments are those of `Proto/loksync/v1/reason.proto`, in its order.
package enum ReasonKey: MessageKey {
  case what(Reason)
  case next(Reason)
  /// Both in one line.
  case whatAndNext

  package static var allCases: [Self] {
    Reason.allCases.flatMap { [.what($0), .next($0)] } + [.whatAndNext]
  }

  package var name: String {
    switch self {
    case .what(let reason): "reason.\(reason.code).what"
    case .next(let reason): "reason.\(reason.code).next"
    case .whatAndNext: "reason.whatAndNext"
    }
  }
}

/// What became of a set or a change, in a word.
package struct WordKey: MessageKey {
  private let word: Word
  package init(_ word: Word) { self.word = word }
  package static var allCases: [Self] { Word.allCases.map { Self($0) } }
  package var name: String { "word.\(word)" }
}

/// How a verdict is put together.
package enum VerdictKey: String, MessageKey {
  /// Word, index of the change.
  case change = "verdict.change"
  /// Word, reason.
  case because = "verdict.because"
}
