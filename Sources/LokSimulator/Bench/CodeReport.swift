import Foundation

/// What `CodeBench` measured.
package struct CodeReport: Codable, Sendable {
  package struct Stage: Codable, Sendable {
    package var name: String
    /// Of each round, for one change.
    package var nanoseconds: [Double]
    /// For one change; nil where nobody counts.
    package var allocations: Double?
  }
  package var changesPerSet: Int
  package var bytesPerSet: Int
  package var setsPerRound: Int
  package var setsWritten: Int
  package var stages: [Stage]
}

/// Collects stages in the order in which they first come.
struct Stages {
  private(set) var stages: [CodeReport.Stage] = []
  private let perRound: Double
  private let isCounting: Bool

  /// - Parameter perRound: changes.
  init(perRound: Int, isCounting: Bool) {
    self.perRound = Double(perRound)
    self.isCounting = isCounting
  }

  /// Round 0 warms up and is not kept.
  mutating func add(_ name: String, _ watch: Stopwatch, _ round: Int) {
    guard round > 0 else { return }
    let nanoseconds = Double(watch.nanoseconds) / perRound
    let allocations = isCounting ? Double(watch.allocations) / perRound : nil
    if let place = stages.firstIndex(where: { $0.name == name }) {
      stages[place].nanoseconds.append(nanoseconds)
      // Rounds do the same: the last one's count stands for all.
      stages[place].allocations = allocations
    } else {
      stages.append(.init(name: name, nanoseconds: [nanoseconds], allocations: allocations))
    }
  }
}

extension Encodable {
  /// For the tools that print it.
  package func benchJSON() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
