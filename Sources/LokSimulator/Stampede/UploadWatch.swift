import LokBooks
import LokDevice
import LokTransport
import LokWire
import Synchronization

/// When one phone's upload had its last answer, over all its connections.
final class UploadWatch: Sendable {
  private struct State {
    var dials = 0
    var call: UInt32?
    var ended: ContinuousClock.Instant?
  }
  private let state = Mutex(State())

  var dials: Int { state.withLock { $0.dials } }
  var ended: ContinuousClock.Instant? { state.withLock { $0.ended } }

  func dialing(_ dialing: Dialing) -> Dialing {
    dialing.noting { [self] captured in
      state.withLock { state in
        guard let captured else {
          state.dials += 1
          state.call = nil
          return
        }
        guard let frame = try? Frame(decoding: captured.bytes) else { return }
        if captured.direction == .up, frame.method == Method.upload.rawValue { state.call = frame.call }
        guard captured.direction == .down, frame.call == state.call, frame.end else { return }
        if frame.status.map({ $0.code == .ok }) ?? true { state.ended = .now }
      }
    }
  }
}

/// What a phone's coming back was like.
struct Homecoming: Sendable {
  /// Until it had nothing more to do.
  var wait: Duration
  /// Until its upload had its receipts; nil = it had nothing to send.
  var upload: Duration?
  var dials: Int
  var setsCommitted: Int

  /// - Throws: `SimulationError` of a phone that does not get through in reasonable time.
  static func of(_ agent: DeviceAgent, phone: Int, _ watch: UploadWatch) async throws -> Homecoming {
    let began = ContinuousClock.now
    let report = try await agent.syncUntilDone(
      attempts: 100, backoff: Backoff(first: .milliseconds(500), longest: .seconds(10)))
    guard report.outcome == .done else {
      throw SimulationError.phoneFailed(
        phone: phone, block: agent.block.rawValue, detail: "coming back ended as \(report.outcome)")
    }
    return Homecoming(
      wait: .now - began, upload: watch.ended.map { $0 - began }, dials: watch.dials,
      setsCommitted: report.setsCommitted)
  }
}
