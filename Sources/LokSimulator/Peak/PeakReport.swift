package import Foundation

/// What a peak run measured, round by round; only sets whose receipt was verified are in it.
package struct PeakReport: Codable, Sendable {
  package struct Round: Codable, Sendable {
    package var seconds: Double
    package var sets: Int
    package var changes: Int
    package var serverCPUSeconds: Double
    package var loadCPUSeconds: Double
    package var serverResidentBytes: Int
    package var serverWrittenBytes: Int
    /// From sending a set to its verified receipt.
    package var committedMicrosecondsMedian: Int
    package var committedMicroseconds99: Int
    /// Sessions that the server ended early, being busy; their phones came again.
    package var busy: Int
    /// Of writing and fsyncing the same bytes into the server's file system, between the sets of a phone that
    /// sends them one by one.
    package var fsyncMicrosecondsMedian: Int?
    package var changesPerSecond: Double { seconds > 0 ? Double(changes) / seconds : 0 }
  }
  package var blocks: Int
  package var connections: Int
  package var phones: Int
  package var changesPerSet: Int
  package var attendancePerSet: Int
  package var entriesPerSet: Int
  package var balancesPerSet: Int
  package var setupSeconds: Double
  package var warmUp: [Round]
  package var rounds: [Round]
  package var serverResidentBytesMost: Int
  package var serverExitCode: Int32

  package func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return try encoder.encode(self)
  }
}
