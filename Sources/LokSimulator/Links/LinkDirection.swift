import LokTransport

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

  /// Of TCP and IP, and of a TLS record.
  static let headerBytes = 40 + 22

  let profile: LinkProfile
  /// Of TCP payload; the headers come on top.
  private let segmentBytes: Int
  /// A packet was too large for the link. It is sent again for ever, and what follows waits for it.
  private(set) var isStalled = false
  private var chance: SeededGenerator
  private var freeAt: Int64 = 0
  private var lastArrival: Int64 = 0
  /// Bytes of the application that were handed over.
  private(set) var sentBytes = 0

  init(_ profile: LinkProfile, segments: Dialer.Segments = .usual, seed: UInt64) {
    self.profile = profile
    segmentBytes = segments == .usual ? 1_200 : 514
    chance = SeededGenerator(seed: seed)
  }

  /// Fewer bytes than were sent where the rest will never arrive.
  mutating func send(_ bytes: [UInt8], at now: Int64) -> [Piece] {
    var pieces: [Piece] = []
    for start in stride(from: 0, to: bytes.count, by: segmentBytes) {
      let segment = Array(bytes[start..<min(start + segmentBytes, bytes.count)])
      let arrival = arrival(of: segment.count, at: now)
      isStalled = isStalled || !profile.carries(packet: segment.count + Self.headerBytes)
      guard !isStalled else { break }
      pieces.append(Piece(arrival: arrival, bytes: segment))
    }
    return pieces
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
