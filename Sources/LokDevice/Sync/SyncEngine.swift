import LokBooks
package import LokWire

/// One session of a phone with its server, as a machine stepped by events.
///
/// Hello (once more after a challenge) → the two chains compared → the outbox uploaded from the first
/// set without a receipt → pages downloaded → finished. `.finish` is the last action of every session;
/// what comes after it is ignored, as are frames of calls that were given up. A frame that cannot be
/// read or does not follow is the server's fault and ends the session; events that answer no action are
/// the driver's fault and are ignored.
package struct SyncEngine: Sendable {
  enum State: Hashable, Sendable {
    case idle
    case hello(HelloStep)
    case comparing(HelloReply)
    case uploading
    case downloading
    case asking(call: UInt32, Method)
    case finished
  }

  struct HelloStep: Hashable, Sendable {
    var call: UInt32
    var wasChallenged: Bool
  }

  /// What a session is for, once the server is known to have this store's chain.
  package enum Goal: Hashable, Sendable {
    case sync
    /// One unary call; its answer is the outcome.
    case ask(Method, [UInt8])
  }

  package let start: SessionStart
  let goal: Goal
  var state = State.idle
  var nextCall: UInt32 = 1
  var epoch: Epoch?
  var frameBytes = WireLimits.frameBytesDefault
  var head = Seq.zero
  var serverScope: UInt32 = 0
  var upload = UploadProgress()
  var download = DownloadProgress()
  /// What the upload ended with, told after the download.
  var uploadOutcome: SyncOutcome?

  package init(_ start: SessionStart, goal: Goal = .sync) {
    self.start = start
    self.goal = goal
  }

  package var isFinished: Bool { state == .finished }

  package mutating func event(_ event: SyncEvent) -> [SyncAction] {
    guard !isFinished else { return [] }
    switch event {
    case .connected: return state == .idle ? sayHello(nonce: start.nonce, wasChallenged: false) : []
    case .frame(let frame): return received(frame)
    case .ownChain(let chain): return compare(chain)
    case .outbox(let sets): return send(sets)
    case .place(let cursor, let have): return ask(from: cursor, have: have)
    case .pageApplied(let result): return pageApplied(result)
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
    case .uploading where frame.call == upload.call: uploadReplied(frame)
    case .downloading where frame.call == download.call: pageReceived(frame)
    case .asking(let call, let method) where frame.call == call: answered(frame, method)
    default: []
    }
  }

  private mutating func sayHello(nonce: [UInt8]?, wasChallenged: Bool) -> [SyncAction] {
    let signed = nonce.map {
      SignedBytes.session(
        nonce: $0, block: start.block, device: start.device, outboxLast: start.outboxLast,
        chain: start.outboxChain)
    }
    let hello = HelloRequest(
      appBuild: start.appBuild, block: start.block, device: start.device, nonce: nonce,
      outboxLast: start.outboxLast, outboxChain: start.outboxChain,
      signature: signed.map { start.key.signature(over: $0) } ?? [], epoch: start.cursor.epoch,
      cursor: start.cursor.seq, scopeVersion: start.cursor.scopeVersion,
      maximumFrameBytes: start.maximumFrameBytes)
    let call = openCall()
    state = .hello(HelloStep(call: call, wasChallenged: wasChallenged))
    return [.send(Frame(call: call, method: .hello, payload: hello.encoded(), end: true))]
  }

  private mutating func helloReplied(_ frame: Frame, _ step: HelloStep) -> [SyncAction] {
    if let status = frame.status, status.code != .ok {
      guard status.reason == .challenge else { return failed(status) }
      guard !step.wasChallenged else { return finish(.violated(.challengedTwice)) }
      guard let payload = frame.payload, let reply = try? HelloReply(decoding: payload), !reply.nonce.isEmpty
      else { return finish(.violated(.incompleteHello)) }
      return sayHello(nonce: reply.nonce, wasChallenged: true)
    }
    guard let payload = frame.payload, let reply = try? HelloReply(decoding: payload) else {
      return finish(.violated(.unreadable(.hello)))
    }
    guard let epoch = reply.epoch else { return finish(.violated(.incompleteHello)) }
    if let known = start.cursor.epoch, known != epoch {
      return finish(.violated(.epochChanged(from: known, to: epoch)))
    }
    guard reply.head >= start.cursor.seq else {
      return finish(.violated(.serverBehind(head: reply.head, cursor: start.cursor.seq)))
    }
    self.epoch = epoch
    head = reply.head
    serverScope = reply.scopeVersion
    frameBytes = min(Int(reply.maximumFrameBytes), Int(start.maximumFrameBytes))
    upload.window = max(1, min(Int(reply.setsInFlight), WireLimits.setsInFlight))
    state = .comparing(reply)
    return [.remember(nonce: reply.nonce, epoch: epoch), .loadChain(before: reply.nextDeviceSeq)]
  }

  /// The server knows a set that this store never wrote, or other bytes under its numbers: the store was
  /// rolled back or copied.
  private mutating func compare(_ own: [UInt8]?) -> [SyncAction] {
    guard case .comparing(let reply) = state else { return [] }
    guard let own, own == reply.chain, reply.nextDeviceSeq <= start.outboxLast.advanced(by: 1) else {
      return finish(.reenrol(.reenroll))
    }
    // Equal chains prove that the server has these very bytes, also where its word for it was lost.
    let proven: [SyncAction] = [.recordStored(before: reply.nextDeviceSeq)]
    switch goal {
    case .sync: return proven + beginUpload(from: min(reply.nextDeviceSeq, start.firstUnproven))
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
  mutating func failed(_ status: Status) -> [SyncAction] { finish(Self.outcome(of: status)) }

  /// What a status means for this phone.
  static func outcome(of status: Status) -> SyncOutcome {
    switch status.reason {
    case .reenroll, .deviceSuspended, .idReused: return .reenrol(status.reason ?? .reenroll)
    case .deviceRevoked: return .revoked
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
