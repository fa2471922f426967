import LokBooks
import LokWire

/// Where the blobs of a session stand: one at a time, when sets and pages are done.
struct BlobProgress: Hashable, Sendable {
  enum Work: Hashable, Sendable {
    case putting(Putting)
    case getting(GetBlobRequest)
  }

  struct Putting: Hashable, Sendable {
    var head: BlobHead
    /// Handed to the connection, with what the server had; nil until it has said where to go on.
    var sent: Int?
    /// Chunks without an answer.
    var unanswered = 0
    var isLoading = false
    var growth: ChunkGrowth

    init(_ head: BlobHead, over link: LinkClass) {
      self.head = head
      growth = ChunkGrowth(link)
    }
  }

  var call: UInt32?
  var work: Work?
  /// Pieces handed to the store and not answered yet.
  var keeping = 0
  /// The server has nothing more to say of the one that is fetched.
  var isEnded = false
  var isLoading = false
  /// The server has no room, or no such calls: not again in this session.
  var isGivenUp = false
  /// The budget is spent; what is on its way has not been answered for.
  var isHeldBack = false
  var repairs = 0
}

/// Photos never delay data: a session turns to them last, few bytes are on their way at a time, and what is
/// typed meanwhile ends the session and goes first in the next one.
extension SyncEngine {
  private static var blobFrameOverheadBytes: Int { 64 }
  /// A server that drops one blob's bytes more often has other trouble.
  private static var blobRepairsMaximum: Int { 2 }

  mutating func beginBlobs() -> [SyncAction] {
    guard start.hasBlobs, blobs.work == nil, !blobs.isLoading, !blobs.isGivenUp else { return [] }
    blobs.isLoading = true
    return [.loadBlobWork]
  }

  mutating func begin(_ work: BlobWork?) -> [SyncAction] {
    guard blobs.isLoading, state == .downloading || state == .exchangingBlobs else { return [] }
    blobs.isLoading = false
    guard let work else { return endBlobs() }
    let call = openCall()
    blobs.call = call
    blobs.isEnded = false
    switch work {
    case .put(let head):
      blobs.work = .putting(.init(head, over: start.link))
      return [.send(Frame(call: call, method: .putBlob, payload: PutBlobRequest.begin(head).encoded()))]
    case .get(let request):
      blobs.work = .getting(request)
      return [.send(Frame(call: call, method: .getBlob, payload: request.encoded(), end: true))]
    }
  }

  mutating func blobReceived(_ frame: Frame) -> [SyncAction] {
    if let status = frame.status, status.code != .ok { return blobFailed(status) }
    switch blobs.work {
    case .putting(let putting): return putReplied(frame, putting)
    case .getting(let getting): return pieceReceived(frame, getting)
    case nil: return []
    }
  }

  private mutating func putReplied(_ frame: Frame, _ putting: BlobProgress.Putting) -> [SyncAction] {
    guard let payload = frame.payload, let reply = try? PutBlobReply(decoding: payload),
      reply.isStored || reply.have < putting.head.size, reply.isStored == frame.end
    else { return finish(.violated(.unreadable(.putBlob))) }
    if reply.isStored, putting.head.type == .changeSet { return setIsPut(putting.head.hash) }
    let told: [SyncAction] =
      putting.head.type == .changeSet ? [] : [.recordBlob(hash: putting.head.hash, reply)]
    if reply.isStored { return told + nextBlob() }
    var putting = putting
    if putting.sent == nil {
      putting.sent = reply.have
    } else {
      putting.unanswered -= 1
    }
    guard !blobs.isHeldBack else {
      blobs.work = .putting(putting)
      return told + holdFilesBack()
    }
    return told + loadChunk(putting)
  }

  private mutating func loadChunk(_ putting: BlobProgress.Putting) -> [SyncAction] {
    var putting = putting
    defer { blobs.work = .putting(putting) }
    guard let sent = putting.sent, sent < putting.head.size, !putting.isLoading,
      putting.unanswered < WireLimits.blobChunksInFlight
    else { return [] }
    putting.isLoading = true
    let most = min(WireLimits.blobChunkBytes, frameBytes - Self.blobFrameOverheadBytes)
    let count = min(putting.growth.take(atMost: most), putting.head.size - sent)
    return [.loadBlob(hash: putting.head.hash, offset: sent, count: count)]
  }

