internal import NIOCore
import Synchronization

/// Frames that came and nobody has taken yet, between an event loop and one task.
///
/// True between calls: a waiter only while there are no frames and the connection is not ended; reading is
/// paused from `bytesHigh` until a taker empties it.
final class FrameInbox: Sendable {
  private struct Contents {
    var connection: FrameConnection?
    var frames = CircularBuffer<[UInt8]>()
    var bytes = 0
    var isPaused = false
    var ended: Closing?
    var waiter: CheckedContinuation<Void, Never>?
  }

  /// Two of the largest frames.
  static let bytesHigh = 2 * 1024 * 1024

  /// The connection once it is ready, or why it never was.
  let ready: EventLoopPromise<FrameConnection>
  private let isSettled = Atomic<Bool>(false)
  private let contents = Mutex(Contents())

  init(ready: EventLoopPromise<FrameConnection>) { self.ready = ready }

  func attach(_ connection: FrameConnection) { contents.withLock { $0.connection = connection } }

  func opened() {
    guard let connection = contents.withLock({ $0.connection }), settle() else { return }
    ready.succeed(connection)
  }

  /// The connection did not become ready; does nothing once it was.
  func fail(_ error: TransportError) {
    guard settle() else { return }
    ready.fail(error)
    contents.withLock { $0.connection }?.close()
  }

  func put(_ frames: [[UInt8]]) {
    let (waiter, full) = contents.withLock { contents in
      contents.frames.append(contentsOf: frames)
      contents.bytes += frames.reduce(0) { $0 + $1.count }
      let isFull = contents.bytes >= Self.bytesHigh && !contents.isPaused
      if isFull { contents.isPaused = true }
      defer { contents.waiter = nil }
      return (contents.waiter, isFull ? contents.connection : nil)
    }
    full?.pauseReading()
    waiter?.resume()
  }

  func close(_ reason: Closing) {
    if case .failed(let error) = reason { fail(error) } else { fail(.closedByPeer) }
    let waiter = contents.withLock { contents in
      contents.ended = reason
      contents.connection = nil
      defer { contents.waiter = nil }
      return contents.waiter
    }
    waiter?.resume()
  }

  func receive() async throws -> [[UInt8]]? {
    while true {
      if let frames = try take({ contents in
        defer { contents.frames.removeAll() }
        return Array(contents.frames)
      }) {
        return frames.isEmpty ? nil : frames
      }
      try await arrival()
    }
  }

  func receiveOne() async throws -> [UInt8]? {
    while true {
      if let frames = try take({ contents in [contents.frames.removeFirst()] }) {
        return frames.first
      }
      try await arrival()
    }
  }

  /// Nil = nothing there yet; empty = ended in good order. `part` is called only where there are frames.
  private func take(_ part: (inout Contents) -> [[UInt8]]) throws -> [[UInt8]]? {
    let (frames, emptied) = try contents.withLock { contents throws -> ([[UInt8]]?, FrameConnection?) in
      guard !contents.frames.isEmpty else {
        if case .failed(let error)? = contents.ended { throw error }
        return (contents.ended == nil ? nil : [], nil)
      }
      let frames = part(&contents)
      contents.bytes -= frames.reduce(0) { $0 + $1.count }
      guard contents.isPaused, contents.frames.isEmpty else { return (frames, nil) }
      contents.isPaused = false
      return (frames, contents.connection)
    }
    emptied?.resumeReading()
    return frames
  }

  private func arrival() async throws {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let waitsInVain = contents.withLock { contents in
          if Task.isCancelled || !contents.frames.isEmpty || contents.ended != nil { return true }
          // A second caller at the same time is a mistake; the first is woken and looks again.
          contents.waiter?.resume()
          contents.waiter = continuation
          return false
        }
        if waitsInVain { continuation.resume() }
      }
    } onCancel: {
      let waiter = contents.withLock { contents in
        defer { contents.waiter = nil }
        return contents.waiter
      }
      waiter?.resume()
    }
    try Task.checkCancellation()
  }

  private func settle() -> Bool {
    isSettled.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
  }
}

/// Fills the inbox from the connection's event loop.
final class InboxReceiver: FrameReceiver {
  private let inbox: FrameInbox

  init(inbox: FrameInbox) { self.inbox = inbox }

  func opened() { inbox.opened() }
  func received(_ frames: [[UInt8]]) { inbox.put(frames) }
  func closed(_ reason: Closing) { inbox.close(reason) }
}
