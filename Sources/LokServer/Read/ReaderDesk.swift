package import LokBooks
import LokShard

/// Answers what takes long from shards that it opens read-only, so that no merge waits for it. Owned by one
/// thread; no transaction of it outlives one answer.
package final class ReaderDesk {
  private let answers: ReadAnswers
  private let files: ShardFiles
  private var readers: OpenFiles<ShardReader>
  /// Told of a read that failed.
  package var onFailure: ((any Error, BlockCode) -> Void)?

  package init(_ answers: ReadAnswers, files: ShardFiles, openShards: Int) {
    self.answers = answers
    self.files = files
    readers = OpenFiles(limit: openShards)
  }

  package func run(_ requests: [ReadRequest], at now: Session.Now) {
    answers.answer(requests, at: now) { block in
      try readers.file(of: block) { try ShardReader(path: files.path(block), block: block) }
    } onFailure: { error, block in
      readers.close(block)
      onFailure?(error, block)
    }
  }

  package func close() { readers.closeAll() }
}
