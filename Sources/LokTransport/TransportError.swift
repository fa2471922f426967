/// Why a connection or an attempt to make one failed. What the peer did wrong comes first; the rest is
/// the network's, the machine's or the operator's.
package enum TransportError: Error, Hashable, Sendable {
  /// The first bytes were not `WireLimits.preface`.
  case notOurPreface(Stranger)
  case emptyFrame
  /// Told by its length alone: the body was not read.
  case frameTooLarge(bytes: Int, limit: Int)
  /// More than a stranger may send before it has said who it is.
  case strangerTooLarge(bytes: Int, limit: Int)
  /// Not authenticated within `FrameLimits.strangerTime` of connecting.
  case strangerTooLate
  /// A frame was not whole within `FrameLimits.frameTime` of its first byte.
  case frameTooLate
  /// A frame moved at less than `FrameLimits.bytesPerSecondMinimum` over a whole window.
  case frameTooSlow
  /// The peer took nothing of what it was sent for `FrameLimits.unwritableTime`, or more piled up than
  /// `FrameLimits.unsentBytes`.
  case peerNotReading
  /// More came than may wait while the owner asked for nothing.
  case tooMuchUnread
  case tlsFailed(detail: String)

  /// Nobody listens there.
  case refused
  case connectTimeout
  case unknownHost(String)
  /// The server showed another certificate than the one it is known by: SHA-256 of the DER, lower-case hex.
  case wrongServerKey(expected: String, found: String)
  /// The peer closed before the connection was ready, or while an answer was awaited.
  case closedByPeer
  /// This side closed the connection, and something still waited on it.
  case closedByUs

  case addressInUse
  case notASocket(path: String)
  /// A Unix socket's path has a limit of 107 bytes.
  case pathTooLong(path: String, limit: Int)
  /// Certificate chain or key could not be read, or do not belong together.
  case badKeyMaterial(path: String, detail: String)
  case io(errno: Int32)
  case other(detail: String)

  /// Who speaks, as far as the first four bytes tell.
  package enum Stranger: Hashable, Sendable { case http, tls, other }
}

/// How a connection ended.
package enum Closing: Hashable, Sendable {
  case byUs
  /// In good order or by a reset; what it had sent whole was handed over before.
  case byPeer
  case failed(TransportError)
}
