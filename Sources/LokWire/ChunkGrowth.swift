/// What a phone has found its link to be like. A word that a side does not know is the slow one.
package enum LinkClass: UInt32, CaseIterable, Sendable {
  /// Or not known yet.
  case slow = 0
  case fast = 1
}

/// How much goes into each frame of a stream: little into the first, twice as much into each that follows.
///
/// A link that is cut after a second of data has then carried at least one frame whole, and a good one is
/// soon filled by large ones. It starts anew with each call, and with large ones only where the phone's last
/// sessions went well: what the link was like an hour ago says little.
package struct ChunkGrowth: Hashable, Sendable {
  /// Of the data before it is pressed; of what cannot be pressed (sealed parts, keys) as much travels.
  package static let firstBytes = 384
  /// A tenth of a second of the slowest link that is called fast, pressed or not.
  package static let firstBytesFast = 16 * 1024
  private var next: Int

  package init(_ link: LinkClass = .slow) {
    next = link == .fast ? Self.firstBytesFast : Self.firstBytes
  }

  /// - Parameter limit: of the agreed frame.
  package mutating func take(atMost limit: Int) -> Int {
    let bytes = min(next, limit)
    next = min(next * 2, max(limit, Self.firstBytes))
    return bytes
  }
}
