import Logging
import Synchronization

/// What the server logs, for tests to wait for and to search.
final class ServerLog: Sendable {
  private let kept = Mutex<[String]>([])
  private let faults: AsyncStream<String>
  private let fault: AsyncStream<String>.Continuation

  init() { (faults, fault) = AsyncStream.makeStream() }

  /// All lines with their metadata.
  var text: String { kept.withLock { $0.joined(separator: "\n") } }

  /// Why the server ended the next connection for its peer's fault.
  func nextFault() async -> String? {
    for await fault in faults { return fault }
    return nil
  }

  func logger() -> Logger { Logger(label: "test") { _ in Handler(log: self) } }

  private func add(_ line: String, fault reason: String?) {
    kept.withLock { $0.append(line) }
    if let reason { fault.yield(reason) }
  }

  private struct Handler: LogHandler {
    let log: ServerLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
      let isFault =
        event.message.description.contains("connection failed")
        || event.message.description.contains("fault of the peer")
      log.add("\(event.message) \(all)", fault: isFault ? all["reason"].map { "\($0)" } : nil)
    }
  }
}
