import Foundation
import LokBooks
import LokIntake
import LokServer
import LokShard

/// What opening a shard costs: alone, with and without its pages in memory, and in a storm over all shards
/// of a data directory of which a few are kept open. No server runs.
package struct OpenBench {
  package struct Options: Sendable {
    package var data: String
    /// Shards that are opened alone.
    package var alone = 200
    /// Kept open in the storm.
    package var kept = 512
    package var rounds = 5
    package init(data: String) { self.data = data }
  }

  package struct Report: Codable, Sendable {
    package struct Storm: Codable, Sendable {
      package var seconds: Double
      package var microsecondsMedian: Int
      package var microseconds99: Int
    }
    package var shards: Int
    package var alone: Int
    package var kept: Int
    /// Microseconds until a shard has answered, by the kind of opening and by round: medians over `alone`.
    package var openings: [String: [Double]]
    package var storms: [Storm]
    /// Of this process, after the storms.
    package var bytes: Int
  }

  private let options: Options
  private let directory: DataDirectory
  private let intake: IntakeID

  /// - Throws: `DataDirectoryError`, `IntakeError`.
  package init(_ options: Options) throws {
    self.options = options
    directory = DataDirectory(options.data)
    try directory.check()
    intake = try IntakeLog(folder: directory.intakeFolder).id
  }

  package func run() throws -> Report {
    let shards = try directory.blocksWithShards()
    var generator = SeededGenerator(seed: 1)
    var report = Report(
      shards: shards.count, alone: min(options.alone, shards.count), kept: options.kept, openings: [:],
      storms: [], bytes: 0)
    for round in 0...options.rounds {
      let chosen = Array(shards.shuffled(using: &generator).prefix(options.alone))
      for (name, isWriter, isCold) in [
        ("read, pages on disk", false, true), ("read, pages in memory", false, false),
        ("write, pages on disk", true, true), ("write, pages in memory", true, false),
      ] {
        let median = try alone(chosen, isWriter: isWriter, isCold: isCold)
        if round > 0 { report.openings[name, default: []].append(median) }
      }
      let storm = try storm(shards.shuffled(using: &generator))
      if round > 0 { report.storms.append(storm) }
    }
    report.bytes = ProcessUsage.proportionalBytes(of: getpid())
    return report
  }

  /// The median in microseconds.
  private func alone(_ shards: [BlockCode], isWriter: Bool, isCold: Bool) throws -> Double {
    let taken = try shards.map { block in
      let path = directory.shard(of: block)
      if isCold { PageCache.drop(path) }
      var watch = Stopwatch(.elapsed)
      try watch.time {
        if isWriter { try write(block) } else { try read(ShardReader(path: path, block: block)) }
      }
      return Double(watch.nanoseconds) / 1_000
    }.sorted()
    return taken.isEmpty ? 0 : taken[taken.count / 2]
  }

  /// Who comes first: the phone that Hello names.
  private func read(_ reader: ShardReader) throws {
    guard try reader.device(DeviceNumber(1)) != nil, try reader.head() > .zero else {
      throw SimulationError.loadBrokenOff(block: reader.block.rawValue, detail: "no phone in it")
    }
  }

  private func write(_ block: BlockCode) throws {
    let writer = try ShardWriter(path: directory.shard(of: block), block: block, intake: intake)
    guard try writer.device(DeviceNumber(1)) != nil, writer.head > .zero else {
      throw SimulationError.loadBrokenOff(block: block.rawValue, detail: "no phone in it")
    }
  }

  private func storm(_ shards: [BlockCode]) throws -> Report.Storm {
    var open = OpenFiles<ShardReader>(limit: options.kept)
    var taken: [Int] = []
    taken.reserveCapacity(shards.count)
    let begin = ContinuousClock.now
    for block in shards {
      var watch = Stopwatch(.elapsed)
      try watch.time {
        try read(open.file(of: block) { try ShardReader(path: directory.shard(of: block), block: block) })
      }
      taken.append(Int(watch.nanoseconds / 1_000))
    }
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    taken.sort()
    return Report.Storm(
      seconds: seconds, microsecondsMedian: taken[taken.count / 2],
      microseconds99: taken[min(taken.count - 1, taken.count * 99 / 100)])
  }
}
