package import Foundation

/// What a national day measured.
package struct DayReport: Codable, Sendable {
  /// An hour, or the burst. Latencies count from the time at which a call was due.
  package struct Row: Codable, Sendable {
    /// Nil = the burst.
    package var hour: Int?
    /// As it was played.
    package var seconds: Double
    package var syncs: Int
    package var offeredChanges: Int
    /// Whose verified receipt came within the row's time.
    package var committedChanges: Int
    /// Until the last receipt, of phones with one to three sets.
    package var small: RunReport.Latencies
    /// The same of phones that come after days.
    package var lagging: RunReport.Latencies
    /// The same of all whose answer was lost on purpose, and who came again for it.
    package var repeated: RunReport.Latencies
    /// Until all is down, of phones with nothing to send.
    package var looks: RunReport.Latencies
    package var firstSyncs: RunReport.Latencies
    /// Times that the server turned a call away, and it came again.
    package var cameAgain: Int
    /// Times that a connection ended before its session did, or took too long, and was dialled anew.
    package var reconnected: Int
    /// Sets in the log that their shards did not have yet.
    package var waitingMost: Int
    package var serverCPUSeconds: Double
    package var loadCPUSeconds: Double
    /// Of other processes: where they take much, the figures are theirs too.
    package var otherCPUSeconds: Double
    package var offeredPerSecond: Double { Double(offeredChanges) / seconds }
    package var committedPerSecond: Double { Double(committedChanges) / seconds }
  }

  package var blocks: Int
  package var phones: Int
  package var seed: UInt64
  package var isInsecure: Bool
  package var hourSeconds: Double
  package var burstSeconds: Double
  package var burstRate: Int
  package var setupSeconds: Double
  package var changesBefore: Int
  /// Connections that were dialled anew before the day.
  package var reconnectedBefore: Int
  package var hours: [Row]
  package var burst: Row
  /// Between the server's two words for a set, as phones heard them.
  package var storedToCommitted: RunReport.Latencies
  package var answersLost: Int
  /// Sets that came again and were known.
  package var setsDuplicate: Int
  package var setsReceived: Int
  package var snapshots: Int
  /// By how many days the oldest meeting of a phone that comes after days is older than its call: the least
  /// and the most of all calls.
  package var laggingDaysLeast: Int
  package var laggingDaysMost: Int
  /// By which the simulator itself called late. Seconds.
  package var latestStart: Double
  package var shardsOpenMost: Int
  package var drainSeconds: Double
  package var serverResidentBytesMost: Int
  package var serverCPUSeconds: Double
  package var loadCPUSeconds: Double
  package var serverExitCode: Int32
  package var proof: DayProof?

  package var verdict: DayVerdict {
    DayVerdict(
      .init(
        offeredChanges: burst.offeredChanges, committedChanges: burst.committedChanges,
        smallUploads: burst.small.count, smallP99: burst.small.p99),
      isProven: proof?.isGood ?? false, serverExitCode: serverExitCode)
  }

  package func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return try encoder.encode(self)
  }
}
