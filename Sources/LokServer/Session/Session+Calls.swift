import LokBooks
import LokShard
import LokTransport
import LokWire

extension Session {
  /// A call that has not ended.
  struct Call: Sendable {
    enum Work: Sendable {
      case hello(HelloRequest)
      /// The store does not fit and its number is being suspended; then this is said.
      case suspending(Status)
      case carry(CarryRequest)
      case register(RegisterRequest, codeHash: [UInt8])
      case registering(BlockCode)
      case upload(Upload)
      case download(Download)
      case snapshot(SnapshotStream)
      case putBlob(BlobUpload)
      case getBlob(BlobDownload)
      case head(BlockCode)
      case digest
      case operate
    }
    var deadline: Instant
    var work: Work

    /// It reads the books, or what lies beside them: for a device in good standing only.
    var isRead: Bool {
      switch work {
      case .download, .snapshot, .getBlob, .head, .digest: true
      case .putBlob(let blob): blob.head.type != .changeSet
      case .hello, .suspending, .carry, .register, .registering, .upload, .operate: false
      }
    }
    /// Something of it may have become durable.
    var isWrite: Bool {
      switch work {
      case .upload, .registering, .suspending, .operate: true
      case .hello, .carry, .register, .download, .snapshot, .putBlob, .getBlob, .head, .digest: false
      }
    }
  }

  mutating func open(_ frame: Frame, _ number: UInt32, at now: Now) -> [Action] {
    let call = frame.call
    let method = Method(rawValue: number)
    guard call > highestCall, call % 2 == 1 else {
      return calls[call] == nil ? refuse(call, Self.badRequest) : end(call, Self.badRequest)
    }
    let isFirst = highestCall == 0
    highestCall = call
    if method != .hello, method != .register, state == .greeting || waitsForHello(frame) {
      return beforeHello(frame, isFirst: isFirst)
    }
    return admit(frame, method, at: now)
  }

  /// A call of somebody known begins, if there is such a method and room for it.
  mutating func admit(_ frame: Frame, _ method: Method?, at now: Now) -> [Action] {
    let call = frame.call
    guard let method, side.knows(method) else {
      return refuse(call, Status(.unimplemented, .unknownMethod, next: .showPerson))
    }
    if side == .control, identity == nil, method != .operate, method != .carry {
      return refuse(call, Status(.failedPrecondition, .callBeforeHello, next: .showPerson))
    }
    tally.methods.append(method)
    if state == .draining { return refuse(call, Self.shuttingDown) }
    guard calls.count < WireLimits.callsInFlight else {
      return refuse(
        call, Status(.resourceExhausted, .tooManyCalls, retryAfterMilliseconds: 1_000, next: .wait))
    }
    do {
      return try begin(
        method, frame, deadline: now.instant + Self.deadline(frame, Self.longestDeadline), at: now)
    } catch let status as Status {
      return refuse(call, status)
    } catch {
      return refuse(call, Self.badRequest)
    }
  }

  private mutating func begin(
    _ method: Method, _ frame: Frame, deadline: Instant, at now: Now
  ) throws -> [Action] {
    let payload = frame.payload ?? []
    switch method {
    case .hello:
      return try hello(HelloRequest(decoding: payload), frame.call, deadline, at: now)
    case .register:
      return try register(RegisterRequest(decoding: payload), frame.call, deadline)
    case .carry:
      return try carry(CarryRequest(decoding: payload), frame.call, deadline)
    case .operate:
      let request = try OperatorRequest(decoding: payload)
      calls[frame.call] = Call(deadline: deadline, work: .operate)
      return [.operate(call: frame.call, request)]
    case .upload:
      calls[frame.call] = Call(deadline: deadline, work: .upload(Upload()))
      return continued(frame, at: now)
    case .putBlob:
      guard let identity else { throw Self.badRequest }
      return try beginPut(PutBlobRequest(decoding: payload), frame.call, identity, until: deadline)
    case .download, .snapshot, .getBlob, .head, .digest:
      guard let identity else { throw Self.badRequest }
      if let refusedReads { throw Status(.permissionDenied, refusedReads, next: .showPerson) }
      return try beginRead(method, frame, identity, deadline, at: now)
    }
  }

  private mutating func beginRead(
    _ method: Method, _ frame: Frame, _ identity: Identity, _ deadline: Instant, at now: Now
  ) throws -> [Action] {
    let call = frame.call
    let payload = frame.payload ?? []
    switch method {
    case .download:
      let request = try DownloadRequest(decoding: payload)
      let cursor = DownloadCursor(
        device: identity.device, request: request, putsOwnFirst: budgetLeft != nil,
        namesSets: side == .network)
      let until = request.follows ? now.instant + Self.deadline(frame, Self.longestFollowing) : deadline
      calls[call] = Call(deadline: until, work: .download(Download(cursor: cursor, request, over: link)))
      return (request.follows ? [.follow(identity.block)] : []) + nextPage(call)
    case .snapshot:
      return beginSnapshots(try SnapshotRequest(decoding: payload), call, identity, until: deadline)
    case .getBlob: return try beginGet(GetBlobRequest(decoding: payload), call, until: deadline)
    case .digest:
      let cbos = try CboDigest.decodeRequest(payload)
      guard cbos.count <= WireLimits.digestsPerCall else { throw Self.badRequest }
      calls[call] = Call(deadline: deadline, work: .digest)
      return [.readDigests(call: call, identity.block, identity.device, cbos)]
    default:
      calls[call] = Call(deadline: deadline, work: .head(identity.block))
      return [.readHead(call: call, identity.block)]
    }
  }

