import LokTransport
import LokWire

/// How long a conversation that was held elsewhere would take over a poor link: each frame is sent as soon as
/// what it answers has arrived.
struct LinkTiming {
  let profile: LinkProfile

  /// From dialling to the last byte's arrival; which packets are lost follows from `seed`.
  func milliseconds(of conversation: Conversation, seed: UInt64) -> Int64 {
    var up = LinkDirection(profile, seed: seed &* 2)
    var down = LinkDirection(profile, seed: seed &* 2 &+ 1)
    let connected = LinkedSession.connecting(over: profile) * 1_000
    var atPhone = connected
    var atServer = connected
    for frame in conversation.frames {
      let bytes = [UInt8](repeating: 0, count: frame.bytes.count + 4)
      switch frame.direction {
      case .up: atServer = max(atServer, up.send(bytes, at: atPhone).last?.arrival ?? 0)
      case .down: atPhone = max(atPhone, down.send(bytes, at: atServer).last?.arrival ?? 0)
      }
    }
    return max(atPhone, atServer) / 1_000
  }
}
