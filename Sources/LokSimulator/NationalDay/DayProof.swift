import Foundation
package import LokBooks
import LokServer
import LokShard

/// Whether the shards hold what the phones wrote, each set once and each paisa, when the server is stopped.
///
/// Compared block by block: a set that is lost in one and doubled in another would cancel in sums of all.
package struct DayProof: Codable, Sendable {
  /// A block that holds other than what its phones wrote.
  package struct Difference: Hashable, Codable, Sendable {
    package var block: UInt32
    package var written: DaySums
    package var found: DaySums

    package init(block: UInt32, written: DaySums, found: DaySums) {
      self.block = block
      self.written = written
      self.found = found
    }
  }

  package var setsWritten: Int
  package var setsProven: Int
  package var setsInShards: Int
  package var changesWritten: Int
  package var changesInShards: Int
  package var paiseWritten: Int64
  package var paiseInShards: Int64
  package var blocksDiffering: Int
  /// The first of them.
  package var differences: [Difference]
  /// Set aside, quarantined or refused.
  package var notAccepted: Int
  package var shards: Int
  /// Of these, recomputed from their journals.
  package var shardsVerified: Int
  package var findings: [String]

  package var isGood: Bool {
    setsWritten == setsProven && blocksDiffering == 0 && notAccepted == 0 && findings.isEmpty
  }

  private static let differencesNamed = 20

  private static let stream: UInt64 = 53

  /// - Parameter verified: so many of them, chosen by the seed.
  init(
    _ phones: [DayPhone], _ blocks: [BlockCode], of data: DataDirectory, verified: Int, seed: UInt64,
    _ progress: Progress
  ) throws {
    let written = phones.reduce(into: [:]) { sums, phone in
      sums[phone.phone.block, default: DaySums()] =
        sums[phone.phone.block, default: DaySums()] + phone.written
    }
    setsProven = phones.reduce(0) { $0 + $1.written.sets - ($1.phone.sets.count - $1.phone.proven) }
    (notAccepted, shards, shardsVerified, findings) = (0, blocks.count, 0, [])
    var found: [BlockCode: DaySums] = [:]
    progress.begin("sums of all shards", of: blocks.count)
    for block in blocks {
      let sums = try AuditSums(path: data.shard(of: block))
      found[block] = DaySums(sets: sums.sets, changes: sums.changes, paise: sums.paise)
      notAccepted += sums.notAccepted
      progress.advance()
    }
    let (all, there) = (written.values.reduce(DaySums(), +), found.values.reduce(DaySums(), +))
    (setsWritten, changesWritten, paiseWritten) = (all.sets, all.changes, all.paise)
    (setsInShards, changesInShards, paiseInShards) = (there.sets, there.changes, there.paise)
    let differing = Self.differences(written, found)
    (blocksDiffering, differences) = (differing.count, Array(differing.prefix(Self.differencesNamed)))
    var random = SeededGenerator(seed: seed, stream: Self.stream, index: 0)
    let chosen = random.distinct(verified, below: blocks.count)
    progress.begin("shards verified", of: chosen.count)
    for place in chosen {
      let path = data.shard(of: blocks[place])
      var verifier = try ShardVerifier(path: path, block: blocks[place], workPath: path + ".verify")
      findings += try verifier.findings().map { "\(blocks[place]): \($0)" }
      shardsVerified += 1
      progress.advance()
    }
  }

  /// Every block in which they are not the same, by its code.
  package static func differences(
    _ written: [BlockCode: DaySums], _ found: [BlockCode: DaySums]
  ) -> [Difference] {
    Set(written.keys).union(found.keys).sorted { $0.rawValue < $1.rawValue }.compactMap { block in
      let (own, there) = (written[block] ?? DaySums(), found[block] ?? DaySums())
      return own == there ? nil : Difference(block: block.rawValue, written: own, found: there)
    }
  }
}
