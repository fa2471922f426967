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

/// Open files. Where there would be too many, any one of them is closed: were it the longest unused, blocks
/// that take turns, as those of a country do, would find none of theirs open as soon as one does not fit.
/// A closed shard leaves its WAL as it is.
package struct OpenFiles<File> {
  private let limit: Int
  private var places: [BlockCode: Int] = [:]
  private var files: [(block: BlockCode, file: File)] = []
  /// Of a linear congruential generator: runs that are repeated close the same ones.
  private var dice: UInt64 = 1

  package init(limit: Int) { self.limit = max(1, limit) }

  package var count: Int { files.count }

  /// Nil where it is not open.
  package func known(_ block: BlockCode) -> File? { places[block].map { files[$0].file } }

  /// The file of `block`, opened by `open` where it is not yet.
  package mutating func file(of block: BlockCode, open: () throws -> File) rethrows -> File {
    if let known = known(block) { return known }
    let file = try open()
    if files.count >= limit { close(files[nextPlace()].block) }
    places[block] = files.count
    files.append((block, file))
    return file
  }

  /// Source: D. Knuth, The Art of Computer Programming 2, 3.3.4; the high bits are the good ones.
  private mutating func nextPlace() -> Int {
    dice = dice &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((dice >> 33) % UInt64(files.count))
  }

  package mutating func close(_ block: BlockCode) {
    guard let place = places.removeValue(forKey: block) else { return }
    files.swapAt(place, files.count - 1)
    files.removeLast()
    if place < files.count { places[files[place].block] = place }
  }

  package mutating func closeAll() {
    places = [:]
    files = []
  }
}
