import LokBooks
import LokTransport
import LokWire

/// Blobs up and down, each in a call of its own beside the others.
extension Session {
  /// One blob going up.
  struct BlobUpload: Sendable {
    let head: BlobHead
    /// Bytes handed to the desk, with those that were there; nil until it has said where to go on.
    var handed: Int?
    /// Chunks that it has not answered for.
    var unanswered = 0
  }

  /// One blob going down. One piece at most is read ahead of what the connection takes.
  struct BlobDownload: Sendable {
    /// The next piece.
    var next: GetBlobRequest
    var isReading = false
    var isBegun = false
    var growth: ChunkGrowth

    init(_ request: GetBlobRequest, over link: LinkClass) {
      next = request
      growth = ChunkGrowth(link)
    }
  }

  /// What a frame takes beside a piece.
  private static let pieceOverheadBytes = 64
  /// Of a file, to about the last byte of a budget: what is cut off goes on at its byte, so no piece is too
  /// small to be of use.
  private static let smallestPieceBytes = 64

  /// - Throws: the status that ends the call.
  mutating func beginPut(
    _ request: PutBlobRequest, _ call: UInt32, _ identity: Identity, until deadline: Instant
  ) throws(Status) -> [Action] {
    guard case .begin(let head) = request, head.size > 0 else { throw Self.badRequest }
    // What a revoked device has typed still goes up, to be set aside.
    if let refusedReads, head.type != .changeSet {
      throw Status(.permissionDenied, refusedReads, next: .showPerson)
    }
    guard head.size <= head.type.bytesMaximum else {
      throw Status(
        .invalidArgument, .blobTooLarge, next: .showPerson,
        arguments: [Int64(head.size), Int64(head.type.bytesMaximum)])
    }
    calls[call] = Call(deadline: deadline, work: .putBlob(BlobUpload(head: head)))
    return [.askBlobs(call: call, identity.block, identity.device, .begin(head))]
  }

  mutating func putContinued(_ blob: BlobUpload, _ frame: Frame) -> [Action] {
    guard let payload = frame.payload else { return frame.end ? end(frame.call, Self.badRequest) : [] }
    guard let identity, let offset = blob.handed, let request = try? PutBlobRequest(decoding: payload),
      case .bytes(let bytes) = request, (1...WireLimits.blobChunkBytes).contains(bytes.count),
      bytes.count <= blob.head.size - offset, blob.unanswered < WireLimits.blobChunksInFlight
    else { return end(frame.call, Self.badRequest) }
    var blob = blob
    blob.handed = offset + bytes.count
    blob.unanswered += 1
    calls[frame.call]?.work = .putBlob(blob)
    let question = BlobQuestion.append(blob.head, offset: offset, bytes: bytes)
    return [.askBlobs(call: frame.call, identity.block, identity.device, question)]
  }

  mutating func putAnswered(_ blob: BlobUpload, _ answer: PutBlobReply, _ call: UInt32) -> [Action] {
    if answer.isStored { return reply(call, answer.encoded()) }
    var blob = blob
    if blob.handed == nil {
      blob.handed = answer.have
    } else {
      blob.unanswered -= 1
    }
    calls[call]?.work = .putBlob(blob)
    return [send(Frame(call: call, payload: answer.encoded()))]
  }

  mutating func beginGet(_ request: GetBlobRequest, _ call: UInt32, until deadline: Instant) -> [Action] {
    calls[call] = Call(deadline: deadline, work: .getBlob(BlobDownload(request, over: link)))
    return nextBlobPiece(call)
  }

  mutating func nextBlobPiece(_ call: UInt32) -> [Action] {
    guard isWritable, let identity, case .getBlob(var blob)? = calls[call]?.work, !blob.isReading else {
      return []
    }
    // A set belongs to its page, which goes whole.
    let isFile: Bool = if case .record = blob.next.source { true } else { false }
    if isFile, isBudgetSpent { return end(call, HeldBack().status) }
    blob.isReading = true
    var most = min(WireLimits.blobChunkBytes, maximumFrameBytes - Self.pieceOverheadBytes)
    if isFile, let budgetLeft {
      most = min(most, max(budgetLeft - Self.pieceOverheadBytes, Self.smallestPieceBytes))
    }
    let bytes = blob.growth.take(atMost: most)
    calls[call]?.work = .getBlob(blob)
    let question = BlobQuestion.read(blob.next, maximumBytes: bytes)
    return [.askBlobs(call: call, identity.block, identity.device, question)]
  }

  mutating func pieceRead(_ blob: BlobDownload, _ bytes: [UInt8], _ size: Int, _ call: UInt32) -> [Action] {
    let piece = BlobPiece(size: blob.isBegun ? nil : size, bytes: bytes).encoded()
    var blob = blob
    blob.next.offset += bytes.count
    if bytes.isEmpty || blob.next.offset >= size { return reply(call, piece) }
    blob.isReading = false
    blob.isBegun = true
    calls[call]?.work = .getBlob(blob)
    return [send(Frame(call: call, payload: piece))] + nextBlobPiece(call)
  }
}
