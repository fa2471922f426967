import Foundation
import LokBooks
import LokDevice
import LokShard
import LokWire
import Synchronization

/// A server for phones in the same process: a real shard behind the calls of the contract, without
/// sockets, intake or threads. It answers as soon as it is called.
///
/// `@unchecked`: everything happens under the lock.
final class LoopbackServer: @unchecked Sendable {
  private let lock = NSLock()
  private let canned = CannedServer()
  private let writer: ShardWriter
  private let reader: ShardReader
  private var lsn: UInt64 = 0
  private var keys: [RecordID: [UInt8]] = [:]
  /// How many upload frames are taken before the connection breaks, answers lost.
  private var uploadsUntilBreak: Int?

  init(directory: URL) throws {
    let path = directory.appending(path: "shard.sqlite").path
    writer = try ShardWriter.create(
      path: path, block: block, intake: IntakeID([UInt8](repeating: 1, count: 16))!)
    reader = try ShardReader(path: path, block: block)
    try apply(.openBlock(.init(block: block, name: "Test", state: 10, district: 20, epoch: epoch)))
  }

  func breakAfter(uploads: Int?) { lock.withLock { uploadsUntilBreak = uploads } }

  /// A code for everything in the block.
  func code(_ text: String, role: Role = .bookkeeperSHG, grants: [Grant] = [.block]) throws {
    try lock.withLock {
      _ = try apply(
        .enrolCode(
          .init(
            codeHash: Hash.sha256(Array(text.utf8)), role: role, grants: grants,
            expires: Timestamp(milliseconds: noon.milliseconds + 1_000_000))))
    }
  }

  func revoke(_ device: DeviceNumber) throws { try lock.withLock { _ = try apply(.revoke(device)) } }
  func scope(_ change: Command.ScopeCommand) throws { try lock.withLock { _ = try apply(.scope(change)) } }

  @discardableResult
  private func apply(_ command: Command) throws -> CommandOutcome {
    lsn += 1
    return try writer.apply([
      ShardCommand(lsn: LSN(lsn), previous: LSN(lsn - 1), received: noon, rules: .current, command: command)
    ])[0]
  }

  /// Nil = the connection breaks.
  func answer(_ frame: Frame, _ connection: inout LoopbackLink.Connection) throws -> [Frame]? {
    try lock.withLock {
      let method = frame.method.flatMap { Method(rawValue: $0) } ?? .upload
      let payload = frame.payload ?? []
      switch method {
      case .register: return [try register(RegisterRequest(decoding: payload), frame.call)]
      case .hello: return [try hello(HelloRequest(decoding: payload), frame.call, &connection)]
      case .upload:
        if let left = uploadsUntilBreak { uploadsUntilBreak = left - 1 }
        let reply = try upload(payload, frame, connection)
        return uploadsUntilBreak.map { $0 < 0 } == true ? nil : reply
      case .download: return try download(DownloadRequest(decoding: payload), frame.call, connection)
      case .digest:
        let digests = try reader.digests(of: CboDigest.decodeRequest(payload), for: connection.device)
        return [Frame(call: frame.call, payload: CboDigest.encodeReply(digests), end: true)]
      case .head: return [try head(frame.call)]
      case .snapshot, .putBlob, .getBlob:
        return [Frame(call: frame.call, end: true, status: Status(.unimplemented, .unknownMethod))]
      case .operate, .carry: return []
      }
    }
  }

  private func register(_ request: RegisterRequest, _ call: UInt32) throws -> Frame {
    let outcome = try apply(
      .register(
        .init(
          codeHash: request.predecessor == nil ? Hash.sha256(Array(request.code.utf8)) : [], key: request.key,
          appBuild: request.appBuild, predecessor: request.predecessor?.device,
          predecessorFrom: request.predecessor?.firstUnproven)))
    guard case .registered(let state, var committed, let leaf, let held) = outcome.result else {
      return Frame(call: call, end: true, status: Status(.notFound, .codeUnknown, next: .showPerson))
    }
    committed.leaf = leaf
    let signed = SignedBytes.receipt(block: block, epoch: epoch, leaves: [(committed.seq, leaf)])
    let reply = RegisterReply(
      device: state.number, role: state.role, grants: state.grants, epoch: epoch, serverKey: canned.serverKey,
      vaultKey: try canned.vault.publicKey.bytes, nonce: [UInt8](repeating: 7, count: 16),
      receipt: Acknowledgement(committed: [committed], signature: canned.sign(signed)),
      predecessorSets: held)
    return Frame(call: call, payload: reply.encoded(), end: true)
  }

