import LokBooks
import LokTransport
import LokWire

extension Session {
  /// A stream of sets going up.
  struct Upload: Sendable {
    /// Sets handed to the intake that are neither committed nor refused.
    var unfinished = 0
    /// On disk, and not said yet.
    var stored: DeviceSeq?
    var storedSince: Instant?
    /// Requests that wait for the bytes of a set which was put before, the first one for its own.
    var held: [UploadRequest] = []
    var isFetching = false
    /// Sets that were put before, until they are in the log or known to be there.
    var put: [(first: DeviceSeq, hash: [UInt8])] = []
    /// The peer has nothing more to send.
    var isHalfClosed = false
    /// Something was refused: no further sets, and this is said when the earlier ones have their answers.
    var ending: Status?

    /// Sets are merged in larger groups, and so faster, where phones need not wait for their verdicts.
    var storedDelay: Duration {
      unfinished >= WireLimits.setsInFlight ? Session.storedDelayOfFullWindow : Session.storedDelay
    }
  }

  mutating func uploadContinued(_ upload: Upload, _ frame: Frame, at now: Now) -> [Action] {
    var upload = upload
    upload.isHalfClosed = upload.isHalfClosed || frame.end
    if upload.ending == nil, let payload = frame.payload {
      do {
        guard upload.held.count < WireLimits.setsInFlight else { throw Self.badRequest }
        upload.held.append(try UploadRequest(decoding: payload, keys: frame.keys))
      } catch {
        upload.ending = Self.badRequest
      }
    }
    let actions = takeHeld(&upload, frame.call)
    return actions + settled(upload, frame.call)
  }

  /// Hands on what has all its bytes, and asks for those of the first set that has not.
  private mutating func takeHeld(_ upload: inout Upload, _ call: UInt32) -> [Action] {
    var actions: [Action] = []
    while let identity, upload.ending == nil, !upload.isFetching, let request = upload.held.first {
      if let hash = request.sets.lazy.filter({ $0.bytes == nil }).compactMap(\.put).first {
        upload.isFetching = true
        return actions + [.askBlobs(call: call, identity.block, identity.device, .set(hash))]
      }
      upload.held.removeFirst()
      actions += take(request, identity, &upload, call)
    }
    return actions
  }

  private mutating func take(
    _ request: UploadRequest, _ identity: Identity, _ upload: inout Upload, _ call: UInt32
  ) -> [Action] {
    let items = read(request, identity, &upload)
    if request.isWithHello, !Self.leads(items, identity) {
      upload.ending = Status(
        .outOfRange, .deviceSeqAhead, next: .repair, nextDeviceSeq: identity.stored.next)
      return []
    }
    guard !items.isEmpty else { return [] }
    upload.unfinished += items.count
    setsInFlight += items.count
    let batch = UploadBatch(
      block: identity.block, device: identity.device, commitment: identity.commitment, items: items)
    return [.append(call: call, batch)]
  }

  /// The bytes of the first set that waited for them.
  private mutating func fetched(_ bytes: [UInt8]?, _ upload: inout Upload, _ call: UInt32) -> [Action] {
    upload.isFetching = false
    guard let bytes else {
      upload.ending = upload.ending ?? Status(.notFound, .blobNotThere, next: .repair)
      return []
    }
    let hash = Hash.sha256(bytes)
    guard var request = upload.held.first else { return [] }
    var first = request.firstDeviceSeq
    for index in request.sets.indices {
      defer { first = first.advanced(by: request.sets[index].count) }
      guard request.sets[index].bytes == nil, request.sets[index].put == hash else { continue }
      request.sets[index].bytes = bytes
      upload.put.append((first, hash))
    }
    upload.held[0] = request
    return takeHeld(&upload, call)
  }

  /// What is in the log need not be kept beside it.
  private func forgetPut(
    _ upload: inout Upload, _ call: UInt32, where isInLog: (DeviceSeq) -> Bool
  ) -> [Action] {
    guard let identity else { return [] }
    let done = upload.put.filter { isInLog($0.first) }
    upload.put.removeAll { isInLog($0.first) }
    return done.map { .askBlobs(call: call, identity.block, identity.device, .forgetSet($0.hash)) }
  }

