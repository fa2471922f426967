import LokBooks
import LokWire

/// What a command of the operator did: its place in the block's journal.
struct OperatorAnswer: Encodable {
  let seq: UInt64?

  init(_ reply: OperatorReply) { seq = reply.seq?.rawValue }

  func text(_ sentence: String, _ block: BlockCode) -> String {
    seq.map { "\(sentence), from \(block)@\($0) on." } ?? "\(sentence)."
  }
}
