package import LokBooks
import LokShard
import LokWire

extension Session {
  /// A stream of pages going down. One page at most is read ahead of what the connection takes.
  struct Download: Sendable {
    /// Nil while a page is being read from it.
    var cursor: DownloadCursor?
    /// The device's wish.
    let pageBytes: UInt32?
    var growth: ChunkGrowth
    /// It does not end with its last page.
    let follows: Bool
    /// The last page has been sent: only what has sets is worth a frame from now on.
    var isCaughtUp = false
    /// The block has moved on since the page was asked for that was read last.
    var isBehind = true

    init(cursor: DownloadCursor, _ request: DownloadRequest, over link: LinkClass) {
      growth = ChunkGrowth(link)
      self.cursor = cursor
      pageBytes = request.pageBytes
      follows = request.follows
    }
  }

  /// What a frame and the chain marks of a page take beside its sets; of the rest a quarter is left to
  /// members' keys.
  static let pageOverheadBytes = 512
  static let smallestPageBytes = ChunkGrowth.firstBytes

  /// The block has something new: whoever follows it is sent what concerns her.
  package mutating func moved(_ block: BlockCode, at now: Now) -> [Action] {
    guard state != .closed, identity?.block == block else { return [] }
    var actions: [Action] = []
    for call in calls.keys.sorted() {
      guard case .download(var download)? = calls[call]?.work, download.follows else { continue }
      download.isBehind = true
      calls[call]?.work = .download(download)
      actions += nextPage(call)
    }
    return actions
  }

  /// Asks for the next page of a download that waits for the connection.
  mutating func nextPage(_ call: UInt32) -> [Action] {
    guard isWritable, let identity, case .download(var download)? = calls[call]?.work,
      let cursor = download.cursor, download.isBehind || !download.isCaughtUp
    else { return [] }
    download.cursor = nil
    download.isBehind = false
    guard !isBudgetSpent else {
      calls[call]?.work = .download(download)
      return [.readHeldBack(call: call, identity.block, cursor)]
    }
    let wished = min(
      Int(download.pageBytes ?? .max), (maximumFrameBytes - Self.pageOverheadBytes) / 4 * 3)
    let bytes = withinBudget(download.growth.take(atMost: max(wished, Self.smallestPageBytes)))
    calls[call]?.work = .download(download)
    return [.readPage(call: call, identity.block, cursor, maximumBytes: bytes)]
  }

  mutating func pageRead(
    _ download: Download, _ page: ReadPage?, _ cursor: DownloadCursor, _ call: UInt32
  ) -> [Action] {
    guard let page else {
      calls[call] = nil
      return [send(Frame(call: call, end: true))]
    }
    if page.isLast, !download.follows { return reply(call, page) }
    var download = download
    download.cursor = cursor
    let isWorthAFrame = !download.isCaughtUp || page.hasSets
    download.isCaughtUp = page.isLast
    calls[call]?.work = .download(download)
    guard isWorthAFrame else { return nextPage(call) }
    return [send(Frame(call: call, keys: page.keys), carrying: page.payload)] + nextPage(call)
  }

  mutating func headRead(
    _ block: BlockCode, _ epoch: Epoch, _ size: Seq, _ root: [UInt8], _ call: UInt32, at now: Now
  ) -> [Action] {
    let signed = SignedBytes.head(block: block, epoch: epoch, size: size, root: root, time: now.wall)
    let head = SignedHead(
      block: block, epoch: epoch, size: size, root: root, time: now.wall,
      signature: surroundings.sign(signed))
    return reply(call, head.encoded())
  }
}
