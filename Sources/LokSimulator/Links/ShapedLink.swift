import LokDevice
import LokTransport
import LokWire
import Synchronization

/// A connection to a server that runs, behind a phone's poor link: frames are passed on as long as the link
/// carries them, and what the session measures is the link's time.
final class ShapedLink: FrameLink {
  private let inner: any FrameLink
  private let link: PhoneLink
  private struct State {
    var course: LinkCourse
    var isClosed = false
  }
  private let state: Mutex<State>

  init(
    _ inner: any FrameLink, of link: PhoneLink, _ spell: LinkWeather.Spell, segments: Dialer.Segments
  ) {
    self.inner = inner
    self.link = link
    state = Mutex(State(course: LinkCourse(over: link.profile, spell, segments: segments)))
  }

  func send(_ frames: [[UInt8]]) {
    let arrived = state.withLock { $0.course.carry(frames, .up) }
    if !arrived.isEmpty { inner.send(arrived) }
  }

  /// - Throws: `.frameTooLate` where the phone has given up; and what the connection throws.
  func receive() async throws -> [[UInt8]]? {
    if let end = state.withLock({ $0.course.end }) { return try Self.nothing(after: end) }
    guard let frames = try await inner.receive() else { return nil }
    let (arrived, end) = state.withLock { ($0.course.carry(frames, .down), $0.course.end) }
    if arrived.isEmpty, let end { return try Self.nothing(after: end) }
    return arrived
  }

  private static func nothing(after end: LinkCourse.End) throws(TransportError) -> [[UInt8]]? {
    switch end {
    case .cut: return nil
    case .stalled: throw .frameTooLate
    }
  }

  /// After a cut the server does not hear of it: its end stays open until the phone comes again.
  func close() {
    let course = state.withLock { state -> LinkCourse? in
      defer { state.isClosed = true }
      return state.isClosed ? nil : state.course
    }
    guard let course else { return }
    link.ended(course, leaving: course.end == .cut ? inner : nil)
    if course.end != .cut { inner.close() }
  }

  func takeFrames(upTo bytes: Int) { inner.takeFrames(upTo: bytes) }
  var bytesUp: Int { inner.bytesUp }
  var bytesDown: Int { inner.bytesDown }
  var clock: (@Sendable () -> Duration)? {
    { [self] in .milliseconds(state.withLock { $0.course.milliseconds }) }
  }
}
