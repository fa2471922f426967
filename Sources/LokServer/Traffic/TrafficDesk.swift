package import LokBooks
import LokSQLite

/// Writes the notes of `TrafficLedger` into the blocks' files, a transaction a block. Owned by one thread.
/// What cannot be written is dropped, and said so once a batch: counts are worth no memory that grows.
package final class TrafficDesk {
  private let path: (BlockCode) -> String
  private var files: OpenFiles<TrafficFile>
  /// Told of a batch that was lost.
  package var onFailure: ((any Error, BlockCode) -> Void)?

  package init(openFiles: Int = 16, path: @escaping (BlockCode) -> String) {
    self.path = path
    files = OpenFiles(limit: openFiles)
  }

  package func run(_ notes: [BlockCode: [TrafficNoteKey: TrafficNote]]) {
    for (block, notes) in notes.sorted(by: { $0.key < $1.key }) {
      do {
        try files.file(of: block) { try TrafficFile(path: path(block)) }.add(notes)
      } catch {
        files.close(block)
        onFailure?(error, block)
      }
    }
  }

  package func close() { files.closeAll() }
}
