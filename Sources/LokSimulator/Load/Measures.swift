import Histogram
import LokDevice
import Synchronization

/// What a run measures; phones add to it from their threads.
final class Measures: Sendable {
  private struct Sums {
    var sets = 0
    var changes = 0
    var sent = 0
    var changesSent = 0
    var received = 0
    var syncs = 0
    var forgotten = 0
    var reenrolments = 0
    var up = 0
    var down = 0
    var overLink: [Duration] = []
    // Microseconds, up to ten minutes, three digits.
    var stored = Histogram<UInt64>(highestTrackableValue: 600_000_000, numberOfSignificantValueDigits: .three)
    var committed = Histogram<UInt64>(
      highestTrackableValue: 600_000_000, numberOfSignificantValueDigits: .three)
  }
  private let sums = Mutex(Sums())

  func recorded(_ changes: Int) {
    sums.withLock {
      $0.sets += 1
      $0.changes += changes
    }
  }

  /// A sync, in the time of its phone's link.
  func tookOverLink(_ duration: Duration) { sums.withLock { $0.overLink.append(duration) } }

  func forgot() { sums.withLock { $0.forgotten += 1 } }

  func add(_ report: SyncReport) {
    sums.withLock { sums in
      sums.syncs += 1
      sums.sent += report.setsSent
      sums.changesSent += report.changesSent
      sums.received += report.setsReceived
      sums.reenrolments += report.reenrolments
      sums.up += report.bytesUp
      sums.down += report.bytesDown
      for latency in report.storedLatencies { _ = sums.stored.record(Self.microseconds(latency)) }
      for latency in report.committedLatencies { _ = sums.committed.record(Self.microseconds(latency)) }
    }
  }

  var overLink: RunReport.Latencies { Self.latencies(sums.withLock { $0.overLink }) }

  func report(seconds: Double) -> RunReport.Traffic {
    sums.withLock { sums in
      RunReport.Traffic(
        sets: sums.sets, changes: sums.changes, setsSent: sums.sent, changesSent: sums.changesSent,
        setsReceived: sums.received, syncs: sums.syncs, acknowledgementsLost: sums.forgotten,
        reenrolments: sums.reenrolments, seconds: seconds,
        changesPerSecond: seconds > 0 ? Double(sums.changes) / seconds : 0, bytesUp: sums.up,
        bytesDown: sums.down, stored: Self.latencies(sums.stored), committed: Self.latencies(sums.committed))
    }
  }

  static func latencies(_ durations: [Duration]) -> RunReport.Latencies {
    var histogram = Histogram<UInt64>(
      highestTrackableValue: 3_600_000_000, numberOfSignificantValueDigits: .three)
    for duration in durations { _ = histogram.record(microseconds(duration)) }
    return latencies(histogram)
  }

  private static func microseconds(_ duration: Duration) -> UInt64 {
    let (seconds, attoseconds) = duration.components
    return UInt64(clamping: seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
  }

  private static func latencies(_ histogram: Histogram<UInt64>) -> RunReport.Latencies {
    let milliseconds = { (percentile: Double) in
      histogram.totalCount == 0 ? 0 : Double(histogram.valueAtPercentile(percentile)) / 1_000
    }
    return RunReport.Latencies(
      count: Int(histogram.totalCount), p50: milliseconds(50), p90: milliseconds(90), p99: milliseconds(99),
      p999: milliseconds(99.9), maximum: milliseconds(100))
  }
}
