package import LokBooks
package import LokShard
package import LokWire

/// What a session asks of a block's books.
package struct ReadRequest: Sendable {
  package enum Question: Sendable {
    case device(DeviceNumber, claiming: BooksClaim? = nil, standingIn: Epoch? = nil)
    case code(hash: [UInt8], key: PublicKey)
    case page(DownloadCursor, maximumBytes: Int)
    case heldBack(DownloadCursor)
    case snapshot(SnapshotCursor, maximumBytes: Int)
    case head
    case digests(DeviceNumber, [RecordID])
  }
  package var block: BlockCode
  package var question: Question
  package var caller: Caller
  package init(_ question: Question, of block: BlockCode, for caller: Caller) {
    self.question = question
    self.block = block
    self.caller = caller
  }
}
