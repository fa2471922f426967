package import Foundation

/// What a run did, what it measured and what the auditor says; as JSON for machines, as a table for people.
package struct RunReport: Codable, Sendable {
  /// Milliseconds.
  package struct Latencies: Codable, Sendable {
    package var count: Int
    package var p50: Double
    package var p90: Double
    package var p99: Double
    package var p999: Double
    package var maximum: Double
  }

  package struct Traffic: Codable, Sendable {
    package var sets: Int
    package var changes: Int
    package var setsSent: Int
    package var changesSent: Int
    package var setsReceived: Int
    package var syncs: Int
    package var acknowledgementsLost: Int
    package var reenrolments: Int
    /// From the first registration to the last sync.
    package var seconds: Double
    package var changesPerSecond: Double
    /// On the sockets, TLS included.
    package var bytesUp: Int
    package var bytesDown: Int
    package var stored: Latencies
    package var committed: Latencies

    package var bytesUpPerChange: Double { Double(bytesUp) / Double(max(1, changes)) }
    package var bytesDownPerChange: Double { Double(bytesDown) / Double(max(1, changes)) }
  }

  package struct KeptServer: Codable, Sendable {
    package var listen: String
    package var admin: String
    package var processID: Int32
  }

  package var seed: UInt64
  package var workloadSHA256: String
  package var blocks: Int
  package var phones: Int
  package var acts: Int
  package var meetings: Int
  package var traffic: Traffic
  /// Words of the shards for sets, and conflicts they recorded; empty where they cannot be read.
  package var verdicts: [String: Int]
  package var conflicts: Int
  package var audit: AuditReport
  /// Of the server process that the run started and stopped.
  package var serverExitCode: Int32?
  /// Of a server that the run started and left running: where it listens, and whom to send SIGTERM.
  package var keptServer: KeptServer?
  package var folder: String
  package var stampede: StampedeReport?
  package var link: LinkReport?

  /// The auditor agrees, and the server stopped in good order.
  package var isGood: Bool { audit.agrees && (serverExitCode ?? 0) == 0 && stampede?.isGood != false }

  package func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}
