package import LokBooks
import LokSQLite
package import LokWire

/// Where a download stands between its pages: first what was gained (each CBO's sets from where the device
/// holds it), then, where its bytes are counted, the CBOs that the device writes in, then everything else in
/// scope after the cursor, in seq order.
package struct DownloadCursor: Sendable {
  package let device: DeviceNumber
  package let request: DownloadRequest
  /// The device may not get all: what it writes in comes first.
  package let putsOwnFirst: Bool
  let namesSets: Bool
  /// Members whose record began in the page given last: the server adds their keys.
  package fileprivate(set) var newMembers: [RecordID] = []
  package fileprivate(set) var pagesGiven = 0

  /// It brings everything, or so much that it can wait behind others' few pages.
  package var isBulk: Bool { !goesOn && (request.after == .zero || pagesGiven >= Self.pagesOfNews) }
  private static let pagesOfNews = 4

  /// `caughtUp`: of a download that is followed, and which therefore goes on.
  enum Stage: Sendable { case first, going, caughtUp, finished }
  var stage = Stage.first
  /// It was caught up before.
  fileprivate var goesOn = false
  var scopeChange: DownloadPage.ScopeChange?
  /// Of the scope that this download is of.
  fileprivate var scopeVersion: UInt32 = 0
  var backfills: [DownloadRequest.History] = []
  /// How far the device has each CBO, where it says so or this download has brought it: the tail leaves such
  /// sets out.
  var held: [RecordID: Seq] = [:]
  /// CBOs that the tail brings; nil = the whole block.
  var tailScope: [RecordID]?
  var tail: Seq
  var head: Seq = .zero
  /// Sets of a scope that come next, looked up for many pages at a time; nil = not looked up, or used up.
  var ahead: SetsAhead?

  /// - Parameter namesSets: a long set comes by its hash.
  package init(
    device: DeviceNumber, request: DownloadRequest, putsOwnFirst: Bool = false, namesSets: Bool = false
  ) {
    self.putsOwnFirst = putsOwnFirst
    self.device = device
    self.request = request
    self.namesSets = namesSets
    tail = request.after
  }
}

extension ShardReader {
  /// The next page, of at least one set where there is one, else at most `maximumBytes` large; nil when done,
  /// which a followed download is when its device's scope has become another one.
  package func page(_ cursor: inout DownloadCursor, maximumBytes: Int) throws -> DownloadPage? {
    guard cursor.stage != .finished else { return nil }
    cursor.pagesGiven += 1
    return try connection.snapshot {
      let isFirst = cursor.stage == .first
      if isFirst { try begin(&cursor) }
      if cursor.stage == .caughtUp, try !goOn(&cursor) { return nil }
      var page =
        if let backfill = cursor.backfills.first {
          try backfillPage(backfill, &cursor, maximumBytes)
        } else if !cursor.request.history.isEmpty {
          Self.endOfHistory(&cursor)
        } else {
          try tailPage(&cursor, maximumBytes)
        }
      if isFirst {
        page.epoch = try epoch()
        page.scope = cursor.scopeChange
      }
      // The device fetches it and asks again from there: no page overtakes it.
      let isInterrupted = page.sets.contains { $0.named != nil } && (!page.isLast || cursor.request.follows)
      if isInterrupted { cursor.stage = .finished }
      return page
    }
  }

  static func list(_ cbos: [RecordID]) -> String {
    "[" + cbos.map { String(Int64(bitPattern: $0.rawValue)) }.joined(separator: ",") + "]"
  }

  func begin(_ cursor: inout DownloadCursor) throws {
    cursor.stage = .going
    cursor.head = try head()
    let sight = try sight(of: cursor.device)
    let (scope, version) = (sight.cbos, sight.version)
    if !cursor.request.history.isEmpty {
      cursor.backfills = cursor.request.history.filter { scope.contains($0.cbo) && $0.after < $0.through }
      return
    }
    cursor.tailScope = sight.isWholeBlock ? nil : scope.sorted()
    cursor.scopeVersion = version
    let have = Dictionary(cursor.request.have.map { ($0.cbo, $0.through) }) { max($0, $1) }
    cursor.held = have
    if cursor.request.scopeVersion != version { try gain(scope, have, version, &cursor) }
    if cursor.putsOwnFirst { try putOwnFirst(scope, &cursor) }
  }

  private func gain(
    _ scope: Set<RecordID>, _ have: [RecordID: Seq], _ version: UInt32, _ cursor: inout DownloadCursor
  ) throws {
    let add = scope.filter { have[$0] == nil }.sorted()
    cursor.scopeChange = .init(
      version: version, add: add, drop: have.keys.filter { !scope.contains($0) }.sorted())
    // What the cursor has passed by: gained CBOs, and those whose backfill was cut off.
    cursor.backfills = try scope.sorted().compactMap { cbo in
      let through = have[cbo] ?? .zero
      let isBehind = try connection.statement(
        "SELECT 1 FROM journal_by_cbo WHERE cbo = ? AND seq > ? AND seq <= ? LIMIT 1"
      ).bind(cbo.rawValue, through.rawValue, cursor.request.after.rawValue).first { _ in true }
      return isBehind == nil ? nil : .init(cbo: cbo, after: through, through: cursor.request.after)
    }
  }

