import LokBooks
import LokDevice
import LokText

/// A trouble for machines: kind, key and arguments for whoever has texts of their own, and the English one.
enum TroubleText {
  struct JSON: Encodable {
    /// `wait`, `repaired` or `person`.
    let kind: String
    let key: String
    let arguments: [String]
    let text: String
    let at: String?

    init(_ trouble: Trouble, at moment: Timestamp? = nil) {
      kind = trouble.kind.rawValue
      key = trouble.key
      arguments = trouble.arguments.map {
        switch $0 {
        case .integer(let integer): String(integer)
        case .text(let text): text
        }
      }
      text = trouble.text(in: .english)
      at = moment.map { Moment.text($0, in: .english) }
    }
  }
}
