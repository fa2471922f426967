package import LokBooks

extension IntakeLog {
  /// Whole files, the oldest first, up to the first one that is still needed; the last file stays.
  package func removeFiles(
    durable: (BlockCode) -> LSN?, archiveMilliseconds: Int64, now: Timestamp
  ) throws -> [String] {
    var removed: [String] = []
    while files.count > 1 {
      let (age, overflow) = now.milliseconds.subtractingReportingOverflow(
        files[1].header.created.milliseconds)
      guard !overflow, age >= archiveMilliseconds, try isOldestFileDurable(durable) else { break }
      guard let file = dropOldestFile() else { break }
      // The file itself goes first: without it, what lies beside it is a leftover for the next start.
      for suffix in ["", "-wal", "-shm"] { try DurableFiles.remove(file.path + suffix) }
      try DurableFiles.syncFolder(folder)
      removed.append(LogFile.name(file.header.number))
    }
    return removed
  }

  /// The file after it says where each block stood when the oldest was closed.
  private func isOldestFileDurable(_ durable: (BlockCode) -> LSN?) throws -> Bool {
    let first = files[0].header.firstLSN
    for (block, last) in try reader(ofFile: 1).positions() where last >= first {
      guard let through = durable(block), through >= last else { return false }
    }
    return true
  }
}
