import ArgumentParser
package import LokBooks
import LokText

/// A set or one change of it, as every table prints it: `900001@12`, `900001@12.3`; the block may be left
/// out, and so may the sign before the number.
package struct SetReference: ExpressibleByArgument, Hashable, Sendable, CustomStringConvertible {
  /// Nil = the block of the file at hand.
  package var block: BlockCode?
  package var seq: Seq
  /// Nil = the whole set.
  package var index: UInt32?

  package init(block: BlockCode? = nil, seq: Seq, index: UInt32? = nil) {
    self.block = block
    self.seq = seq
    self.index = index
  }

  package init?(argument: String) {
    let parts = Digits.ascii(argument).split(separator: "@", omittingEmptySubsequences: false)
    guard let place = parts.last, parts.count <= 2 else { return nil }
    if parts.count == 2, !parts[0].isEmpty {
      guard let block = BlockCode(argument: String(parts[0])) else { return nil }
      self.block = block
    }
    let numbers = place.split(separator: ".", omittingEmptySubsequences: false)
    guard numbers.count <= 2, let seq = numbers.first.flatMap({ UInt64($0) }), seq > 0, seq < 1 << 62 else {
      return nil
    }
    self.seq = Seq(seq)
    if numbers.count == 2 {
      guard let index = UInt32(numbers[1]) else { return nil }
      self.index = index
    }
  }

  package var description: String {
    "\(block.map(\.description) ?? "")@\(seq)\(index.map { ".\($0)" } ?? "")"
  }
}
