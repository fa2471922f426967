/// One way of a TCP connection over a poor link: when each byte that is handed to it arrives.
///
/// A model, for what `tools/poor-link` measures with the kernel's own TCP: segments leave one after the
/// other at the link's rate; a lost one is sent again after one and a half round trips and a fifth of a
/// second; bytes arrive in order, so what comes after a lost segment waits for it.
struct LinkDirection: Sendable {
  struct Piece: Hashable, Sendable {
    /// Microseconds on the clock of `send`.
    var arrival: Int64
    var bytes: [UInt8]
  }

  /// Of TCP payload; headers and a TLS record come on top.
  static let segmentBytes = 1_200
  static let headerBytes = 40 + 22

  let profile: LinkProfile
  private var chance: SeededGenerator
  private var freeAt: Int64 = 0
  private var lastArrival: Int64 = 0
  /// Bytes of the application that were handed over.
  private(set) var sentBytes = 0

  init(_ profile: LinkProfile, seed: UInt64) {
    self.profile = profile
    chance = SeededGenerator(seed: seed)
  }

  mutating func send(_ bytes: [UInt8], at now: Int64) -> [Piece] {
    stride(from: 0, to: bytes.count, by: Self.segmentBytes).map { start in
      let segment = Array(bytes[start..<min(start + Self.segmentBytes, bytes.count)])
      return Piece(arrival: arrival(of: segment.count, at: now), bytes: segment)
    }
  }

  private mutating func arrival(of count: Int, at now: Int64) -> Int64 {
    sentBytes += count
    let microsecondsOnLink = Int64((count + Self.headerBytes) * 8 * 1_000_000 / profile.bitsPerSecond)
    var leaves = max(now, freeAt)
    freeAt = leaves + microsecondsOnLink
    while chance.below(1_000) < profile.lostPerThousand {
      leaves += profile.roundTripMilliseconds * 1_500 + 200_000
    }
    lastArrival = max(lastArrival, leaves + microsecondsOnLink + profile.roundTripMilliseconds * 500)
    return lastArrival
  }
}
