import LokDevice
import LokWire
import Synchronization

/// A connection that breaks at the worst moment: the upload has arrived and was answered, the phone never
/// reads the answer.
final class ForgetfulLink: FrameLink {
  private let inner: any FrameLink
  private let uploads = Atomic(false)

  init(_ inner: any FrameLink) { self.inner = inner }

  /// Connections of `dialing` that forget.
  static func dialing(_ dialing: Dialing) -> Dialing {
    Dialing { address in ForgetfulLink(try await dialing.connect(address)) }
  }

  func send(_ frames: [[UInt8]]) {
    for bytes in frames where !uploads.load(ordering: .relaxed) {
      let frame = try? Frame(decoding: bytes)
      if frame?.method == Method.upload.rawValue { uploads.store(true, ordering: .relaxed) }
    }
    inner.send(frames)
  }

  func receive() async throws -> [[UInt8]]? {
    let isForgotten = uploads.load(ordering: .relaxed)
    let frames = try await inner.receive()
    guard isForgotten else { return frames }
    inner.close()
    return nil
  }

  func takeFrames(upTo bytes: Int) { inner.takeFrames(upTo: bytes) }
  func close() { inner.close() }
  var bytesUp: Int { inner.bytesUp }
  var bytesDown: Int { inner.bytesDown }
  var clock: (@Sendable () -> Duration)? { inner.clock }
}
