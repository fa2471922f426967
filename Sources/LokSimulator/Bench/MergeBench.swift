import Foundation
import LokBooks
import LokDevice
import LokShard

/// What profile edits of two phones cost, of which a part had not seen each other.
package struct MergeBench {
  package struct Options: Sendable {
    /// Where a shard may lie while it is written.
    package var folder: String
    package var groups = 200
    package var rounds = 5
    package init(folder: String) { self.folder = folder }
  }

  package struct Report: Codable, Sendable {
    package struct Part: Codable, Sendable {
      package var conflictPercent: Int
      /// Of each round, for one edit.
      package var nanoseconds: [Double]
      package var conflicts: Int64
    }
    package var editsPerRound: Int
    package var fieldsPerEdit: Int
    package var setsPerTransaction: Int
    package var parts: [Part]
  }

  private static let group = 30
  private let options: Options
  private let now: Timestamp

  package init(_ options: Options) {
    self.options = options
    now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
  }

  /// - Throws: `SimulationError` where a conflict was not recorded, or the shard does not verify.
  package func run() throws -> Report {
    let shard = try BenchShard(path: options.folder + "/shard.sqlite", at: now)
    var (first, second) = (try shard.register(), try shard.register())
    let groups = try (0..<options.groups).map { _ in try PeakGroup(of: &first, at: now) }
    try shard.apply(first)
    var value: Int64 = 1
    let parts = try [0, 10, 100].map { percent in
      var part = Report.Part(conflictPercent: percent, nanoseconds: [], conflicts: 0)
      // The first round warms up.
      for round in 0...options.rounds {
        let watch = try measure(groups, &first, &second, percent, &value, shard)
        if round > 0 { part.nanoseconds.append(Double(watch.nanoseconds) / Double(edits)) }
      }
      part.conflicts = Int64(options.rounds + 1) * expected(percent)
      return part
    }
    try shard.verify()
    return Report(
      editsPerRound: edits, fieldsPerEdit: PeakGroup.editedFields.count, setsPerTransaction: Self.group,
      parts: parts)
  }

  private var edits: Int { options.groups * PeakGroup.members }

  private func expected(_ percent: Int) -> Int64 {
    let unseen = (0..<options.groups).count { $0 % 100 < percent }
    return Int64(unseen * PeakGroup.members * PeakGroup.editedFields.count)
  }

  /// The first phone edits every profile; then the second, which has seen that but for `percent` of it. Timed
  /// is the second.
  private func measure(
    _ groups: [PeakGroup], _ first: inout PeakPhone, _ second: inout PeakPhone, _ percent: Int,
    _ value: inout Int64, _ shard: BenchShard
  ) throws -> Stopwatch {
    let before = shard.writer.head
    let conflicts = try count(in: shard)
    first.beginRound()
    second.beginRound()
    for group in groups { try group.writeProfiles(of: &first, value: value % 7 + 1, base: before, at: now) }
    try shard.apply(first)
    let after = shard.writer.head
    for (place, group) in groups.enumerated() {
      try group.writeProfiles(
        of: &second, value: value % 7 + 2, base: place % 100 < percent ? before : after, at: now)
    }
    value += 2
    let commands = try BenchShard.commands(second)
    var watch = Stopwatch(.processor)
    for start in stride(from: 0, to: commands.count, by: Self.group) {
      let part = Array(commands[start..<min(start + Self.group, commands.count)])
      try watch.time { _ = try shard.apply(part) }
    }
    let found = try count(in: shard) - conflicts
    guard found == expected(percent) else {
      throw SimulationError.doesNotVerify(
        path: shard.path, finding: "\(found) conflicts instead of \(expected(percent))")
    }
    try shard.writer.checkpoint()
    return watch
  }

  private func count(in shard: BenchShard) throws -> Int64 {
    try ShardInspector(path: shard.path, block: BenchShard.block).summary().conflicts
  }
}
