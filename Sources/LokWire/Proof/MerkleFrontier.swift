package import LokBooks

/// The two hashes of RFC 9162, 2.1.1: prefixes keep a node from being taken for a leaf.
enum MerkleTree {
  static func leaf(_ data: [UInt8]) -> [UInt8] { Hash.sha256([0] + data) }
  static func node(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] { Hash.sha256([1] + left + right) }
}

/// A shard's tree of leaves, as far as appending needs it: the roots of its complete subtrees, the
/// largest first, one for each bit that is set in `size`.
package struct MerkleFrontier: Hashable, Sendable {
  /// Leaves so far = the last seq.
  package private(set) var size: Seq
  private var roots: [[UInt8]]

  package init() {
    size = .zero
    roots = []
  }

  /// From what `bytes` gave; nil unless there is one root for each bit of `size`.
  package init?(size: Seq, bytes: [UInt8]) {
    guard bytes.count == size.rawValue.nonzeroBitCount * Hash.length else { return nil }
    self.size = size
    roots = stride(from: 0, to: bytes.count, by: Hash.length).map {
      Array(bytes[$0..<$0 + Hash.length])
    }
  }

  /// The roots, one behind the other.
  package var bytes: [UInt8] { roots.flatMap(\.self) }

  /// `leaf` is a leaf hash, as `Leaf.hash` gives it.
  package mutating func append(_ leaf: [UInt8]) {
    var root = leaf
    for _ in 0..<(~size.rawValue).trailingZeroBitCount {
      guard let left = roots.popLast() else { break }
      root = MerkleTree.node(left, root)
    }
    roots.append(root)
    size = Seq(size.rawValue &+ 1)
  }

  /// RFC 9162's tree head; of no leaves, the hash of nothing.
  package var root: [UInt8] {
    guard var root = roots.last else { return Hash.sha256([]) }
    for left in roots.dropLast().reversed() { root = MerkleTree.node(left, root) }
    return root
  }
}