  private static func deadline(_ frame: Frame, _ longest: Duration) -> Duration {
    min(frame.deadline ?? longest, longest)
  }

  /// A further frame of an open call.
  mutating func continued(_ frame: Frame, at now: Now) -> [Action] {
    guard !frame.cancel else {
      // What is being stored is answered in vain; its sets are stored all the same.
      calls[frame.call] = nil
      return []
    }
    switch calls[frame.call]?.work {
    case .upload(let upload): return uploadContinued(upload, frame, at: now)
    case .putBlob(let blob): return putContinued(blob, frame)
    // The one request of the other calls came in the opening frame.
    default: return frame.payload == nil ? [] : end(frame.call, Self.badRequest)
    }
  }

  mutating func proceed(_ open: Call, _ call: UInt32, _ answer: Answer, at now: Now) -> [Action] {
    switch (open.work, answer) {
    case (.hello(let request), .device(let found)): helloFound(request, found, call, open, at: now)
    case (.carry(let request), .device(let found)): carriedFound(request, found, call, at: now)
    case (.suspending(let status), .outcome): end(call, status)
    case (.register(let request, let hash), .code(let reason)):
      codeChecked(request, hash, reason, call, open)
    case (.register(let request, _), .device(let found)): predecessorFound(request, found, call, open)
    case (.registering(let block), .outcome(let result, let epoch)):
      registered(block, result, epoch, call, at: now)
    case (.upload(let upload), _): uploadAnswered(upload, answer, call, at: now)
    case (.download(let download), .page(let page, let cursor)):
      pageRead(download, page, cursor, call)
    case (.download(let download), .heldBack(let page, let cursor, let held)):
      heldBack(download, page, cursor, held, call)
    case (.snapshot(let stream), .snapshot(let page, let cursor)):
      snapshotRead(stream, page, cursor, call)
    case (.putBlob(let blob), .blob(.has(let reply))): putAnswered(blob, reply, call)
    case (.getBlob(let blob), .blob(.piece(let piece, let size))): pieceRead(blob, piece, size, call)
    case (.head(let block), .head(let epoch, let size, let root)):
      headRead(block, epoch, size, root, call, at: now)
    case (.digest, .digests(let digests)): reply(call, CboDigest.encodeReply(digests))
    case (.operate, .operated(let operated)): reply(call, operated.encoded())
    default: end(call, Status(.internal, .internal, next: .wait))
    }
  }

  /// What a backend could not do.
  mutating func refused(_ call: UInt32, _ open: Call, _ status: Status, at now: Now) -> [Action] {
    if case .upload(let upload) = open.work {
      return uploadAnswered(upload, .refused(status, sets: 0), call, at: now)
    }
    if case .suspending(let reenroll) = open.work { return end(call, reenroll) }
    return end(call, status)
  }

  /// The call's only answer.
  mutating func reply(_ call: UInt32, _ payload: [UInt8]) -> [Action] {
    calls[call] = nil
    return [send(Frame(call: call, payload: payload, end: true))]
  }

  /// The same, or the last one of several.
  mutating func reply(_ call: UInt32, _ page: ReadPage) -> [Action] {
    calls[call] = nil
    return [send(Frame(call: call, keys: page.keys, end: true), carrying: page.payload)]
  }

  /// The call ends otherwise than hoped. A stranger may be refused a few times only.
  mutating func end(_ call: UInt32, _ status: Status, payload: [UInt8]? = nil) -> [Action] {
    calls[call] = nil
    return refuse(call, status, payload: payload)
  }

  mutating func refuse(_ call: UInt32, _ status: Status, payload: [UInt8]? = nil) -> [Action] {
    let frame = Frame(call: call, payload: payload, end: true, status: status)
    if let reason = status.reason { tally.reasons.append(reason) }
    guard state == .greeting else { return [send(frame)] }
    failedAttempts += 1
    if failedAttempts > Self.attemptsMaximum { return [send(frame)] + close(.tooManyAttempts) }
    return [send(frame)]
  }

  /// To a stranger plain: what it may read is not known.
  mutating func send(_ frame: Frame) -> Action {
    let payload = frame.payload
    return send(
      frame,
      carrying: payload.map { identity == nil ? PressedPayload($0, nil) : PressedPayload(ofServer: $0) })
  }

  mutating func send(_ frame: Frame, carrying payload: PressedPayload?) -> Action {
    let bytes = frame.encoded(carrying: payload)
    let method = meter.count(frame, bytes: bytes.count, .down, in: &tally.traffic)
    if method?.isBudgeted == true { spend(bytes.count + TrafficMeter.lengthBytes) }
    return .send(bytes)
  }

  mutating func close(_ ending: Ending) -> [Action] {
    state = .closed
    calls = [:]
    return [.close(ending)]
  }

  mutating func closeIfDrained() -> [Action] {
    state == .draining && calls.isEmpty ? close(.stopped) : []
  }
}
