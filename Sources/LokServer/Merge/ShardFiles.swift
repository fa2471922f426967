package import LokBooks

/// Where shards lie, and which log they follow.
package struct ShardFiles: Sendable {
  package var intake: IntakeID
  /// Of a block's file.
  package var path: @Sendable (BlockCode) -> String
  package init(intake: IntakeID, path: @escaping @Sendable (BlockCode) -> String) {
    self.intake = intake
    self.path = path
  }
}

/// Open files, the longest unused closed first. A closed shard leaves its WAL as it is.
package struct OpenFiles<File> {
  private let limit: Int
  private var files: [BlockCode: (file: File, used: UInt64)] = [:]
  private var uses: UInt64 = 0

  package init(limit: Int) { self.limit = max(1, limit) }

  var count: Int { files.count }

  /// The file of `block`, opened by `open` where it is not yet.
  package mutating func file(of block: BlockCode, open: () throws -> File) rethrows -> File {
    uses += 1
    if let known = files[block]?.file {
      files[block]?.used = uses
      return known
    }
    let file = try open()
    if files.count >= limit, let oldest = files.min(by: { $0.value.used < $1.value.used }) {
      files[oldest.key] = nil
    }
    files[block] = (file, uses)
    return file
  }

  mutating func close(_ block: BlockCode) { files[block] = nil }
  mutating func closeAll() { files = [:] }
}
