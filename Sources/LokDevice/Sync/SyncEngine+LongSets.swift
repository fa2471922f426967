import LokBooks
import LokWire

/// Sets that are too long for one piece: up, their bytes are put before the set names them; down, a page
/// names them, and waits until they are here. Either way a cut costs a chunk.
extension SyncEngine {
  func mustBePut(_ set: OutboxSet) -> Bool {
    let most = min(WireLimits.setBytesAtOnce, frameBytes - Self.frameOverheadBytes)
    return set.bytes.count > most && set.next > upload.known && !upload.cannotPut
      && !upload.put.contains(set.hash)
  }

  mutating func put(_ set: OutboxSet) -> [SyncAction] {
    let call = openCall()
    let head = BlobHead(cbo: .blockBook, hash: set.hash, size: set.bytes.count, type: .changeSet)
    blobs.call = call
    blobs.work = .putting(.init(head, over: start.link))
    return [.send(Frame(call: call, method: .putBlob, payload: PutBlobRequest.begin(head).encoded()))]
  }

  mutating func setIsPut(_ hash: [UInt8]) -> [SyncAction] {
    endPut()
    upload.put.insert(hash)
    return loadMore()
  }

  private mutating func endPut() {
    blobs.call = nil
    blobs.work = nil
    // Calls are opened in the order of their numbers.
    if !upload.isOpened { upload.call = openCall() }
  }

  mutating func setIsNotPut(_ status: Status, isAgain: Bool) -> [SyncAction] {
    endPut()
    let outcome = Self.outcome(of: status)
    if case .refused = outcome {
      // An older server, or a set that it will never take: sent as the others are, it is answered for good.
      upload.cannotPut = true
    }
    if isAgain || upload.cannotPut { return loadMore() }
    switch outcome {
    case .later, .revoked:
      // As where an upload ends so: it is no reason to keep others' sets from this phone.
      uploadOutcome = outcome
      let ending = upload.isOpened ? upload.call.map { SyncAction.send(Frame(call: $0, cancel: true)) } : nil
      return (ending.map { [$0] } ?? []) + beginNewEpoch()
    default: return finish(outcome)
    }
  }

  /// A page that names sets waits, and what is on its way of a photo waits for it.
  mutating func hold(_ page: DownloadPage, adopting version: UInt32?) -> [SyncAction] {
    let photo = blobs.call
    blobs.call = nil
    blobs.work = nil
    download.isInterrupted = true
    download.held = .init(page: page, version: version)
    return (photo.map { [.send(Frame(call: $0, cancel: true))] } ?? []) + [.loadNamedSet(page)]
  }

  mutating func fetch(_ request: GetBlobRequest?) -> [SyncAction] {
    guard let held = download.held else { return [] }
    guard let request else {
      download.held = nil
      return [.apply(held.page, adopting: held.version)]
    }
    let call = openCall()
    blobs.call = call
    blobs.isEnded = false
    blobs.work = .getting(request)
    return [.send(Frame(call: call, method: .getBlob, payload: request.encoded(), end: true))]
  }

  /// The call has ended behind a page that named sets: the download goes on from there.
  mutating func goOnAfterHeldPage() -> [SyncAction] {
    download.isInterrupted = false
    download.call = nil
    download.asked = 0
    guard case .history(let missing) = goal else { return [.loadPlace] }
    let left = missing.map { history in
      DownloadRequest.History(
        cbo: history.cbo, after: download.through[history.cbo] ?? history.after, through: history.through)
    }
    return askHistory(left.filter { $0.after < $0.through })
  }
}
