import Foundation
import LokBooks
import Synchronization

/// Looks at the server, and at this process, twice a second.
final class DayWatch: Sendable {
  struct Sample: Sendable {
    var at: ContinuousClock.Instant
    var serverCPUSeconds: Double
    var loadCPUSeconds: Double
    /// Of all processes of the machine.
    var machineCPUSeconds: Double
    /// In the log, and not in their shards yet.
    var waiting: Int
    var shardsOpen: Int
    var setsDuplicate: Int
  }

  private struct Document: Decodable {
    struct Counters: Decodable {
      var rowLag: Int
      var shardsOpen: Int
      var setsDuplicate: Int
    }
    var counters: Counters
  }

  private static let pause: Duration = .milliseconds(500)
  /// What the log may take until all of it is in the shards.
  private static let drainSecondsMost = 120.0
  private let served: ServedDirectory
  private let taken = Mutex<[Sample]>([])
  var samples: [Sample] { taken.withLock { $0 } }

  init(_ served: ServedDirectory) { self.served = served }

  /// Until it is cancelled. A look that does not succeed is missing.
  func run() async {
    while !Task.isCancelled {
      _ = try? await look()
      try? await Task.sleep(for: Self.pause)
    }
  }

  func look() async throws -> Sample {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let status = try decoder.decode(Document.self, from: Data(try await served.status().utf8)).counters
    let sample = Sample(
      at: .now, serverCPUSeconds: ProcessUsage(of: served.process).cpuSeconds,
      loadCPUSeconds: ProcessUsage(of: getpid()).cpuSeconds,
      machineCPUSeconds: ProcessUsage.machineCPUSeconds(), waiting: status.rowLag,
      shardsOpen: status.shardsOpen, setsDuplicate: status.setsDuplicate)
    taken.withLock { $0.append(sample) }
    return sample
  }

  /// Waits until the log has nothing that the shards do not have.
  /// - Returns: the seconds that it took.
  func drain() async throws -> Double {
    let begin = ContinuousClock.now
    while true {
      let sample = try await look()
      let seconds = (sample.at - begin) / .seconds(1)
      if sample.waiting == 0 { return seconds }
      guard seconds < Self.drainSecondsMost else {
        throw SimulationError.loadBrokenOff(block: 0, detail: "\(sample.waiting) sets wait in the log still")
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }
}