  /// The sets up to the first that ends the call, which stands in `ending` then.
  private func read(_ request: UploadRequest, _ identity: Identity, _ upload: inout Upload) -> [SetItem] {
    var items: [SetItem] = []
    var first = request.firstDeviceSeq
    for set in request.sets {
      guard setsInFlight + items.count < WireLimits.setsInFlight else {
        upload.ending = Status(.resourceExhausted, .busy, retryAfterMilliseconds: 1_000, next: .wait)
        break
      }
      do {
        items.append(try SetIntake.read(set, at: first, from: identity.device))
      } catch {
        upload.ending = error
        break
      }
      first = first.advanced(by: set.count)
    }
    return items
  }

  /// Sets that were sent before Hello was answered have to lead from what is stored to what Hello signed:
  /// of a store that was rolled back or copied none is stored.
  private static func leads(_ items: [SetItem], _ identity: Identity) -> Bool {
    var walk = OutboxWalk(from: identity.stored)
    return items.allSatisfy { item in
      walk.take(item.firstDeviceSeq, count: item.count) { item.isAsked ? nil : item.hash }
    } && walk.ends(at: identity.commitment)
  }

  /// The window counts sets until the intake has answered for them, also for calls that have ended.
  mutating func settleSets(_ answer: Answer) {
    switch answer {
    case .stored(_, let sets), .refused(_, let sets): setsInFlight = max(0, setsInFlight - sets)
    default: break
    }
  }

  mutating func uploadAnswered(
    _ upload: Upload, _ answer: Answer, _ call: UInt32, at now: Now
  ) -> [Action] {
    var upload = upload
    var actions: [Action] = []
    switch answer {
    case .stored(let through, _):
      guard let through else { break }
      upload.stored = max(upload.stored ?? through, through)
      upload.storedSince = upload.storedSince ?? now.instant
      actions = forgetPut(&upload, call) { $0 <= through }
    case .blob(.set(let bytes)): actions = fetched(bytes, &upload, call)
    case .committed(let sets, let epoch):
      upload.unfinished = max(0, upload.unfinished - sets.count)
      // One that was there before has not gone into the log again.
      let known = Set(sets.map(\.committed.firstDeviceSeq))
      actions = forgetPut(&upload, call) { known.contains($0) }
      actions += sendCommitted(sets, epoch, call, &upload)
    case .refused(let status, let sets), .setAside(let status, let sets):
      upload.unfinished = max(0, upload.unfinished - sets)
      upload.ending = upload.ending ?? status
    default:
      upload.ending = Status(.internal, .internal, next: .wait)
    }
    return actions + settled(upload, call)
  }

  private mutating func sendCommitted(
    _ sets: [Acknowledged], _ epoch: Epoch, _ call: UInt32, _ upload: inout Upload
  ) -> [Action] {
    guard let block = identity?.block else { return [] }
    return pieces(sets).map { piece in
      let reply = UploadReply(
        storedThrough: upload.stored, acknowledgement: acknowledgement(piece, block, epoch))
      upload.stored = nil
      upload.storedSince = nil
      return send(Frame(call: call, payload: reply.encoded()))
    }
  }

  /// Each fits a frame: many lines with a verdict each can be long.
  private func pieces(_ sets: [Acknowledged]) -> [[Acknowledged]] {
    var pieces: [[Acknowledged]] = []
    var room = 0
    for set in sets {
      let bytes = 128 + set.committed.verdicts.count + set.committed.resolution.count
      if pieces.isEmpty || bytes > room {
        pieces.append([])
        room = maximumFrameBytes - 256
      }
      pieces[pieces.count - 1].append(set)
      room -= bytes
    }
    return pieces
  }

  mutating func sendStored(_ call: UInt32, _ upload: Upload) -> [Action] {
    var upload = upload
    let reply = UploadReply(storedThrough: upload.stored)
    upload.stored = nil
    upload.storedSince = nil
    return [send(Frame(call: call, payload: reply.encoded()))] + settled(upload, call)
  }

  /// Keeps the call, or ends it where nothing of it is under way.
  private mutating func settled(_ upload: Upload, _ call: UInt32) -> [Action] {
    calls[call]?.work = .upload(upload)
    let isWaiting = upload.isFetching || !upload.held.isEmpty
    guard upload.unfinished == 0, upload.ending != nil || (upload.isHalfClosed && !isWaiting) else {
      return []
    }
    if upload.stored != nil { return sendStored(call, upload) }
    if let ending = upload.ending { return end(call, ending) }
    calls[call] = nil
    return [send(Frame(call: call, end: true))]
  }
}
