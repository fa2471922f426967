package import LokBooks
package import LokShard
package import LokWire
import Synchronization

/// What a session asks of a block's books.
package struct ReadRequest: Sendable {
  package enum Question: Sendable {
    case device(DeviceNumber, claiming: BooksClaim? = nil, standingIn: Epoch? = nil)
    case code(hash: [UInt8], key: PublicKey)
    case page(DownloadCursor, maximumBytes: Int)
    case heldBack(DownloadCursor)
    case snapshot(SnapshotCursor, maximumBytes: Int)
    case head
    case digests(DeviceNumber, [RecordID])
  }
  package var block: BlockCode
  package var question: Question
  package var caller: Caller
  package init(_ question: Question, of block: BlockCode, for caller: Caller) {
    self.question = question
    self.block = block
    self.caller = caller
  }
}

/// Answers questions from shards that it opens read-only. Owned by one thread; no transaction of it
/// outlives one answer.
package final class ReaderDesk {
  private let switchboard: Switchboard
  private let files: ShardFiles
  /// The keys of members, as far as they are there.
  private let keys: ([RecordID], BlockCode) throws -> [DownloadPage.PersonKey]
  /// Where a block's snapshots lie.
  private let snapshots: (BlockCode) -> String
  private var readers: OpenFiles<ShardReader>
  /// Told of a read that failed.
  package var onFailure: ((any Error, BlockCode) -> Void)?

  package init(
    switchboard: Switchboard, files: ShardFiles, openShards: Int, snapshots: @escaping (BlockCode) -> String,
    keys: @escaping ([RecordID], BlockCode) throws -> [DownloadPage.PersonKey]
  ) {
    self.switchboard = switchboard
    self.files = files
    self.keys = keys
    self.snapshots = snapshots
    readers = OpenFiles(limit: openShards)
  }

  package func run(_ requests: [ReadRequest], at now: Session.Now) {
    var deliveries: [Delivery] = []
    var intake: [IntakeMessage] = []
    for request in requests {
      if let status = switchboard.merge.withLock({ $0.refusalOfReads(of: request.block) }) {
        deliveries.append(Delivery(.refused(Self.told(status, request), sets: 0), to: request.caller))
        continue
      }
      do {
        switch try answer(request, at: now) {
        case .device(let found?): intake.append(.device(found, request.block, request.caller))
        case let answer: deliveries.append(Delivery(answer, to: request.caller))
        }
      } catch {
        readers.close(request.block)
        onFailure?(error, request.block)
        let status = Status(
          .unavailable, .storageFailed, retryAfterMilliseconds: 5_000, next: .wait, block: request.block)
        deliveries.append(Delivery(.refused(status, sets: 0), to: request.caller))
      }
    }
    switchboard.intake.post(intake)
    switchboard.courier.deliver(deliveries, after: [])
  }

  package func close() { readers.closeAll() }

  /// A stranger with a code for a block that nobody has opened learns no more than one with a wrong code.
  private static func told(_ status: Status, _ request: ReadRequest) -> Status {
    if case .code = request.question, status.reason == .blockUnknown {
      return Status(.notFound, .codeUnknown, next: .showPerson)
    }
    return status
  }

  private func answer(_ request: ReadRequest, at now: Session.Now) throws -> Session.Answer {
    let block = request.block
    let reader = try readers.file(of: block) { try ShardReader(path: files.path(block), block: block) }
    switch request.question {
    case .device(let number, let claim, let known):
      guard let state = try reader.device(number), let epoch = try reader.epoch() else { return .device(nil) }
      let sight = try reader.sight(of: number)
      // A device of another scope holds other books; of what has come into its own since, it holds nothing.
      let comparable = try claim.flatMap { claim in
        try claim.scopeVersion == sight.version
          || claim.scopeVersion == reader.scopeVersion(of: sight, at: claim.cursor) ? claim : nil
      }
      return .device(
        Session.DeviceFound(
          state: state, epoch: epoch, head: try reader.head(), scopeVersion: sight.version,
          booksDiffer: try comparable.map { try reader.booksMark(of: sight.cbos, at: $0.cursor) != $0.mark }
            ?? false, fork: known == epoch ? nil : try known.flatMap { try reader.end(of: $0) }))
    case .code(let hash, let key):
      return .code(try reader.whyUnusable(codeHash: hash, by: key, at: now.wall))
    case .page(var cursor, let maximumBytes):
      var page = try reader.page(&cursor, maximumBytes: maximumBytes)
      if page != nil, !cursor.newMembers.isEmpty { page?.keys = try keys(cursor.newMembers, block) }
      return .page(page.map { ReadPage($0) }, cursor)
    case .heldBack(var cursor):
      let (page, held) = try reader.heldBack(&cursor)
      return .heldBack(page.map { ReadPage($0) }, cursor, held)
    case .snapshot(var cursor, let maximumBytes):
      guard let epoch = try reader.epoch() else { return .refused(Status(.notFound, .blockUnknown), sets: 0) }
      let pages = SnapshotPages(
        reader: reader, files: SnapshotFiles(folder: snapshots(block), epoch: epoch),
        keys: { [keys] in $0.isEmpty ? [] : try keys($0, block) })
      return .snapshot(ReadPage(try pages.page(&cursor, maximumBytes: maximumBytes)), cursor)
    case .head:
      guard let epoch = try reader.epoch() else { return .refused(Status(.notFound, .blockUnknown), sets: 0) }
      let (size, root) = try reader.treeHead()
      return .head(epoch: epoch, size: size, root: root)
    case .digests(let device, let cbos):
      return .digests(try reader.digests(of: cbos, for: device))
    }
  }
}
