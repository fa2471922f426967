package import LokBooks
package import LokWire

/// The conversation that a bundle stands for, had on the control socket: the phone's frames go to the server
/// as they would have come from the phone, and what the server says is kept for it.
///
/// Stepped by frames; it waits for nothing and reads no clock. One call at a time: `carry`, each upload, the
/// download. Every set is answered for before the next frame goes, so that a bundle of a year takes no more
/// room in a block's queue than a phone does.
package struct BundleImport: Sendable {
  package enum Step: Hashable, Sendable {
    /// Goes to the server; then `received` what it answers.
    case send([UInt8])
    /// The server owes more.
    case listen
    /// The server has too much to do: after so long `resumed`.
    case wait(milliseconds: UInt32)
    case done
  }

  /// What became of a bundle.
  package struct Outcome: Hashable, Sendable {
    package var block: BlockCode
    package var device: DeviceNumber
    package var sets = 0
    /// Sets that came for the first time.
    package var setsNew = 0
    package var setsKnown = 0
    /// Kept aside: the sender is in doubt, or its numbers carried other bytes.
    package var setsQuarantined = 0
    package var setsRefused = 0
    /// Why the rest was not taken; nil = all of it was.
    package var status: Status?
    /// To be carried back; nil where it is not known that the device has sent the bundle.
    package var answer: [UInt8]?
  }

  private struct Upload {
    var frame: Frame
    var request: UploadRequest
  }

  package private(set) var outcome: Outcome
  private let secrets: ServerSecrets
  private let request: CarryRequest
  private let uploads: [Upload]
  private let download: Frame?
  /// What is under way, behind those that have ended.
  private var place = Place.carry
  private var call: UInt32 = 0
  private var nextCall: UInt32 = 1
  private var retries = 0
  private var counted: Set<DeviceSeq> = []
  private var answers: [[UInt8]] = []
  private var answerBytes = 0

  private enum Place: Hashable { case carry, upload(Int), download, done }

  /// Times the same frame is sent again to a server that is busy.
  private static let retriesMaximum = 20

  /// - Throws: a `Status`: damaged, of another kind, too new, for another server. Nothing was sent then.
  package init(_ file: [UInt8], secrets: ServerSecrets) throws(Status) {
    let bundle = try SealedBundle(file, expecting: .outbox)
    guard bundle.serverKey == secrets.receiptSigner.publicKey else {
      throw Status(.invalidArgument, .bundleForOtherServer, next: .showPerson)
    }
    let content = try bundle.open(with: secrets.vaultKey.bytes)
    guard let read = Self.read(content), read.request.block == bundle.block,
      read.request.device == bundle.device
    else { throw SealedBundle.damaged }
    (request, uploads, download) = read
    outcome = Outcome(block: bundle.block, device: bundle.device)
    outcome.sets = uploads.reduce(0) { $0 + $1.request.sets.count }
    self.secrets = secrets
  }

  private static func read(_ content: [UInt8]) -> (request: CarryRequest, [Upload], Frame?)? {
    guard let raw = try? FrameSequence.decode(content), let first = raw.first,
      let carry = try? Frame(decoding: first), carry.method == Method.carry.rawValue,
      let request = try? CarryRequest(decoding: carry.payload ?? []),
      Hash.sha256(FrameSequence.encoded(Array(raw.dropFirst()))) == request.contentHash,
      var frames = try? raw.dropFirst().map({ try Frame(decoding: $0) })
    else { return nil }
    let download = frames.last?.method == Method.download.rawValue ? frames.popLast() : nil
    var uploads: [Upload] = []
    for frame in frames {
      guard frame.method == Method.upload.rawValue, let payload = frame.payload,
        let upload = try? UploadRequest(decoding: payload, keys: frame.keys),
        (1...WireLimits.setsInFlight).contains(upload.sets.count)
      else { return nil }
      uploads.append(Upload(frame: frame, request: upload))
    }
    return (request, uploads, download)
  }

  /// The first step.
  package mutating func start() -> Step { send(Frame(call: 0, method: .carry, payload: request.encoded())) }

  /// After a `wait`.
  package mutating func resumed() -> Step { go(to: place) }

  /// - Throws: `WireError` for what no server of this version says.
  package mutating func received(_ bytes: [UInt8]) throws -> Step {
    let frame = try Frame(decoding: bytes)
    guard frame.call == call, place != .done else { return .listen }
    if let status = frame.status, status.code != .ok {
      if let wait = status.retryAfterMilliseconds, status.next == .wait, retries < Self.retriesMaximum {
        retries += 1
        return .wait(milliseconds: wait)
      }
      return failed(status, frame)
    }
    if case .upload = place, let payload = frame.payload { try count(UploadReply(decoding: payload)) }
    if frame.payload != nil { keep(frame) }
    if place == .download, answerBytes > WireLimits.bundleContentBytes, !frame.end {
      // The rest is asked for by the next bundle, from where these pages end.
      return finish()
    }
    guard frame.end else { return .listen }
    retries = 0
    switch place {
    case .carry: return try carried(HelloReply(decoding: frame.payload ?? []))
    case .upload(let index): return go(to: next(after: index))
    case .download, .done: return finish()
    }
  }

  private func next(after index: Int) -> Place {
    if index + 1 < uploads.count { return .upload(index + 1) }
    return download == nil ? .done : .download
  }

  /// The device has signed this bundle; here its outbox is compared with what is stored of it.
  private mutating func carried(_ reply: HelloReply) -> Step {
    let first = uploads.first?.request.firstDeviceSeq ?? request.outboxLast.advanced(by: 1)
    guard let next = reply.nextDeviceSeq, let chain = reply.chain else { return go(to: .done) }
    if first > next {
      return refuse(
        Status(
          .outOfRange, .bundleMissingBefore, next: .showPerson, nextDeviceSeq: next,
          arguments: [Int64(clamping: next.rawValue)]))
    }
    guard next > request.outboxLast || leads(from: .init(next: next, chain: chain)) else {
      return refuse(Status(.failedPrecondition, .reenroll, next: .repair, nextDeviceSeq: next))
    }
    return go(to: self.next(after: -1))
  }

  /// From what is stored to what was signed; of a store that was copied nothing is taken.
  private func leads(from stored: BlockLedger.DeviceNumbers) -> Bool {
    var walk = OutboxWalk(from: stored)
    for upload in uploads {
      var first = upload.request.firstDeviceSeq
      for set in upload.request.sets {
        guard walk.take(first, count: set.count, hash: { set.bytes.map(Hash.sha256) }) else { return false }
        first = first.advanced(by: set.count)
      }
    }
    return walk.ends(at: Session.Commitment(last: request.outboxLast, chain: request.outboxChain))
  }

  private mutating func go(to place: Place) -> Step {
    self.place = place
    switch place {
    case .carry: return start()
    case .upload(let index): return send(uploads[index].frame)
    case .download:
      guard let download else { return finish() }
      // The phone is told at which place it asked.
      keep(download)
      return send(download)
    case .done: return finish()
    }
  }

  /// Numbers of calls are this connection's.
  private mutating func send(_ frame: Frame) -> Step {
    call = nextCall
    nextCall += 2
    var frame = frame
    frame.call = call
    frame.end = true
    return .send(frame.encoded())
  }

  private mutating func count(_ reply: UploadReply) {
    // A frame that was sent again is counted as it was answered first.
    for committed in reply.acknowledgement?.committed ?? []
    where counted.insert(committed.firstDeviceSeq).inserted {
      if committed.duplicate {
        outcome.setsKnown += 1
      } else {
        outcome.setsNew += 1
      }
      switch committed.kind {
      case .quarantine: outcome.setsQuarantined += 1
      case .refusal: outcome.setsRefused += 1
      default: break
      }
    }
  }

  /// The rest of the outbox is not taken. What others wrote is asked for all the same, as on a connection.
  private mutating func failed(_ status: Status, _ frame: Frame) -> Step {
    outcome.status = outcome.status ?? status
    switch place {
    case .carry:
      // Who is not known to be this device is told nothing.
      guard status.reason == .deviceSuspended else {
        place = .done
        return .done
      }
      keep(frame)
      return finish()
    case .upload:
      keep(frame)
      return go(to: download == nil ? .done : .download)
    case .download, .done:
      keep(frame)
      return finish()
    }
  }

  private mutating func refuse(_ status: Status) -> Step {
    outcome.status = status
    var frame = Frame(call: call, end: true, status: status)
    frame.method = Method.upload.rawValue
    answers.append(frame.encoded())
    return finish()
  }

  /// As the phone will read it: what each frame answers is named in it.
  private mutating func keep(_ frame: Frame) {
    var kept = frame
    let method: LokWire.Method =
      switch place {
      case .carry: .carry
      case .upload: .upload
      case .download, .done: .download
      }
    kept.method = method.rawValue
    let bytes = kept.encoded(compressing: .small)
    answerBytes += bytes.count
    answers.append(bytes)
  }

  private mutating func finish() -> Step {
    place = .done
    let content = FrameSequence.encoded(answers)
    let signed = SignedBytes.answer(block: request.block, device: request.device, content: content)
    if let signature = try? secrets.receiptSigner.sign(signed) {
      // A reply key for which nothing can be sealed is the phone's fault: it goes without an answer.
      outcome.answer = try? SealedBundle.seal(
        signature + content, as: .answer, block: request.block, device: request.device,
        serverKey: secrets.receiptSigner.publicKey, for: request.replyKey)
    }
    return .done
  }
}
