package import LokBooks
package import LokText

/// What became of a set or a change, in a sentence.
package enum VerdictText {
  package static func text(_ verdict: Verdict, in messages: Messages = Speech.messages) -> String {
    var word = messages.text(WordKey(verdict.word))
    // Index 0 of a meeting is the meeting itself: nothing to look for.
    if let index = verdict.index, index > 0 {
      word = messages.text(VerdictKey.change, [.text(word), .number(index)])
    }
    guard let reason = verdict.reason else { return word }
    let words = ReasonText(
      reason, arguments: verdict.arguments, record: verdict.record, in: messages)
    return messages.text(VerdictKey.because, [.text(word), .text(words.text)])
  }

  struct JSON: Encodable {
    let word: String
    let index: UInt32?
    let reason: String?
    let record: String?
    let arguments: [Int64]
    let text: String

    init(_ verdict: Verdict) {
      word = String(describing: verdict.word).uppercased()
      index = verdict.index
      reason = verdict.reason?.code
      record = verdict.record?.description
      arguments = verdict.arguments
      // For machines: in English whatever the run speaks.
      text = VerdictText.text(verdict, in: .english)
    }
  }
}
