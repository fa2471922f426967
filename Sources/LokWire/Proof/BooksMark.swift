package import LokBooks

/// All that a phone holds, in eight bytes: equal marks, equal chains. So each sync compares the books
/// of every group, also of those of which nothing has come for a year.
///
/// The first 8 bytes of SHA-256 over `LOKH` and, of each CBO that has a set, ascending, cbo u64 ‖ chain 32;
/// big-endian.
package enum BooksMark {
  package static func of(_ chains: [(cbo: RecordID, chain: [UInt8])]) -> UInt64 {
    var layout = CanonicalBytes(tag: "LOKH")
    for (cbo, chain) in chains {
      layout.append(cbo.rawValue)
      layout.append(chain)
    }
    return Hash.sha256(layout.bytes).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}

/// What a device says of its books in Hello.
package struct BooksClaim: Hashable, Sendable {
  /// Of what it holds there.
  package var mark: UInt64
  package var cursor: Seq
  package var scopeVersion: UInt32
  package init(mark: UInt64, cursor: Seq, scopeVersion: UInt32) {
    self.mark = mark
    self.cursor = cursor
    self.scopeVersion = scopeVersion
  }
}
