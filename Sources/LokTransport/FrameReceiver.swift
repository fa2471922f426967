/// The owner of a connection. Made by a factory on the connection's event loop; everything it is told, it
/// is told there, one thing at a time and never from inside one of its own calls to the connection. So it
/// needs no lock and is not Sendable.
package protocol FrameReceiver: AnyObject {
  /// The connection is ready: with TLS, the handshake is done.
  func opened()
  /// All whole frames of one read, in order; at least one. A stranger's come one by one: the next only after
  /// `FrameConnection.markAuthenticated`, or after something was sent.
  func received(_ frames: [[UInt8]])
  /// False: more than 128 KiB wait for the peer; send no more that can wait until it is true again.
  func writabilityChanged(_ isWritable: Bool)
  /// The last call, also where `opened` never came.
  func closed(_ reason: Closing)
}

extension FrameReceiver {
  package func opened() {}
  package func writabilityChanged(_ isWritable: Bool) {}
}

/// Makes the owner of a connection that was just accepted or made; called on its event loop, before `opened`.
package typealias MakeFrameReceiver = @Sendable (FrameConnection) -> any FrameReceiver
