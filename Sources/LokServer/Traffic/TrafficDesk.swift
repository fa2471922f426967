import LokBooks
import LokIntake

/// Writes the notes of `TrafficLedger` into their month's file, a transaction a batch, and removes the months
/// that are too old. Owned by one thread. What cannot be written is dropped, and said so once a batch: counts
/// are worth no memory that grows.
package final class TrafficDesk {
  private let folder: String
  private var open: (month: TrafficMonth, file: TrafficFile)?
  /// Told of a batch that was lost, or of an old month that does not go.
  package var onFailure: ((any Error) -> Void)?

  /// - Parameter folder: where the months' files lie; made with the first.
  package init(folder: String) { self.folder = folder }

  package func run(_ notes: [TrafficNoteKey: TrafficNote]) {
    // Around midnight two months may be noted together.
    for (month, notes) in Dictionary(grouping: notes, by: { TrafficMonth(of: $0.key.day) }) {
      do {
        try file(of: month).add(notes)
      } catch {
        open = nil
        onFailure?(error)
      }
    }
  }

  private func file(of month: TrafficMonth) throws -> TrafficFile {
    if let open, open.month == month { return open.file }
    let file = try TrafficFile(path: folder + "/" + month.fileName)
    open = (month, file)
    do {
      try removeMonths(before: month.advanced(by: -TrafficMonth.kept))
    } catch {
      onFailure?(error)
    }
    return file
  }

  private func removeMonths(before first: TrafficMonth) throws {
    for month in try TrafficHistory.months(in: folder) where month < first {
      for suffix in ["-wal", "-shm", ""] {
        try DurableFiles.remove(folder + "/" + month.fileName + suffix)
      }
    }
  }

  package func close() { open = nil }
}
