import Foundation
import LokBooks
import LokServer
import LokShard

/// Whether the shards hold what the phones wrote, each set once and each rupee, when the server is stopped.
package struct DayProof: Codable, Sendable {
  package var setsWritten: Int
  package var setsProven: Int
  package var setsInShards: Int
  package var changesWritten: Int
  package var changesInShards: Int
  package var rupeesWritten: Int64
  package var rupeesInShards: Int64
  /// Set aside, quarantined or refused.
  package var notAccepted: Int
  package var shards: Int
  /// Of these, recomputed from their journals.
  package var shardsVerified: Int
  package var findings: [String]

  package var isGood: Bool {
    setsWritten == setsProven && setsWritten == setsInShards && changesWritten == changesInShards
      && rupeesWritten == rupeesInShards && notAccepted == 0 && findings.isEmpty
  }

  private static let stream: UInt64 = 53

  /// - Parameter verified: so many of them, chosen by the seed.
  init(
    _ phones: [DayPhone], _ blocks: [BlockCode], of data: DataDirectory, verified: Int, seed: UInt64,
    _ progress: Progress
  ) throws {
    setsWritten = phones.reduce(0) { $0 + $1.written.sets }
    setsProven = phones.reduce(0) { $0 + $1.written.sets - ($1.phone.sets.count - $1.phone.proven) }
    changesWritten = phones.reduce(0) { $0 + $1.written.changes }
    rupeesWritten = phones.reduce(0) { $0 + $1.written.paise } / 100
    (setsInShards, changesInShards, notAccepted, shards) = (0, 0, 0, blocks.count)
    (shardsVerified, findings) = (0, [])
    var paise: Int64 = 0
    progress.begin("sums of all shards", of: blocks.count)
    for block in blocks {
      let sums = try AuditSums(path: data.shard(of: block))
      setsInShards += sums.sets
      changesInShards += sums.changes
      notAccepted += sums.notAccepted
      paise += sums.paise
      progress.advance()
    }
    rupeesInShards = paise / 100
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
}
