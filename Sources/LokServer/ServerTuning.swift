package import LokTransport

/// What may be set to another machine's measure; the defaults are for two cores and 4 GB.
package struct ServerTuning: Sendable {
  /// Event loops; sessions are cheap, signatures and decoding run here too.
  package var loops = 2
  package var mergeWorkers = 2
  package var readers = 2
  /// A merge worker's: 3 descriptors and some 500 KB each, at rest 2 and a tenth of a megabyte. To open one
  /// costs as much as five sets do, and more where many are open, since SQLite looks through all of them.
  package var writersOpen = 400
  /// So many of a worker's shards, those in use, keep their pages and statements; the others rest:
  /// `Connection.rest`. A phone's Hello and its sets mostly find theirs awake.
  package var writersAwake = 128
  package var readersOpen = 64
  /// Files of members' keys, of each thread.
  package var keyFilesOpen = 64
  package var merge = MergeService.Limits()
  package var frames = FrameLimits.standard
  package var blobs = BlobLimits()
  /// Log files are kept so long after they were closed, for a restore.
  package var archive: Duration = .seconds(7 * 24 * 3_600)
  /// Uploads stop while less of the disk is free.
  package var freeFraction = 0.05
  /// ...but never while so much is: a large disk's 5 % are many days of sets.
  package var freeBytesEnough: UInt64 = 8 * 1024 * 1024 * 1024
  /// How long what is under way may take when the server stops.
  package var stopping: Duration = .seconds(10)
  package init() {}

  /// As many as are enough for each of a country's blocks: then none is ever closed. They rest in between, at
  /// some 130 KB each.
  private static let writersOpenOfCountry = 4_000

  /// - Parameters:
  ///   - files: descriptors that the process may have.
  ///   - connections: how many of them are to be left.
  package func fitted(toFiles files: Int, connections: Int) -> ServerTuning {
    var wide = self
    wide.writersOpen = max(writersOpen, Self.writersOpenOfCountry)
    return files - wide.filesOpen >= connections ? wide : self
  }
}