  /// A phone with a wide scope wants its own groups' meetings first. They come as a gained CBO's do, and the
  /// tail leaves them out; a later download is told by `have` that they are there.
  private func putOwnFirst(_ scope: Set<RecordID>, _ cursor: inout DownloadCursor) throws {
    let own = try devices.cbosWritten(by: cursor.device).intersection(scope)
    guard !scope.subtracting(own).subtracting([.blockBook]).isEmpty else { return }
    for cbo in own.sorted() {
      let passed = try journal.chain(of: cbo, at: cursor.request.after).seq
      let after = max(passed, cursor.held[cbo] ?? .zero)
      guard try journal.chain(of: cbo, at: cursor.head).seq > after else { continue }
      cursor.held[cbo] = after
      cursor.backfills.append(.init(cbo: cbo, after: after, through: cursor.head))
    }
  }

  /// False where the device's scope is no longer the one that the download began with.
  func goOn(_ cursor: inout DownloadCursor) throws -> Bool {
    guard try scopeVersion(of: cursor.device) == cursor.scopeVersion else {
      cursor.stage = .finished
      return false
    }
    cursor.stage = .going
    cursor.goesOn = true
    cursor.head = try head()
    cursor.ahead = nil
    return true
  }

  private func backfillPage(
    _ backfill: DownloadRequest.History, _ cursor: inout DownloadCursor, _ maximumBytes: Int
  ) throws -> DownloadPage {
    let filling = try filling(of: backfill, maximumBytes, cursor)
    var page = try page(of: filling.rows, after: backfill.after, &cursor)
    page.backfill = backfill.cbo
    cursor.held[backfill.cbo] = max(cursor.held[backfill.cbo] ?? .zero, page.last)
    if filling.isFull {
      cursor.backfills[0].after = page.last
    } else {
      cursor.backfills.removeFirst()
    }
    return page
  }

  static func endOfHistory(_ cursor: inout DownloadCursor) -> DownloadPage {
    cursor.stage = .finished
    return DownloadPage(previous: cursor.request.after, last: cursor.request.after, sets: [], isLast: true)
  }

  func tailPage(_ cursor: inout DownloadCursor, _ maximumBytes: Int) throws -> DownloadPage {
    let filling = try tailFilling(&cursor, maximumBytes)
    var page = try page(of: filling.rows, after: cursor.tail, &cursor)
    page.last = max(page.last, filling.passed)
    if !filling.isFull {
      page.last = max(page.last, cursor.head)
      page.isLast = true
      cursor.stage = cursor.request.follows ? .caughtUp : .finished
    }
    // To who follows nothing is sent where there is nothing: the next page stands where the last one ended.
    if !cursor.goesOn || !filling.rows.isEmpty { cursor.tail = page.last }
    return page
  }

  /// The device's own copy of a set has these bytes: not where its numbers carried others as well.
  private func hasBytes(_ row: JournalRow) throws -> Bool {
    let found = try connection.statement(
      "SELECT 1 FROM device_set WHERE device = ? AND first_device_seq = ? AND seq = ?"
    ).bind(row.envelope.device.rawValue, row.envelope.firstDeviceSeq.rawValue, row.envelope.seq.rawValue)
      .first { _ in true }
    return found ?? false
  }

  private func page(of rows: [PageFilling.ChainedRow], after previous: Seq, _ cursor: inout DownloadCursor)
    throws
    -> DownloadPage
  {
    var chains: [RecordID: [UInt8]] = [:]
    cursor.newMembers = []
    let sets = try rows.map { row, chain in
      if let cbo = row.cbo { chains[cbo] = chain }
      let isOwn = try row.envelope.device == cursor.device && hasBytes(row)
      if !isOwn, row.envelope.kind == .set {
        cursor.newMembers += try ChangeSet.newRecords(of: .member, in: row.changes)
      }
      let isNamed = !isOwn && PageFilling.isNamed(row, cursor.namesSets)
      return StoredSet(
        envelope: row.envelope, verdicts: row.verdicts, bytes: isOwn || isNamed ? nil : row.changes,
        named: isNamed ? Hash.sha256(row.changes) : nil)
    }
    return DownloadPage(
      previous: previous, last: rows.last?.row.envelope.seq ?? previous, sets: sets,
      chains: chains.map { .init(cbo: $0.key, chain: $0.value) }.sorted { $0.cbo < $1.cbo })
  }
}
