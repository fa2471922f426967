import Glibc

/// How many descriptors this process may have open. Systems give 1,024 unless asked, which is fewer than
/// the shards that a server keeps open.
package enum OpenFileLimit {
  /// Asks for all that the system allows, once, before anything is opened.
  ///
  /// - Returns: what is allowed now.
  @discardableResult
  package static func raise() -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
    if limit.rlim_cur < limit.rlim_max {
      var wanted = limit
      wanted.rlim_cur = limit.rlim_max
      if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &wanted) == 0 { limit = wanted }
    }
    return Int(clamping: limit.rlim_cur)
  }
}

extension ServerTuning {
  /// Descriptors of shards, key files, log and sockets of the server itself.
  package var filesOpen: Int {
    // A shard in WAL mode has three, one that rests two, a key file up to three; the log, locks and libraries
    // a few dozen.
    2 * mergeWorkers * writersOpen + mergeWorkers * min(writersOpen, writersAwake) + 3 * readers * readersOpen
      + 3 * keyFilesOpen * (mergeWorkers + readers) + 128
  }

  /// What is left for connections; a server with too few has to serve some all the same.
  package func connectionsMaximum(ofFiles limit: Int, wanted: Int) -> Int {
    min(wanted, max(limit - filesOpen, limit / 4))
  }
}
