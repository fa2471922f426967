package import LokBooks

/// What became of a set or a change, in a sentence.
package enum VerdictText {
  package static func text(_ verdict: Verdict) -> String {
    // Index 0 of a meeting is the meeting itself: nothing to look for.
    let line = verdict.index.flatMap { $0 > 0 ? " (change \($0))" : nil } ?? ""
    guard let reason = verdict.reason else { return "\(verdict.word)\(line)" }
    let words = ReasonText(reason, arguments: verdict.arguments, record: verdict.record)
    return "\(verdict.word)\(line): \(words.text)"
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
      text = VerdictText.text(verdict)
    }
  }
}
