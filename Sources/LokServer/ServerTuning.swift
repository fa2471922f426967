package import LokTransport

/// What may be set to another machine's measure; the defaults are for two cores and 4 GB.
package struct ServerTuning: Sendable {
  /// Event loops; sessions are cheap, signatures and decoding run here too.
  package var loops = 2
  package var mergeWorkers = 2
  package var readers = 2
  /// A merge worker's: 2-3 descriptors and some 200 KB each, and opening one costs as much as ten sets.
  package var writersOpen = 400
  package var readersOpen = 200
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
}
