/// What happens to a phone that follows, one thing after the other.
struct FollowEvents: Sendable {
  enum Event: Sendable {
    case frames([[UInt8]])
    /// Time to see whether something was typed.
    case glance
    case closed
    case failed(any Error)
  }

  /// How soon what was typed is seen: looking costs the phone a row, and nobody a byte.
  private static let glanceInterval: Duration = .milliseconds(500)
  private let stream: AsyncStream<Event>
  private let listening: Task<Void, Never>
  private let glancing: Task<Void, any Error>

  init(of link: any FrameLink) {
    let (stream, continuation) = AsyncStream.makeStream(of: Event.self)
    self.stream = stream
    listening = Task { await Self.listen(to: link, continuation) }
    glancing = Task {
      while !Task.isCancelled {
        try await Task.sleep(for: Self.glanceInterval)
        continuation.yield(.glance)
      }
    }
  }

  /// Nil after the last one, and where the caller's task is cancelled.
  ///
  /// Waits outside of every actor, so that whoever asked goes on where it was: a `for await` in a function
  /// with an isolated parameter, and this in a closure of one, were seen to go on in the cooperative pool,
  /// beside the store's own thread. So it is asked for in a method of the actor itself.
  @concurrent func next() async -> Event? {
    for await event in stream { return event }
    return nil
  }

  func stop() {
    listening.cancel()
    glancing.cancel()
  }

  private static func listen(
    to link: any FrameLink, _ continuation: AsyncStream<Event>.Continuation
  ) async {
    do {
      while let frames = try await link.receive() { continuation.yield(.frames(frames)) }
      continuation.yield(.closed)
    } catch {
      continuation.yield(.failed(error))
    }
    continuation.finish()
  }
}
