import Foundation
package import LokBooks

/// Where everything of a server lies. The folder and all in it belong to one user alone.
package struct DataDirectory: Hashable, Sendable {
  package let path: String

  /// The directory by its name; nothing is looked at.
  package init(_ path: String) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  package var catalogue: String { path + "/catalogue.sqlite" }
  package var certificate: String { path + "/tls-certificate.pem" }
  package var lock: String { path + "/lock" }
  package var controlSocket: String { path + "/control.sock" }
  package var intakeFolder: String { path + "/intake" }
  package var shardsFolder: String { path + "/shards" }
  package var keysFolder: String { path + "/keys" }
  package var secretsFolder: String { path + "/secrets" }
  package var receiptKey: String { secretsFolder + "/receipt.key" }
  package var vaultKey: String { secretsFolder + "/vault.key" }
  package var nonceKey: String { secretsFolder + "/nonce.key" }
  package var tlsKey: String { secretsFolder + "/tls-key.pem" }

  /// `shards/<block mod 100>/<block>.sqlite`; the folder is there from the beginning.
  package func shard(of block: BlockCode) -> String { shardFolder(block.rawValue % 100) + "/\(block).sqlite" }

  package func keys(of block: BlockCode) -> String { keysFolder + "/\(block).sqlite" }

  /// The block's snapshots for first downloads: all of it can be made again.
  package func snapshots(of block: BlockCode) -> String { path + "/snapshots/\(block)" }

  /// What devices have carried, a file a month: counts, no books. There once a device has called.
  package var opsFolder: String { path + "/ops" }

  /// The block's blobs: made with the first one.
  package func blobs(of block: BlockCode) -> String { path + "/blobs/\(block.rawValue % 100)/\(block)" }

  func shardFolder(_ remainder: UInt32) -> String { shardsFolder + "/\(remainder)" }

  /// The blocks that have a shard, ascending.
  package func blocksWithShards() throws -> [BlockCode] {
    var blocks: [BlockCode] = []
    for remainder in 0..<100 as Range<UInt32> {
      let folder = shardFolder(remainder)
      guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
        throw DataDirectoryError.missing(path: path, what: "shards/\(remainder)")
      }
      for name in names where name.hasSuffix(".sqlite") {
        guard let code = UInt32(name.dropLast(7)), code % 100 == remainder else { continue }
        blocks.append(BlockCode(code))
      }
    }
    return blocks.sorted()
  }

  /// - Throws: `DataDirectoryError.missing`, naming the first thing that is not there.
  package func check() throws {
    for item in [catalogue, intakeFolder, shardsFolder, keysFolder, secretsFolder]
    where !FileManager.default.fileExists(atPath: item) {
      throw DataDirectoryError.missing(path: path, what: String(item.dropFirst(path.count + 1)))
    }
  }
}
