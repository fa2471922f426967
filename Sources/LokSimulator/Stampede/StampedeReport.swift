/// How all phones of a district come back after an outage.
package struct StampedeOptions: Hashable, Sendable {
  /// Between the first one and the last.
  package var seconds: Int
  /// Phones that register meanwhile and fetch a whole block.
  package var newcomers: Int

  package static let phonesMaximum = 20_000
  /// For tests, and for a look.
  package static let quick = (phones: 300, seconds: 3)

  package init(seconds: Int = 30, newcomers: Int) {
    self.seconds = seconds
    self.newcomers = newcomers
  }
}

/// What came of it.
package struct StampedeReport: Codable, Sendable {
  package var phones: Int
  package var newcomers: Int
  /// In which they all came.
  package var seconds: Double
  /// From a phone's first call to its receipt, with all times it had to come again.
  package var uploads: RunReport.Latencies
  /// From a newcomer's registration to its last page.
  package var firstSyncs: RunReport.Latencies
  /// Of any of them, until it had nothing more to do. Seconds.
  package var longestWait: Double
  package var cameAgain: Int
  package var setsWritten: Int
  package var setsCommitted: Int
  /// At the end of the run, with the server, about every group of their block.
  package var newcomersAgreeing = 0
  /// By which the simulator itself was late to let a phone call: its own work, not the server's. Seconds.
  package var latestStart: Double

  /// Everybody was served.
  package var isGood: Bool {
    setsCommitted == setsWritten && uploads.count == phones && newcomersAgreeing == newcomers
  }
}
