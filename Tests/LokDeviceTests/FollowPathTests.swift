import LokDevice
import LokTransport
import Testing

/// A follow whose answers do not come asks for small packets the next time, as a sync does.
@Suite struct FollowPathTests {
  /// How a connection without a server behind it ends.
  enum Silence: CaseIterable, Sendable { case goesOn, isClosed, isTooLate }

  @Test(.timeLimit(.minutes(1)), arguments: Silence.allCases)
  func `after a follow that brought nothing the next connection asks for small packets`(silence: Silence)
    async throws
  {
    let village = try Village()
    _ = try await village.enrol("phone")
    let phone = try await DeviceAgent.open(
      path: village.path("phone"), block: block,
      surroundings: .init(
        dialing: Dialing { _ in SilentLink(silence) }, clock: { noon }, appBuild: "test"))
    #expect(try await phone.with { store, _ in try store.server().segments } == .usual)
    do {
      let report = try await phone.follow(deadline: .milliseconds(100)) { _ in }
      #expect(report.outcome == .brokenOff && silence == .isClosed)
    } catch TransportError.frameTooLate {
      #expect(silence != .isClosed)
    }
    #expect(try await phone.with { store, _ in try store.server().segments } == .small)
  }
}

/// Takes what is sent, and answers nothing.
private final class SilentLink: FrameLink {
  private let silence: FollowPathTests.Silence
  private let closing = AsyncStream.makeStream(of: Never.self)

  init(_ silence: FollowPathTests.Silence) { self.silence = silence }

  func send(_ frames: [[UInt8]]) {}

  func receive() async throws -> [[UInt8]]? {
    switch silence {
    case .goesOn:
      for await _ in closing.stream {}
      return nil
    case .isClosed: return nil
    case .isTooLate: throw TransportError.frameTooLate
    }
  }

  func takeFrames(upTo bytes: Int) {}
  func close() { closing.continuation.finish() }
  var bytesUp: Int { 0 }
  var bytesDown: Int { 0 }
}
