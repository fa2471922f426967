import LokBooks
import LokWire

/// Where the download of a session stands.
struct DownloadProgress: Hashable, Sendable {
  var call: UInt32?
  /// It stays open behind its last page.
  var follows = false
  /// The cursor the next tail page has to stand on.
  var expected = Seq.zero
  /// The same for pages of one gained CBO.
  var through: [RecordID: Seq] = [:]
  var adopting: UInt32?
  /// The request named all that this phone holds.
  var saysHave = false
  /// Pages handed to the store and not answered yet.
  var applying = 0
  var isComplete = false
  /// A page that waits for the bytes of sets which it names.
  struct Held: Hashable, Sendable {
    var page: DownloadPage
    var version: UInt32?
  }
  var held: Held?
  /// The server ends the call behind such a page.
  var isInterrupted = false
  /// The server has nothing more to say in this call.
  var isEnded = false
  var asked = 0
  /// A page did not fit: ask again once the store has answered for those before it.
  var asksAgain: ProtocolViolation?
}

extension DownloadProgress {
  /// Nil = the page stands on the cursor and is whole.
  func misfit(_ page: DownloadPage) -> ProtocolViolation? {
    // The scope changed since Hello, by a group of this session's upload or by an operator: what is added
    // and dropped was computed without knowing what this phone holds.
    if let scope = page.scope, !saysHave { return .scopeUnsettled(scope.version) }
    let expected = page.backfill.map { through[$0] ?? .zero } ?? expected
    guard page.previous == expected else { return .pageGap(expected: expected, found: page.previous) }
    guard page.count == UInt32(clamping: page.sets.count) else {
      return .pageCountDiffers(stated: page.count, found: UInt32(clamping: page.sets.count))
    }
    var last = page.previous
    for set in page.sets {
      guard set.envelope.seq > last, set.envelope.seq <= page.last else {
        return .pageOutOfOrder(set.envelope.seq)
      }
      last = set.envelope.seq
    }
    return page.last >= page.previous ? nil : .pageOutOfOrder(page.last)
  }

  /// The page is taken.
  ///
  /// - Returns: the scope version that is adopted with it.
  mutating func pass(_ page: DownloadPage) -> UInt32? {
    if let cbo = page.backfill {
      through[cbo] = page.last
    } else {
      expected = page.last
    }
    if let scope = page.scope { adopting = scope.version }
    isComplete = page.isLast
    return page.isLast ? adopting : nil
  }
}

extension SyncEngine {
  /// A server whose pages do not fit three times running contradicts itself.
  private static var asksMaximum: Int { 3 }

  mutating func beginDownload() -> [SyncAction] {
    let sentSomething = upload.isOpened
    let isUpToDate = head == start.cursor.seq && serverScope == start.cursor.scopeVersion
    guard goal == .follow || sentSomething || !isUpToDate || start.cursor.epoch == nil else {
      return complete()
    }
    state = .downloading
    let isNew =
      start.takesSnapshots && !hasSnapshots && serverScope != start.cursor.scopeVersion
      && serverScope != start.takenScope
    return isNew ? [.loadSnapshots(only: [])] : [.loadPlace]
  }

  mutating func askHistory(_ missing: [DownloadRequest.History]) -> [SyncAction] {
    guard !missing.isEmpty else { return finish(.done) }
    state = .downloading
    let call = openCall()
    download = DownloadProgress(
      call: call, expected: start.cursor.seq,
      through: Dictionary(missing.map { ($0.cbo, $0.after) }, uniquingKeysWith: { first, _ in first }),
      saysHave: true, asked: Self.asksMaximum)
    let request = DownloadRequest(
      epoch: start.cursor.epoch, after: start.cursor.seq, scopeVersion: start.cursor.scopeVersion,
      history: missing)
    return [.send(Frame(call: call, method: .download, payload: request.encoded(), end: true))]
  }

