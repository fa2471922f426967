package import LokBooks
import LokMerge
import LokShard
package import LokWire
import Synchronization

/// What a session asks about blobs.
package enum BlobQuestion: Sendable {
  /// Where does this device go on with it?
  case begin(BlobHead)
  case append(BlobHead, offset: Int, bytes: [UInt8])
  case read(GetBlobRequest, maximumBytes: Int)
  /// A set that this device has put.
  case set([UInt8])
  /// It is in the log. Not answered.
  case forgetSet([UInt8])
}

package enum BlobAnswer: Hashable, Sendable {
  case has(PutBlobReply)
  /// `size`: of the whole.
  case piece([UInt8], size: Int)
  /// Nil = it is not there.
  case set([UInt8]?)
}

package struct BlobRequest: Sendable {
  package var block: BlockCode
  package var device: DeviceNumber
  package var question: BlobQuestion
  package var caller: Caller
  package init(
    _ question: BlobQuestion, of block: BlockCode, from device: DeviceNumber, for caller: Caller
  ) {
    self.question = question
    self.block = block
    self.device = device
    self.caller = caller
  }
}

/// Keeps and gives blobs: side files, so that no photo waits in a shard's transaction, and no set waits for a
/// photo. Owned by one thread; who asks waits for its answer, so that what it has to do is bounded by the
/// calls of all sessions.
package final class BlobDesk {
  private static let openShards = 16
  /// Each knows how much is in it, so that a folder is listed once.
  private static let openFolders = 256

  private let switchboard: Switchboard
  private let files: ShardFiles
  private let limits: BlobLimits
  private let folder: (BlockCode) -> String
  private var readers = OpenFiles<ShardReader>(limit: openShards)
  private var folders = OpenFiles<BlobFolder>(limit: openFolders)
  /// Told of what failed for another reason than the asker's.
  package var onFailure: ((any Error, BlockCode) -> Void)?
  /// Told of a blob that was set aside, being something else than its name says.
  package var onDamaged: (([UInt8], BlockCode) -> Void)?

  package init(
    switchboard: Switchboard, files: ShardFiles, limits: BlobLimits, folder: @escaping (BlockCode) -> String
  ) {
    self.switchboard = switchboard
    self.files = files
    self.limits = limits
    self.folder = folder
  }

  package func run(_ requests: [BlobRequest], at now: Session.Now) {
    let deliveries = requests.compactMap { request in
      do {
        return try answer(request, at: now).map { Delivery(.blob($0), to: request.caller) }
      } catch {
        return Delivery(.refused(status(of: error, request.block), sets: 0), to: request.caller)
      }
    }
    switchboard.courier.deliver(deliveries, after: [])
  }

  package func close() {
    readers.closeAll()
    folders.closeAll()
  }

  private func answer(_ request: BlobRequest, at now: Session.Now) throws -> BlobAnswer? {
    let block = request.block
    if let status = switchboard.merge.withLock({ $0.refusalOfReads(of: block) }) { throw status }
    let blobs = folders.file(of: block) {
      let opened = BlobFolder(path: folder(block), limits: limits)
      opened.onDamaged = { [onDamaged] in onDamaged?($0, block) }
      return opened
    }
    switch request.question {
    case .begin(let head):
      try requireSpace()
      // Whether a set may be written is the merge's to judge.
      if head.type != .changeSet { try requireRight(of: request.device, toWrite: head.cbo, in: block) }
      return .has(try blobs.begin(head, from: request.device, on: Day(of: now.wall)))
    case .append(let head, let offset, let bytes):
      try requireSpace()
      return .has(try blobs.append(bytes, at: offset, of: head, from: request.device))
    case .read(let wanted, let maximumBytes):
      guard let piece = try piece(of: wanted, from: blobs, maximumBytes, request) else {
        throw Status(.notFound, .blobNotThere, next: .showPerson)
      }
      return .piece(piece.bytes, size: piece.size)
    case .set(let hash): return .set(try blobs.set(hash, of: request.device))
    case .forgetSet(let hash):
      try blobs.forget(set: hash, of: request.device)
      return nil
    }
  }

  private func piece(
    of wanted: GetBlobRequest, from blobs: BlobFolder, _ maximumBytes: Int, _ request: BlobRequest
  ) throws -> (size: Int, bytes: [UInt8])? {
    let reader = try reader(of: request.block)
    switch wanted.source {
    case .record(let record):
      guard try reader.names(wanted.hash, in: record, for: request.device) else { return nil }
      return try blobs.piece(of: wanted.hash, at: wanted.offset, atMost: maximumBytes)
    case .set(let seq):
      return try reader.set(at: seq, hash: wanted.hash, for: request.device).map { set in
        (set.count, Array(set.dropFirst(wanted.offset).prefix(maximumBytes)))
      }
    }
  }

  private func reader(of block: BlockCode) throws -> ShardReader {
    try readers.file(of: block) { try ShardReader(path: files.path(block), block: block) }
  }

  private func requireSpace() throws(Status) {
    guard switchboard.isStorageLow.load(ordering: .relaxed) else { return }
    throw Self.storageFailed
  }

  /// Who writes records of a group may put what they name.
  private func requireRight(of device: DeviceNumber, toWrite cbo: RecordID, in block: BlockCode) throws {
    let reader = try reader(of: block)
    guard let state = try reader.device(device), state.status == .active,
      Authority.mayWrite(.records, state.role)
    else { throw Status(.permissionDenied, .roleMayNotWrite, next: .showPerson) }
    // No record of the block's own book names a blob.
    guard try cbo != .blockBook && reader.isInScope(cbo, of: device) else {
      throw Status(.permissionDenied, .notInScope, next: .showPerson)
    }
  }

  private static let storageFailed = Status(
    .unavailable, .storageFailed, retryAfterMilliseconds: 60_000, next: .wait)

  private func status(of error: any Error, _ block: BlockCode) -> Status {
    if let status = error as? Status { return status }
    if let fault = error as? BlobFault { return fault.status }
    // What is open may be what is broken.
    readers.close(block)
    folders.close(block)
    onFailure?(error, block)
    return Self.storageFailed
  }
}
