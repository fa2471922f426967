internal import NIOCore

/// A client's end of a connection.
package final class DialedConnection: Sendable {
  /// For callers that need its traffic or limits.
  package let connection: FrameConnection
  private let inbox: FrameInbox

  init(connection: FrameConnection, inbox: FrameInbox) {
    self.connection = connection
    self.inbox = inbox
  }

  deinit { connection.close() }

  /// Sends the frames in order, with one flush.
  package func send(_ frames: [[UInt8]]) { connection.send(frames) }

  /// What has come since the last call, at least one frame; waits where nothing has. Nil after this side or
  /// the peer closed in good order. One caller at a time. While nobody takes them, frames wait up to
  /// `FrameInbox.bytesHigh`, then in the peer. Throws what broke the connection, `CancellationError` when the
  /// task is cancelled.
  package func receive() async throws -> [[UInt8]]? { try await inbox.receive() }

  /// Frame by frame what `receive` gives; may be iterated again where a loop was left.
  package var frames: Frames { Frames(inbox: inbox) }

  /// Closes after what was sent has left.
  package func close() { connection.close() }

  package struct Frames: AsyncSequence, Sendable {
    fileprivate let inbox: FrameInbox

    package func makeAsyncIterator() -> Iterator { Iterator(inbox: inbox) }

    package struct Iterator: AsyncIteratorProtocol {
      fileprivate let inbox: FrameInbox

      package func next() async throws -> [UInt8]? { try await inbox.receiveOne() }
    }
  }
}
