package import LokTransport
import LokWire
package import NIOCore

/// A connection as a session needs it: frames out, frames in.
package protocol FrameLink: Sendable {
  func send(_ frames: [[UInt8]])
  /// At least one frame; nil after a close in good order.
  func receive() async throws -> [[UInt8]]?
  func takeFrames(upTo bytes: Int)
  func close()
  /// What the socket carried, TLS included.
  var bytesUp: Int { get }
  var bytesDown: Int { get }
  /// By what a session measures how fast it is; nil = the time of this machine.
  var clock: (@Sendable () -> Duration)? { get }
}

extension FrameLink {
  package var clock: (@Sendable () -> Duration)? { nil }
}

extension DialedConnection: FrameLink {
  package func takeFrames(upTo bytes: Int) { connection.setMaximumFrame(bytes: bytes) }
  package var bytesUp: Int { connection.bytesOut }
  package var bytesDown: Int { connection.bytesIn }
}

/// How a phone reaches its server.
package struct Dialing: Sendable {
  package let connect: @Sendable (ServerAddress) async throws -> any FrameLink
  package init(_ connect: @escaping @Sendable (ServerAddress) async throws -> any FrameLink) {
    self.connect = connect
  }

  /// Over TCP on `group`'s threads. A server without a fingerprint is dialled without TLS.
  /// `source` = an address of this computer, nil = the system's choice.
  package static func tcp(_ group: any EventLoopGroup, from source: String? = nil) -> Dialing {
    Dialing { address in
      guard let place = HostPort(address.text) else { throw TransportError.unknownHost(address.text) }
      let trust = address.fingerprint.map { ServerTrust.pinned(fingerprint: $0) } ?? .insecure
      return try await Dialer.connect(
        to: .tcp(place), from: source, trust: trust, segments: address.segments, group: group)
    }
  }
}
