package import LokWire

/// A connection whose frames somebody else reads too.
final class CapturingLink: FrameLink {
  private let inner: any FrameLink
  private let note: @Sendable (CapturedFrame) -> Void

  init(_ inner: any FrameLink, _ note: @escaping @Sendable (CapturedFrame) -> Void) {
    self.inner = inner
    self.note = note
  }

  func send(_ frames: [[UInt8]]) {
    for bytes in frames { note(CapturedFrame(.up, bytes)) }
    inner.send(frames)
  }

  func receive() async throws -> [[UInt8]]? {
    let frames = try await inner.receive()
    for bytes in frames ?? [] { note(CapturedFrame(.down, bytes)) }
    return frames
  }

  func takeFrames(upTo bytes: Int) { inner.takeFrames(upTo: bytes) }
  func close() { inner.close() }
  var bytesUp: Int { inner.bytesUp }
  var bytesDown: Int { inner.bytesDown }
  var clock: (@Sendable () -> Duration)? { inner.clock }
}

extension Dialing {
  /// Connections that say what they carry: nil where one begins, then its frames.
  package func noting(_ note: @escaping @Sendable (CapturedFrame?) -> Void) -> Dialing {
    Dialing { address in
      let link = try await connect(address)
      note(nil)
      return CapturingLink(link) { note($0) }
    }
  }
}
