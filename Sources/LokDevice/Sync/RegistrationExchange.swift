package import LokBooks
import LokTransport
package import LokWire

/// One call on a connection of its own: a code, or an old number, becomes a device.
package enum RegistrationExchange {
  package static let call: UInt32 = 1

  /// Closes the connection.
  ///
  /// - Throws: as `reply`; `TransportError`; `WireError` for a frame that is none.
  package static func run(
    _ request: RegisterRequest, over link: any FrameLink, counting traffic: inout CallTraffic
  ) async throws -> RegisterReply {
    defer { link.close() }
    var meter = TrafficMeter()
    let opening = frame(for: request)
    let encoded = opening.encoded()
    meter.count(opening, bytes: encoded.count, .up, in: &traffic)
    link.send([encoded])
    while let frames = try await link.receive() {
      for bytes in frames {
        let frame = try Frame(decoding: bytes)
        meter.count(frame, bytes: bytes.count, .down, in: &traffic)
        guard frame.call == call else { continue }
        return try reply(in: frame, block: request.block)
      }
    }
    throw TransportError.closedByPeer
  }

  package static func frame(for request: RegisterRequest) -> Frame {
    Frame(call: call, method: .register, payload: request.encoded(), end: true)
  }

  /// - Throws: `DeviceError.registration` with the server's status; `.violated` for an answer that cannot be
  ///   read or whose receipt does not verify with the key that it brings.
  package static func reply(in frame: Frame, block: BlockCode) throws(DeviceError) -> RegisterReply {
    if let status = frame.status, status.code != .ok { throw .registration(status) }
    guard let payload = frame.payload, let reply = try? RegisterReply(decoding: payload) else {
      throw .violated(.unreadable(.register))
    }
    guard let committed = reply.receipt.committed.first, reply.receipt.committed.count == 1,
      let leaf = committed.leaf
    else { throw .violated(.registrationUnproven) }
    let signed = SignedBytes.receipt(block: block, epoch: reply.epoch, leaves: [(committed.seq, leaf)])
    let key = PublicKey(type: .ed25519, bytes: reply.serverKey)
    guard key.verifies(signature: reply.receipt.signature, over: signed) else {
      throw .violated(.registrationUnproven)
    }
    return reply
  }

  /// The block that an enrolment code is for: the number before its first hyphen.
  static func block(of code: String) -> BlockCode? {
    code.split(separator: "-").first.flatMap { UInt32($0) }.map { BlockCode($0) }
  }
}
