import LokBooks
package import LokWire

/// One session of a phone with its server, as a machine stepped by events.
///
/// Hello (once more after a challenge), in its flight what is left of a short outbox → the two chains
/// compared → the outbox uploaded from the first set without a receipt → pages downloaded → blobs → finished.
/// `.finish` is the last action of every session; what comes after it is ignored, as are frames of calls
/// that were given up. A frame that cannot be read or does not follow is the server's fault and ends the
/// session; events that answer no action are the driver's fault and are ignored.
package struct SyncEngine: Sendable {
  enum State: Hashable, Sendable {
    case idle
    case hello(HelloStep)
    case comparing(SessionTerms)
    case uploading
    case downloading
    /// Sets and pages are done; only blobs are left.
    case exchangingBlobs
    case asking(call: UInt32, Method)
    case checking
    case finished
  }

  struct HelloStep: Hashable, Sendable {
    var call: UInt32
    var request: HelloRequest
    /// What it signed; nil at first contact.
    var nonce: [UInt8]?
    var wasChallenged: Bool
  }

  /// What a session is for, once the server is known to have this store's chain.
  package enum Goal: Hashable, Sendable {
    case sync
    /// A sync that does not end with its last page: what comes later is pushed by the server, until `.leave`.
    case follow
    /// One unary call; its answer is the outcome.
    case ask(Method, [UInt8])
    /// Older sets of CBOs that came as snapshots.
    case history([DownloadRequest.History])
  }

  package internal(set) var start: SessionStart
  let goal: Goal
  var state = State.idle
  package internal(set) var nextCall: UInt32 = 1
  var epoch: Epoch?
  /// The server's shard was put back since this phone stood there.
  var isRestored = false
  /// CBOs that it then held of a history that is gone.
  var lost: [RecordID] = []
  var frameBytes = WireLimits.frameBytesDefault
  var head = Seq.zero
  var serverScope: UInt32 = 0
  /// It is another one than Hello told.
  var scopeHasMoved = false
  var upload: UploadProgress
  var download = DownloadProgress()
  var snapshots: SnapshotProgress?
  /// They are here, or the server has none.
  var hasSnapshots = false
  /// The CBO that is being fetched anew, and all of this session.
  var mending: RecordID?
  var mended: Set<RecordID> = []
  var check: CheckProgress?
  /// By the server's word, or on wish: all of it is compared when the download is through.
  var mustCompare = false
  var blobs = BlobProgress()
  /// What the upload ended with, told after the download.
  var uploadOutcome: SyncOutcome?

  /// - Parameter firstCall: where the connection has had calls before, one beyond them; odd.
  package init(_ start: SessionStart, goal: Goal = .sync, firstCall: UInt32 = 1) {
    self.start = start
    self.goal = goal
    nextCall = firstCall
    upload = UploadProgress(over: start.link)
  }

  /// What comes now is a long set, and no file.
  var isFetchingSet: Bool { download.held != nil }

  /// What goes by a call of blobs is a file, and nothing that was typed.
  var isMovingFile: Bool { (state == .downloading || state == .exchangingBlobs) && !isFetchingSet }

  package var isFinished: Bool { state == .finished }

  package mutating func event(_ event: SyncEvent) -> [SyncAction] {
    guard !isFinished else { return [] }
    switch event {
    case .connected: return state == .idle ? sayHello() + loadWithHello() : []
    case .frame(let frame): return received(frame)
    case .ownChain(let chain): return compare(chain)
    case .wentBack(let place): return wentBack(to: place)
    case .outbox(let sets): return send(sets)
    case .place(let cursor, let have): return ask(from: cursor, have: have)
    case .pageApplied(let result): return pageApplied(result)
    case .snapshotRequest(let request): return askSnapshots(request)
    case .snapshotApplied(let result): return snapshotApplied(result)
    case .held(let cbos): return beginCheck(cbos)
    case .digestsCompared(let differing, let count): return digestsCompared(differing, count: count)
    case .blobWork(let work): return begin(work)
    case .blobBytes(let bytes): return send(blob: bytes)
    case .filesHeldBack: return holdFilesBack()
    case .pieceKept(let result): return pieceKept(result)
    case .namedSet(let request): return fetch(request)
    case .leave: return leave()
    case .deadline, .closed: return finish(.brokenOff)
    }
  }

  mutating func finish(_ outcome: SyncOutcome) -> [SyncAction] {
    state = .finished
    return [.finish(outcome)]
  }

  mutating func openCall() -> UInt32 {
    defer { nextCall += 2 }
    return nextCall
  }

  private mutating func received(_ frame: Frame) -> [SyncAction] {
    switch state {
    case .hello(let step) where frame.call == step.call: helloReplied(frame, step)
    case .hello where frame.call == upload.call: uploadRepliedEarly(frame)
    case .uploading where frame.call == blobs.call: blobReceived(frame)
    case .uploading where frame.call == upload.call: uploadReplied(frame)
    case .downloading where frame.call == snapshots?.call: snapshots.map { snapshotReceived(frame, $0) } ?? []
    case .downloading where frame.call == download.call: pageReceived(frame)
    case .downloading where frame.call == blobs.call, .exchangingBlobs where frame.call == blobs.call:
      blobReceived(frame)
    case .asking(let call, let method) where frame.call == call: answered(frame, method)
    case .checking where frame.call == check?.call: digestsReceived(frame)
    default: []
    }
  }

  /// In short while the server is thought to know the rest; in full with the nonce of its challenge.
  private mutating func sayHello(challenge: [UInt8]? = nil) -> [SyncAction] {
    let nonce = challenge ?? start.nonce
    let signed = nonce.map {
      SignedBytes.session(
        nonce: $0, block: start.block, device: start.device, outboxLast: start.outboxLast,
        chain: start.outboxChain)
    }
    let isInFull = challenge != nil
    let hello = HelloRequest(
      appBuild: isInFull ? start.appBuild : "", block: start.block, device: start.device, nonce: challenge,
      outboxLast: start.outboxLast, outboxChain: isInFull || hasUnproven ? start.outboxChain : nil,
      signature: signed.map { start.key.signature(over: $0) } ?? [], epoch: start.cursor.epoch,
      cursor: start.cursor.seq, scopeVersion: start.cursor.scopeVersion,
      maximumFrameBytes: start.maximumFrameBytes, byteBudget: start.byteBudget,
      link: start.link, books: start.books)
    let call = openCall()
    state = .hello(HelloStep(call: call, request: hello, nonce: nonce, wasChallenged: isInFull))
    return [.send(Frame(call: call, method: .hello, payload: hello.encoded(), end: true))]
  }

  private mutating func helloReplied(_ frame: Frame, _ step: HelloStep) -> [SyncAction] {
    let reply = frame.payload.flatMap { try? HelloReply(decoding: $0) }
    if let status = frame.status, status.code != .ok {
      guard status.reason == .challenge else { return failed(status) }
      guard !step.wasChallenged else { return finish(.violated(.challengedTwice)) }
      guard let nonce = reply?.nonce else { return finish(.violated(.incompleteHello)) }
      upload = UploadProgress(over: start.link)
      return sayHello(challenge: nonce)
    }
    guard let reply else { return finish(.violated(.unreadable(.hello))) }
    guard let nonce = step.nonce,
      let terms = SessionTerms(reply, to: step.request, signed: nonce, start.outboxChain)
    else { return finish(.violated(.incompleteHello)) }
    return agreed(terms)
  }

  private mutating func agreed(_ terms: SessionTerms) -> [SyncAction] {
    isRestored = (start.cursor.epoch ?? start.heardEpoch).map { $0 != terms.epoch } ?? false
    guard isRestored || !isPutBack(terms) else { return finish(putBack) }
    epoch = terms.epoch
    head = terms.head
    serverScope = terms.scopeVersion
    mustCompare = terms.booksDiffer || start.comparesBooks || isRestored
    frameBytes = min(Int(terms.maximumFrameBytes), Int(start.maximumFrameBytes))
    upload.window = max(1, min(Int(terms.setsInFlight), WireLimits.setsInFlight))
    state = .comparing(terms)
    return [.remember(nonce: terms.nonce, epoch: terms.epoch)] + comparingAction(terms)
  }

  /// The server knows a set that this store never wrote, or other bytes under its numbers: the store was
  /// rolled back or copied.
  private mutating func compare(_ own: [UInt8]?) -> [SyncAction] {
    guard case .comparing(let terms) = state else { return [] }
    guard let own, own == terms.chain, terms.nextDeviceSeq <= start.outboxLast.advanced(by: 1) else {
      return finish(.reenrol(.reenroll))
    }
    // Equal chains prove that the server has these very bytes, also where its word for it was lost.
    let proven: [SyncAction] = [.recordStored(before: terms.nextDeviceSeq)]
    switch goal {
    case .sync where upload.isOpened, .follow where upload.isOpened:
      state = .uploading
      return proven
    case .sync, .follow:
      upload.known = terms.nextDeviceSeq
      return proven + beginUpload(from: min(terms.nextDeviceSeq, start.firstUnproven))
    case .history(let missing): return proven + askHistory(missing)
    case .ask(let method, let payload):
      let call = openCall()
      state = .asking(call: call, method)
      return proven + [.send(Frame(call: call, method: method, payload: payload, end: true))]
    }
  }

  private mutating func answered(_ frame: Frame, _ method: Method) -> [SyncAction] {
    if let status = frame.status, status.code != .ok { return failed(status) }
    guard let payload = frame.payload else { return finish(.violated(.unexpectedEnd(method))) }
    return finish(.answered(payload))
  }

  /// A call ended badly: the three behaviours.
  mutating func failed(_ status: Status) -> [SyncAction] {
    finish(status.reason == .serverPutBack ? putBack : Self.outcome(of: status))
  }

  /// What a status means for this phone.
  static func outcome(of status: Status) -> SyncOutcome {
    switch status.reason {
    case .reenroll, .deviceSuspended, .idReused: return .reenrol(status.reason ?? .reenroll)
    case .deviceRevoked: return .revoked
    case .budgetSpent: return .budgetSpent(HeldBack(status))
    default: break
    }
    switch status.next ?? nextStep(without: status.code) {
    case .wait: return .later(milliseconds: status.retryAfterMilliseconds, status.reason)
    case .repair: return .later(milliseconds: status.retryAfterMilliseconds, status.reason)
    case .showPerson: return .refused(status)
    }
  }

  /// For a server that names no step: what passes by itself is waited for, all else is shown.
  private static func nextStep(without code: StatusCode) -> NextStep {
    switch code {
    case .unavailable, .resourceExhausted, .deadlineExceeded, .aborted, .cancelled: .wait
    default: .showPerson
    }
  }
}
