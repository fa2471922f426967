import LokBooks
import LokWire

/// Where the upload of a session stands.
struct UploadProgress: Hashable, Sendable {
  var call: UInt32?
  var isOpened = false
  var isLoading = false
  var isEnded = false
  var window = WireLimits.setsInFlight
  var growth: ChunkGrowth
  /// The server has every set before it: of these only its word is asked for.
  var known = DeviceSeq(1)
  var nextToSend = DeviceSeq(1)
  /// Sent and not committed, ascending.
  var sent: [AwaitedSet] = []
  /// Hashes of long sets that the server has, until a set of this upload names them.
  var put: Set<[UInt8]> = []
  /// The server does not take bytes beforehand: long sets go as the others do.
  var cannotPut = false
  /// How often the server has sent this phone back to an earlier number.
  var rewinds = 0

  init(over link: LinkClass) { growth = ChunkGrowth(link) }

  /// Sets that no word has come back for: `stored` frees the window, since it already is a promise.
  var unanswered: Int { sent.count { !$0.isStored } }
}

extension SyncEngine {
  /// A server that sends a phone back more often than this contradicts itself.
  private static var rewindsMaximum: Int { 3 }
  /// What an upload frame takes beside its sets.
  static var frameOverheadBytes: Int { 64 }

  /// What goes up before Hello is answered: a stranger whose nonce has run out may send so much with it.
  private static var withHelloBytes: Int { 3 * 1024 }

  /// There are own sets that no receipt is held of.
  var hasUnproven: Bool { start.firstUnproven <= start.outboxLast }

  /// Asks for the whole rest of a short outbox: a round trip is saved where it fits.
  func loadWithHello() -> [SyncAction] {
    guard goal == .sync || goal == .follow, start.nonce != nil, hasUnproven else { return [] }
    return [
      .loadOutbox(from: start.firstUnproven, sets: WireLimits.setsInFlight, bytes: Self.withHelloBytes)
    ]
  }

  /// Nothing is sent with Hello but all there is: the server takes only what leads to the chain it signed.
  private mutating func sendWithHello(_ sets: [OutboxSet]) -> [SyncAction] {
    guard let first = sets.first, first.firstDeviceSeq == start.firstUnproven,
      sets.last?.next == start.outboxLast.advanced(by: 1),
      sets.reduce(0, { $1.next <= start.firstUnstored ? $0 : $0 + $1.frameBytes }) <= Self.withHelloBytes
    else { return [] }
    upload.call = openCall()
    upload.known = start.firstUnstored
    upload.nextToSend = first.firstDeviceSeq
    return send(signed: sets, isWithHello: true)
  }

  mutating func beginUpload(from first: DeviceSeq) -> [SyncAction] {
    guard first <= start.outboxLast else { return beginNewEpoch() }
    state = .uploading
    upload.call = openCall()
    upload.isOpened = false
    upload.isEnded = false
    upload.nextToSend = first
    upload.sent.removeAll()
    return loadMore()
  }

  mutating func loadMore() -> [SyncAction] {
    let free = upload.window - upload.unanswered
    guard !upload.isLoading, !upload.isEnded, free > 0, blobs.work == nil else { return [] }
    upload.isLoading = true
    let bytes = upload.growth.take(atMost: frameBytes - Self.frameOverheadBytes)
    return [.loadOutbox(from: upload.nextToSend, sets: free, bytes: bytes)]
  }

  mutating func send(_ sets: [OutboxSet]) -> [SyncAction] {
    if case .hello(let step) = state, !step.wasChallenged, upload.call == nil { return sendWithHello(sets) }
    guard state == .uploading, upload.isLoading, let call = upload.call else { return [] }
    upload.isLoading = false
    // Sets beyond the signed chain were written after Hello: they wait for the next session.
    let signed = sets.filter { $0.next <= start.outboxLast.advanced(by: 1) }
    guard let first = signed.first else { return endUpload(call) }
    guard first.firstDeviceSeq == upload.nextToSend else { return loadMore() }
    if mustBePut(first) { return put(first) }
    return send(signed: Array(signed.prefix { !mustBePut($0) }), isWithHello: false) + loadMore()
  }