  mutating func send(blob bytes: [UInt8]) -> [SyncAction] {
    guard case .putting(var putting)? = blobs.work, putting.isLoading, let sent = putting.sent,
      let call = blobs.call
    else { return [] }
    putting.isLoading = false
    guard !bytes.isEmpty, bytes.count <= putting.head.size - sent else {
      return [.send(Frame(call: call, cancel: true))] + nextBlob()
    }
    putting.sent = sent + bytes.count
    putting.unanswered += 1
    let frame = Frame(
      call: call, payload: PutBlobRequest.bytes(bytes).encoded(), end: putting.sent == putting.head.size)
    return [.send(frame)] + loadChunk(putting)
  }

  /// The session ends when the server has answered for what it was sent: the next one goes on there.
  mutating func holdFilesBack() -> [SyncAction] {
    guard state == .exchangingBlobs else { return [] }
    if case .putting(let putting)? = blobs.work, putting.unanswered > 0 {
      blobs.isHeldBack = true
      return []
    }
    return finish(.budgetSpent(HeldBack()))
  }

  private mutating func pieceReceived(_ frame: Frame, _ getting: GetBlobRequest) -> [SyncAction] {
    guard let payload = frame.payload, let piece = try? BlobPiece(decoding: payload) else {
      return finish(.violated(.unreadable(.getBlob)))
    }
    var next = getting
    next.offset += piece.bytes.count
    blobs.work = .getting(next)
    blobs.keeping += 1
    blobs.isEnded = frame.end
    return [.keepPiece(piece, of: getting.hash, offset: getting.offset)]
  }

  mutating func pieceKept(_ result: PieceResult) -> [SyncAction] {
    guard case .getting? = blobs.work, blobs.keeping > 0 else { return [] }
    blobs.keeping -= 1
    switch result {
    case .whole where blobs.isEnded: return nextBlob()
    case .kept where !blobs.isEnded: return []
    case .whole, .kept: return finish(.violated(.unexpectedEnd(.getBlob)))
    case .refused: return finish(.violated(.blobDiffers))
    }
  }

  private mutating func nextBlob() -> [SyncAction] {
    blobs.call = nil
    blobs.work = nil
    if let held = download.held { return [.loadNamedSet(held.page)] }
    blobs.isLoading = true
    return [.loadBlobWork]
  }

  /// What the books say of it stands, and so does the sync.
  private mutating func blobFailed(_ status: Status) -> [SyncAction] {
    let outcome = Self.outcome(of: status)
    let isAgain = status.reason == .blobDamaged && blobs.repairs < Self.blobRepairsMaximum
    if isAgain { blobs.repairs += 1 }
    if state == .uploading { return setIsNotPut(status, isAgain: isAgain) }
    if outcome == .revoked { return finish(.revoked) }
    if download.held != nil {
      // What the page named has left the scope since: the next session's pages do without it.
      return finish(status.reason == .blobNotThere ? .later(milliseconds: nil, status.reason) : outcome)
    }
    if isAgain { return nextBlob() }
    if case .budgetSpent = outcome { return holdFilesBack() }
    // One that arrives damaged however often it is sent is damaged here: those behind it go on.
    let isRefused: Bool = if case .refused = outcome { status.code != .unimplemented } else { false }
    let isForThisOne = isRefused || status.reason == .blobDamaged
    guard isForThisOne, let hash = blobs.hash else {
      blobs.isGivenUp = true
      return endBlobs()
    }
    return [.refuseBlob(hash: hash, status.reason)] + nextBlob()
  }

  private mutating func endBlobs() -> [SyncAction] {
    blobs.call = nil
    blobs.work = nil
    return state == .exchangingBlobs ? finish(.done) : []
  }
}

extension BlobProgress {
  /// Of the one that is on its way.
  fileprivate var hash: [UInt8]? {
    switch work {
    case .putting(let putting): putting.head.hash
    case .getting(let getting): getting.hash
    case nil: nil
    }
  }
}
