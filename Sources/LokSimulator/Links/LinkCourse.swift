import LokTransport
import LokWire

/// How far a session over a poor link is, in the time of that link: frames in, in their order; which of them
/// arrive before it goes down.
///
/// A frame leaves when what it answers has arrived: the other side's own time counts as nothing.
struct LinkCourse: Sendable {
  enum End: Hashable, Sendable { case cut, stalled }
  enum Way: Hashable, Sendable { case up, down }

  /// Nil = the link holds.
  private(set) var end: End?
  private(set) var bytesUp = 0
  private(set) var bytesDown = 0

  private static let lengthBytes = 4

  private var up: LinkDirection
  private var down: LinkDirection
  /// Microseconds from dialling: when each side has what it has.
  private var atPhone: Int64
  private var atServer: Int64
  private let cutAt: Int64?
  private var prefaceBytes = WireLimits.preface.count

  /// A connection that carries frames from now on.
  init(over profile: LinkProfile, _ spell: LinkWeather.Spell, segments: Dialer.Segments) {
    up = LinkDirection(profile, segments: segments, seed: spell.seed &* 2)
    down = LinkDirection(profile, segments: segments, seed: spell.seed &* 2 &+ 1)
    cutAt = spell.cutAfterMilliseconds.map { $0 * 1_000 }
    atPhone = LinkedSession.connecting(over: profile) * 1_000
    atServer = atPhone
  }

  /// The phone's, from dialling; after the end, when that was.
  var milliseconds: Int64 { atPhone / 1_000 }

  /// The first ones of them: those that arrive whole.
  mutating func carry(_ frames: [[UInt8]], _ way: Way) -> [[UInt8]] {
    Array(frames.prefix { carry($0.count + Self.lengthBytes, way) })
  }

  private mutating func carry(_ frameBytes: Int, _ way: Way) -> Bool {
    guard end == nil else { return false }
    let sent = frameBytes + (way == .up ? prefaceBytes : 0)
    let bytes = [UInt8](repeating: 0, count: sent)
    let pieces = way == .up ? up.send(bytes, at: atPhone) : down.send(bytes, at: atServer)
    let inTime = pieces.filter { piece in cutAt.map { piece.arrival <= $0 } ?? true }
    let count = inTime.reduce(0) { $0 + $1.bytes.count }
    switch way {
    case .up:
      prefaceBytes = 0
      bytesUp += count
      atServer = max(atServer, inTime.last?.arrival ?? 0)
    case .down:
      bytesDown += count
      atPhone = max(atPhone, inTime.last?.arrival ?? 0)
    }
    if count < sent { stop() }
    return count == sent
  }

  /// What was to come does not: the phone waits for it as long as for any frame, or until the link goes down.
  private mutating func stop() {
    let givesUp = atPhone + Int64(WireLimits.frameSeconds) * 1_000_000
    if let cutAt, cutAt < givesUp || !(up.isStalled || down.isStalled) {
      end = .cut
      atPhone = max(atPhone, cutAt)
    } else {
      end = .stalled
      atPhone = givesUp
    }
  }
}