  private mutating func send(signed: [OutboxSet], isWithHello: Bool) -> [SyncAction] {
    guard let call = upload.call, let last = signed.last else { return [] }
    let first = upload.nextToSend
    upload.nextToSend = last.next
    upload.isEnded = upload.nextToSend > start.outboxLast
    upload.sent += signed.map {
      AwaitedSet(firstDeviceSeq: $0.firstDeviceSeq, count: $0.count, hash: $0.hash, firstHLC: $0.firstHLC)
    }
    let request = UploadRequest(
      firstDeviceSeq: first,
      sets: signed.map { set in
        if set.next <= upload.known { return UploadSet(count: set.count, bytes: nil) }
        let isPut = upload.put.contains(set.hash)
        return UploadSet(
          count: set.count, bytes: isPut ? nil : set.bytes, put: isPut ? set.hash : nil, keys: set.keys)
      },
      isWithHello: isWithHello)
    let payload = request.encoded()
    let keys = request.encodedKeys()
    let bytes = payload.count + (keys?.count ?? 0)
    guard bytes + Self.frameOverheadBytes / 2 <= frameBytes else {
      return finish(.violated(.setAboveFrame(bytes: bytes, limit: frameBytes)))
    }
    let frame = Frame(
      call: call, method: upload.isOpened ? nil : .upload, payload: payload, keys: keys,
      end: upload.isEnded)
    upload.isOpened = true
    return [.recordSent(signed), .send(frame)]
  }

  private mutating func endUpload(_ call: UInt32) -> [SyncAction] {
    guard upload.isOpened else { return beginNewEpoch() }
    upload.isEnded = true
    return [.send(Frame(call: call, end: true))]
  }

  /// What went with Hello was not taken as it came: it goes after it.
  mutating func uploadRepliedEarly(_ frame: Frame) -> [SyncAction] {
    if let status = frame.status, status.code != .ok { upload = UploadProgress(over: start.link) }
    return []
  }

  mutating func uploadReplied(_ frame: Frame) -> [SyncAction] {
    var actions: [SyncAction] = []
    if let payload = frame.payload {
      guard let reply = try? UploadReply(decoding: payload) else {
        return finish(.violated(.unreadable(.upload)))
      }
      if let through = reply.storedThrough { actions += stored(before: through.advanced(by: 1)) }
      if let acknowledgement = reply.acknowledgement {
        do throws(ReceiptError) {
          actions += try committed(acknowledgement)
        } catch {
          return actions + finish(.unproven(error))
        }
      }
    }
    if let status = frame.status, status.code != .ok { return actions + uploadFailed(status) }
    guard frame.end else { return actions + loadMore() }
    return actions + (upload.isEnded ? beginNewEpoch() : finish(.violated(.unexpectedEnd(.upload))))
  }

  /// - Parameter bound: the first number that is not promised; never beyond what was sent.
  private mutating func stored(before bound: DeviceSeq) -> [SyncAction] {
    let promised = min(bound, upload.nextToSend)
    for index in upload.sent.indices where upload.sent[index].next <= promised {
      upload.sent[index].isStored = true
    }
    return [.recordStored(before: promised)]
  }

  private mutating func committed(_ acknowledgement: Acknowledgement) throws(ReceiptError) -> [SyncAction] {
    guard let epoch else { return [] }
    let check = AcknowledgementCheck(
      block: start.block, device: start.device, epoch: epoch, serverKey: start.serverKey)
    let receipt = try check.receipt(for: acknowledgement, of: upload.sent)
    let done = Set(acknowledgement.committed.map(\.firstDeviceSeq))
    upload.sent.removeAll { done.contains($0.firstDeviceSeq) }
    return [.recordCommitted(receipt)]
  }

  private mutating func uploadFailed(_ status: Status) -> [SyncAction] {
    if status.reason == .deviceSeqAhead, let next = status.nextDeviceSeq, next < upload.nextToSend {
      upload.rewinds += 1
      guard upload.rewinds <= Self.rewindsMaximum else { return finish(.refused(status)) }
      upload.isLoading = false
      upload.known = min(upload.known, next)
      return beginUpload(from: next)
    }
    if status.reason == .blobNotThere, !upload.put.isEmpty {
      // The server has dropped what was put: it goes up once more.
      upload.rewinds += 1
      guard upload.rewinds <= Self.rewindsMaximum else { return finish(.refused(status)) }
      upload.put = []
      upload.isLoading = false
      return beginUpload(from: upload.sent.first?.firstDeviceSeq ?? upload.nextToSend)
    }
    let outcome = Self.outcome(of: status)
    // A full server or a refused upload is no reason to keep others' sets from this phone.
    switch outcome {
    case .later, .refused, .revoked:
      uploadOutcome = outcome
      return beginNewEpoch()
    default: return finish(outcome)
    }
  }
}
