import LokBooks
import LokWire

/// Steps one session over a link. Everything of the store runs on the caller's thread; only receiving
/// waits elsewhere.
struct SyncDriver {
  let link: any FrameLink
  private var stepper: SyncStepper
  private let told: (@Sendable (SyncProgress) -> Void)?

  /// - Parameter told: called with how far it is, after each frame.
  init(
    store: DeviceStore, link: any FrameLink, start: SessionStart, goal: SyncEngine.Goal = .sync,
    told: (@Sendable (SyncProgress) -> Void)? = nil
  ) {
    self.link = link
    self.told = told
    stepper = SyncStepper(store, start, goal: goal, clock: link.clock)
  }

  /// - Throws: what the store or the connection throws; acknowledgements until then are kept.
  mutating func run(isolation: isolated any Actor) async throws -> SyncReport {
    link.takeFrames(upTo: stepper.maximumFrameBytes)
    send(try stepper.step(.connected))
    while !stepper.isFinished {
      guard let frames = try await link.receive() else {
        send(try stepper.step(.closed))
        break
      }
      for bytes in frames {
        send(try stepper.step(received: bytes))
        tell()
      }
    }
    return report
  }

  private func tell() {
    guard let told else { return }
    var progress = stepper.progress
    progress.bytesUp = link.bytesUp
    progress.bytesDown = link.bytesDown
    told(progress)
  }

  /// What has been done so far, also where `run` has thrown.
  var report: SyncReport {
    var report = stepper.report
    report.bytesUp = link.bytesUp
    report.bytesDown = link.bytesDown
    return report
  }

  /// What follows from one event goes out at once.
  private func send(_ frames: [[UInt8]]) {
    if !frames.isEmpty { link.send(frames) }
  }
}
