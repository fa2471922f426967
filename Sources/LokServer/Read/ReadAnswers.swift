package import LokBooks
import LokShard
package import LokWire
import Synchronization

/// Answers what sessions ask of a block's books, from whichever connection has them open.
package struct ReadAnswers {
  private let switchboard: Switchboard
  /// The keys of members, as far as they are there.
  private let keys: ([RecordID], BlockCode) throws -> [DownloadPage.PersonKey]
  /// Where a block's snapshots lie.
  private let snapshots: (BlockCode) -> String

  package init(
    switchboard: Switchboard, snapshots: @escaping (BlockCode) -> String,
    keys: @escaping ([RecordID], BlockCode) throws -> [DownloadPage.PersonKey]
  ) {
    self.switchboard = switchboard
    self.snapshots = snapshots
    self.keys = keys
  }

  /// Each request is answered, those of one that fails with `storageFailed`.
  func answer(
    _ requests: [ReadRequest], at now: Session.Now, reader: (BlockCode) throws -> ShardReader,
    onFailure: (any Error, BlockCode) -> Void
  ) {
    var deliveries: [Delivery] = []
    var intake: [IntakeMessage] = []
    for request in requests {
      if let status = switchboard.merge.withLock({ $0.refusalOfReads(of: request.block) }) {
        deliveries.append(Delivery(.refused(Self.told(status, request), sets: 0), to: request.caller))
        continue
      }
      do {
        switch try answer(request, from: reader(request.block), at: now) {
        case .device(let found?): intake.append(.device(found, request.block, request.caller))
        case let answer: deliveries.append(Delivery(answer, to: request.caller))
        }
      } catch {
        onFailure(error, request.block)
        let status = Status(
          .unavailable, .storageFailed, retryAfterMilliseconds: 5_000, next: .wait, block: request.block)
        deliveries.append(Delivery(.refused(status, sets: 0), to: request.caller))
      }
    }
    switchboard.intake.post(intake)
    switchboard.courier.deliver(deliveries, after: [])
  }

  /// A stranger with a code for a block that nobody has opened learns no more than one with a wrong code.
  private static func told(_ status: Status, _ request: ReadRequest) -> Status {
    if case .code = request.question, status.reason == .blockUnknown {
      return Status(.notFound, .codeUnknown, next: .showPerson)
    }
    return status
  }

  private func answer(
    _ request: ReadRequest, from reader: ShardReader, at now: Session.Now
  ) throws -> Session.Answer {
    let block = request.block
    switch request.question {
    case .device(let number, let claim, let known):
      return .device(try found(number, claim, standingIn: known, in: reader))
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

  private func found(
    _ number: DeviceNumber, _ claim: BooksClaim?, standingIn known: Epoch?, in reader: ShardReader
  ) throws -> Session.DeviceFound? {
    guard let state = try reader.device(number), let epoch = try reader.epoch() else { return nil }
    let sight = try reader.sight(of: number)
    // A device of another scope holds other books; of what has come into its own since, it holds nothing.
    let comparable = try claim.flatMap { claim in
      try claim.scopeVersion == sight.version
        || claim.scopeVersion == reader.scopeVersion(of: sight, at: claim.cursor) ? claim : nil
    }
    return Session.DeviceFound(
      state: state, epoch: epoch, head: try reader.head(), scopeVersion: sight.version,
      booksDiffer: try comparable.map { try reader.booksMark(of: sight.cbos, at: $0.cursor) != $0.mark }
        ?? false, fork: known == epoch ? nil : try known.flatMap { try reader.end(of: $0) })
  }
}
