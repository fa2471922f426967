import Foundation
import LokBooks
import LokDevice
import LokTransport
import LokWire

/// A phone's store as the terminal's commands use it: the app's library, one command at a time.
enum Phone {
  static let appBuild = "loksync \(VersionCommand.current)"

  /// The phone of an existing store; nothing is dialled.
  static func opened(_ options: StoreOptions) async throws -> DeviceAgent {
    let offline = Dialing { _ in throw TransportError.closedByUs }
    return try await agent(options, block: try block(of: options), offline)
  }

  /// Runs `body` with a phone that can dial.
  static func online<Result: Sendable>(
    _ options: StoreOptions, block: BlockCode? = nil, capture: CaptureWriter? = nil,
    _ body: (DeviceAgent) async throws -> Result
  ) async throws -> Result {
    // The process ends with its command, and this thread with it.
    let tcp = Dialing.tcp(EventLoops.start(threads: 1))
    let dialing = capture.map { capture in tcp.noting { capture.note($0) } } ?? tcp
    let block = try block ?? self.block(of: options)
    let line = ProgressLine.ofTerminal()
    defer { line?.clear() }
    var progress: (@Sendable (SyncProgress) -> Void)?
    if let line { progress = { line.show($0) } }
    return try await body(try await agent(options, block: block, dialing, progress: progress))
  }

  /// Writes something down and prints what came of it.
  static func record(
    in options: StoreOptions, _ output: OutputOptions,
    _ body: @Sendable (DeviceStore, Timestamp) throws -> RecordedSet
  ) async throws {
    let recorded = try await opened(options).with(body)
    if output.json {
      try printJSON(RecordedText.JSON(recorded))
    } else {
      print(RecordedText.text(recorded))
    }
  }

  private static func block(of options: StoreOptions) throws -> BlockCode {
    guard FileManager.default.fileExists(atPath: options.store) else {
      throw Failure(
        .notFound, "there is no store \(options.store)",
        next: "loksync device register makes one from an enrolment code")
    }
    return try DeviceStore.block(ofStoreAt: options.store)
  }

  private static func agent(
    _ options: StoreOptions, block: BlockCode, _ dialing: Dialing,
    progress: (@Sendable (SyncProgress) -> Void)? = nil
  ) async throws -> DeviceAgent {
    try await DeviceAgent.open(
      path: options.store, block: block,
      surroundings: .init(
        dialing: dialing, clock: { Moment.now() }, appBuild: appBuild, progress: progress))
  }
}
