import LokBooks
import LokSQLite

/// The epochs that a shard has had before its own, each with its last seq: what it shares with a phone that
/// was there.
struct EndedEpochs {
  private var ends: [(epoch: Epoch, last: Seq)] = []

  private static let key = "ended_epochs"
  /// 8 bytes of the epoch, 8 of the seq, big-endian.
  private static let length = 16

  init(in connection: Connection) throws {
    let bytes = try Meta.bytes(Self.key, in: connection) ?? []
    for start in stride(from: 0, to: bytes.count - bytes.count % Self.length, by: Self.length) {
      guard let epoch = Epoch(Array(bytes[start..<start + 8])) else { continue }
      let last = bytes[start + 8..<start + Self.length].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      ends.append((epoch, Seq(last)))
    }
  }

  /// Nil = this shard never had it, or has it now.
  func last(of epoch: Epoch) -> Seq? { ends.last { $0.epoch == epoch }?.last }

  mutating func end(_ epoch: Epoch, at last: Seq, in connection: Connection) throws {
    ends.append((epoch, last))
    let bytes = ends.flatMap { end in
      end.epoch.bytes + withUnsafeBytes(of: end.last.rawValue.bigEndian) { Array($0) }
    }
    try Meta.set(Self.key, bytes, in: connection)
  }
}
