package import ArgumentParser
import Foundation
import LokDevice
import LokTransport
import LokWire
import Synchronization

/// `loksync device watch`.
package struct WatchCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Stay connected: what others commit comes at once, what is typed here goes up at once.",
    discussion: """
      Examples:
        loksync device watch --store asha.sqlite
        loksync device watch --store asha.sqlite --for 600 --json
        loksync device watch --store asha.sqlite --no-history

      Prints a line each time something has come or gone. While nothing happens, no byte moves. Books that \
      differ from the server's are fetched anew, as a sync does. A connection that breaks is made again, at \
      growing intervals. Ends by Ctrl-C, or after --for seconds: with exit code 69 where the server was out \
      of reach then.

      When nothing else is to be done, and the link is fast, the older sets of this phone's own groups come \
      too, 32 KB at a time: what is typed or committed meanwhile goes first, and what came stays. device \
      status says how much is here.
      """)

  @OptionGroup package var phone: StoreOptions
  @Option(name: .customLong("for"), help: ArgumentHelp("End after this time.", valueName: "SECONDS"))
  package var seconds: Int?
  @Flag(
    name: .customLong("no-history"),
    help: "Leave the older sets of groups that came as they stand where they are.")
  package var leavesHistory = false
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    if let seconds, !(1...31_536_000).contains(seconds) {
      throw ValidationError("--for takes 1 to 31,536,000 seconds")
    }
  }

  package func run() async throws {
    let json = output.json
    let seconds = seconds
    let history = leavesHistory ? nil : HistoryPace()
    let reach = Reach()
    try await Phone.online(phone) { agent in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await Self.watch(agent, reach, history: history, json: json) }
        if let seconds {
          group.addTask {
            try await Task.sleep(for: .seconds(seconds))
            // Who watched for a while and saw nothing has to know whether there was nothing.
            if let failure = reach.failure { throw failure }
          }
        }
        // Whichever ends first: the time, or what only a person can mend.
        defer { group.cancelAll() }
        try await group.next()
      }
    }
  }

  /// Why the server was out of reach when it was last dialled.
  private final class Reach: Sendable {
    private let last = Mutex<Failure?>(nil)
    var failure: Failure? { last.withLock { $0 } }

    /// True where it was in reach before.
    func lost(_ failure: Failure) -> Bool {
      last.withLock { last in
        defer { last = failure }
        return last == nil
      }
    }

    func found() { last.withLock { $0 = nil } }
  }

  private static func watch(
    _ agent: DeviceAgent, _ reach: Reach, history: HistoryPace?, json: Bool
  ) async throws {
    var backoff = Backoff()
    var chance = SystemRandomNumberGenerator()
    while !Task.isCancelled {
      let before = try await agent.status()
      var retryAfter: UInt32?
      do {
        let report = try await agent.follow(history: history, connected: { reach.found() }) { report in
          try? tell(report, before, json: json)
        }
        switch report.outcome {
        case .done, .brokenOff: backoff.succeeded()
        case .later(let milliseconds, _): retryAfter = milliseconds
        case .reenrol: _ = try await agent.sync()
        default:
          if let failure = SyncText(report, try await agent.status()).failure { throw failure }
        }
      } catch let error as TransportError where error.mayPass {
        // For now; said once, whoever waits sees why.
        let failure = Failure(describing: error)
        if reach.lost(failure) { StandardError.write(failure.text) }
      }
      try await Task.sleep(for: backoff.wait(retryAfterMilliseconds: retryAfter, using: &chance))
    }
  }

  private static func tell(_ report: SyncReport, _ status: DeviceStatus, json: Bool) throws {
    let moved = [
      report.setsSent, report.setsReceived, report.blobsSent, report.blobsReceived, report.mended.count,
    ]
    guard moved.contains(where: { $0 > 0 }) else { return }
    let text = SyncText(report, status)
    if json { try printJSON(text.json) } else { print(text.news) }
    // Into a file or a pipe too: who looks there looks while it runs.
    fflush(nil)
  }
}