  private func hello(
    _ request: HelloRequest, _ call: UInt32, _ connection: inout LoopbackLink.Connection
  ) throws -> Frame {
    guard let state = try writer.device(request.device) else {
      return Frame(call: call, end: true, status: Status(.notFound, .deviceUnknown, next: .showPerson))
    }
    let nonce = [UInt8](repeating: 7, count: 16)
    let chain = request.outboxChain ?? state.chain
    let signed = SignedBytes.session(
      nonce: nonce, block: block, device: request.device, outboxLast: request.outboxLast, chain: chain)
    guard state.key.verifies(signature: request.signature, over: signed) else {
      return Frame(call: call, end: true, status: Status(.unauthenticated, .badSignature))
    }
    let last = state.nextDeviceSeq.rawValue - 1
    let isCopy =
      request.outboxLast.rawValue < last
      || (request.outboxLast.rawValue == last && chain != state.chain)
    if isCopy || state.status == .suspended {
      try apply(.suspend(request.device))
      return Frame(
        call: call, end: true,
        status: Status(.failedPrecondition, .reenroll, next: .repair, nextDeviceSeq: state.nextDeviceSeq))
    }
    connection.device = request.device
    connection.chain = state.chain
    connection.next = state.nextDeviceSeq
    let terms = SessionTerms(
      maximumFrameBytes: 65_536, nextDeviceSeq: state.nextDeviceSeq, chain: state.chain,
      nonce: nonce, epoch: epoch, head: writer.head,
      scopeVersion: try reader.scopeVersion(of: request.device), serverTime: noon)
    let reply = terms.reply(to: request, signed: nonce, chain)
    return Frame(call: call, payload: reply.encoded(), end: true)
  }

  private func upload(_ payload: [UInt8], _ frame: Frame, _ connection: LoopbackLink.Connection) throws
    -> [Frame]
  {
    let request = try UploadRequest(decoding: payload, keys: frame.keys)
    var first = request.firstDeviceSeq
    var places: [(seq: Seq, leaf: [UInt8])] = []
    var committed: [Committed] = []
    for set in request.sets {
      guard let bytes = set.bytes else {
        let stored = try writer.stored(device: connection.device, firstDeviceSeq: first)
        if let stored {
          committed.append(stored.committed)
          places.append((stored.committed.seq, stored.leaf))
        }
        first = first.advanced(by: set.count)
        continue
      }
      let chain = OutboxChain.next(
        after: try writer.device(connection.device)?.chain ?? [], firstDeviceSeq: first,
        setHash: Hash.sha256(bytes))
      let outcome = try apply(
        .set(
          .init(
            device: connection.device, firstDeviceSeq: first, count: set.count, bytes: bytes,
            outboxChain: chain)))
      for key in set.keys { keys[key.member] = try canned.vault.unwrap(key, in: block).bytes }
      guard case .committed(let word, let leaf) = outcome.result else { continue }
      committed.append(word)
      places.append((word.seq, leaf))
      first = first.advanced(by: set.count)
    }
    let signature = canned.sign(SignedBytes.receipt(block: block, epoch: epoch, leaves: places))
    let reply = UploadReply(
      storedThrough: DeviceSeq(first.rawValue - 1),
      acknowledgement: Acknowledgement(committed: committed, signature: signature))
    return [Frame(call: frame.call, payload: reply.encoded(), end: frame.end)]
  }

  private func download(
    _ request: DownloadRequest, _ call: UInt32, _ connection: LoopbackLink.Connection
  ) throws -> [Frame] {
    guard try writer.device(connection.device)?.status == .active else {
      return [
        Frame(call: call, end: true, status: Status(.permissionDenied, .deviceRevoked, next: .showPerson))
      ]
    }
    var cursor = DownloadCursor(device: connection.device, request: request)
    var frames: [Frame] = []
    while var page = try reader.page(&cursor, maximumBytes: 600) {
      page.keys = cursor.newMembers.compactMap { member in keys[member].map { .init(member: member, key: $0) }
      }
      frames.append(Frame(call: call, payload: page.encoded(), keys: page.encodedKeys(), end: page.isLast))
    }
    return frames
  }

  private func head(_ call: UInt32) throws -> Frame {
    let (size, root) = try reader.treeHead()
    let signed = SignedBytes.head(block: block, epoch: epoch, size: size, root: root, time: noon)
    let head = SignedHead(
      block: block, epoch: epoch, size: size, root: root, time: noon, signature: canned.sign(signed))
    return Frame(call: call, payload: head.encoded(), end: true)
  }
}

/// A connection to it.
final class LoopbackLink: FrameLink {
  struct Connection {
    var device = DeviceNumber(0)
    var chain: [UInt8] = []
    var next = DeviceSeq(1)
    var inbox: [[UInt8]] = []
    var isBroken = false
  }
  private let server: LoopbackServer
  private let connection = Mutex(Connection())

  init(server: LoopbackServer) { self.server = server }

  func send(_ frames: [[UInt8]]) {
    connection.withLock { connection in
      for bytes in frames where !connection.isBroken {
        guard let frame = try? Frame(decoding: bytes), let replies = try? server.answer(frame, &connection)
        else {
          connection.isBroken = true
          return
        }
        connection.inbox += replies.map { $0.encoded() }
      }
    }
  }

  func receive() async throws -> [[UInt8]]? {
    connection.withLock { connection in
      defer { connection.inbox = [] }
      return connection.inbox.isEmpty ? nil : connection.inbox
    }
  }

  func takeFrames(upTo bytes: Int) {}
  func close() {}
  var bytesUp: Int { 0 }
  var bytesDown: Int { 0 }
}
