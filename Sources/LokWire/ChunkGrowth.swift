/// How much goes into each frame of a stream: little into the first, twice as much into each that follows.
///
/// A link that is cut after a second of data has then carried at least one frame whole, and a good one is
/// soon filled by large ones. It starts anew with each call: what the link was like an hour ago says little.
package struct ChunkGrowth: Hashable, Sendable {
  /// Of the data before it is pressed; of what cannot be pressed (sealed parts, keys) as much travels.
  package static let firstBytes = 384
  private var next = Self.firstBytes

  package init() {}

  /// - Parameter limit: of the agreed frame.
  package mutating func take(atMost limit: Int) -> Int {
    let bytes = min(next, limit)
    next = min(next * 2, max(limit, Self.firstBytes))
    return bytes
  }
}
