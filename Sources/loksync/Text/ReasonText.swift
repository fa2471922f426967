package import LokBooks
package import LokText

/// A reason in words: what happened, and what to do next.
package struct ReasonText: Hashable, Sendable {
  package var sentence: String
  package var next: String
  /// Both in one line.
  package var text: String

  /// Total over all reasons: `ReasonKey` is made of them, and a test holds the files to it. Arguments are
  /// those of `Proto/loksync/v1/reason.proto`; where a sender left some out, the sentence does without.
  package init(
    _ reason: Reason, arguments: [Int64] = [], record: RecordID? = nil,
    in messages: Messages = Speech.messages
  ) {
    var shown = arguments.map { MessageArgument.integer($0) }
    // The limit is ours to say, not the sender's.
    if reason == .amountOutOfRange { shown = [shown.first ?? .text("₹?"), .money(.entryMaximum)] }
    sentence = messages.text(ReasonKey.what(reason), shown, record: record)
    next = messages.text(ReasonKey.next(reason), shown, record: record)
    text = messages.text(ReasonKey.whatAndNext, [.text(sentence), .text(next)])
  }
}