  mutating func ask(from cursor: Cursor, have: [DownloadRequest.Have]) -> [SyncAction] {
    guard state == .downloading else { return [] }
    let call = openCall()
    let asked = download.asked + 1
    let saysHave = serverScope != cursor.scopeVersion || scopeHasMoved || asked > 1
    // Nothing is pushed into a comparison: a page would stand on what is being fetched anew.
    let follows = goal == .follow && !mustCompare
    download = DownloadProgress(
      call: call, follows: follows, expected: cursor.seq,
      through: Dictionary(have.map { ($0.cbo, $0.through) }, uniquingKeysWith: { first, _ in first }),
      saysHave: saysHave, asked: asked)
    let request = DownloadRequest(
      epoch: cursor.epoch, after: cursor.seq, scopeVersion: cursor.scopeVersion,
      have: saysHave ? have : have.filter { $0.through > cursor.seq }, follows: follows)
    return [.send(Frame(call: call, method: .download, payload: request.encoded(), end: true))]
  }

  mutating func pageReceived(_ frame: Frame) -> [SyncAction] {
    guard download.asksAgain == nil else { return [] }
    var actions: [SyncAction] = []
    if let payload = frame.payload {
      guard let page = try? DownloadPage(decoding: payload, keys: frame.keys) else {
        return finish(.violated(.unreadable(.download)))
      }
      if let epoch, let found = page.epoch, found != epoch {
        return finish(.violated(.epochChanged(from: epoch, to: found)))
      }
      guard !download.isInterrupted else { return finish(.violated(.pageOutOfOrder(page.last))) }
      if let violation = download.misfit(page) { return askAgain(violation) }
      actions += accept(page)
    }
    if let status = frame.status, status.code != .ok {
      // The upload's outcome is the older news; being revoked says more than either.
      let outcome = Self.outcome(of: status)
      return actions + finish(outcome == .revoked ? outcome : uploadOutcome ?? outcome)
    }
    if frame.end, download.isInterrupted {
      download.isEnded = true
      return actions
    }
    if frame.end, !download.isComplete { return actions + askAgain(.unexpectedEnd(.download)) }
    if frame.end, download.follows, frame.payload == nil {
      // What it follows is no longer what this phone may see: it asks again, and says what it holds.
      scopeHasMoved = true
      download.asked = 0
      return actions + askAgain(.unexpectedEnd(.download))
    }
    download.isEnded = frame.end
    return actions
  }

  private mutating func accept(_ page: DownloadPage) -> [SyncAction] {
    download.applying += 1
    let version = download.pass(page)
    let isWhole = page.sets.allSatisfy { $0.named == nil }
    return isWhole ? [.apply(page, adopting: version)] : hold(page, adopting: version)
  }

  private mutating func askAgain(_ violation: ProtocolViolation) -> [SyncAction] {
    guard download.asked < Self.asksMaximum else { return finish(.violated(violation)) }
    guard download.applying == 0 else {
      download.asksAgain = violation
      return []
    }
    download.call = nil
    return [.loadPlace]
  }

  mutating func pageApplied(_ result: PageResult) -> [SyncAction] {
    guard state == .downloading, download.applying > 0 else { return [] }
    download.applying -= 1
    if case .diverged(let divergence) = result { return mend(divergence) }
    guard download.applying == 0 else { return [] }
    if let violation = download.asksAgain {
      download.asksAgain = nil
      return askAgain(violation)
    }
    if download.isInterrupted, download.held == nil, download.follows || !download.isComplete {
      return goOnAfterHeldPage()
    }
    return download.isComplete ? complete() : []
  }

  mutating func complete() -> [SyncAction] {
    if mustCompare, goal == .sync || goal == .follow, uploadOutcome == nil {
      mustCompare = false
      return [.loadHeld]
    }
    if let uploadOutcome { return finish(uploadOutcome) }
    if goal == .follow, !download.follows {
      download = DownloadProgress()
      state = .downloading
      return [.loadPlace]
    }
    if goal == .follow, !download.isEnded { return [.caughtUp] + beginBlobs() }
    state = .exchangingBlobs
    let work = beginBlobs()
    return work.isEmpty ? finish(.done) : work
  }

  /// All there was is down, and what comes is sent.
  private var isFollowing: Bool {
    state == .downloading && download.follows && download.isComplete && download.applying == 0
  }

  /// Nothing is owed by either side: no byte moves until something is typed or committed.
  package var isQuiet: Bool { isFollowing && blobs.work == nil && !blobs.isLoading }

  /// The driver has something else to do on this connection. Nothing is left in the middle of a page.
  mutating func leave() -> [SyncAction] {
    guard isFollowing, let call = download.call else { return [] }
    let calls = [blobs.call, call].compactMap { $0 }
    return calls.map { .send(Frame(call: $0, cancel: true)) } + finish(.done)
  }
}
