import LokBooks
import LokShard
import LokTransport
import LokWire

extension Session {
  /// A stream of pieces of snapshots. One page at most is read ahead of what the connection takes.
  struct SnapshotStream: Sendable {
    /// Nil while a page is being read from it.
    var cursor: SnapshotCursor?
    let pageBytes: Int
    var growth: ChunkGrowth
    var hasBegun = false
  }

  /// What a cut costs at most; 0.8 s of a link of 40 kbit/s.
  private static let snapshotPageBytes = 4 * 1024
  /// The same of a link that is called fast.
  private static let snapshotPageBytesFast = 32 * 1024

  mutating func beginSnapshots(
    _ request: SnapshotRequest, _ call: UInt32, _ identity: Identity, until deadline: Instant
  ) -> [Action] {
    let largest = link == .fast ? Self.snapshotPageBytesFast : Self.snapshotPageBytes
    let wished = min(Int(request.pageBytes ?? .max), largest, maximumFrameBytes / 2)
    calls[call] = Call(
      deadline: deadline,
      work: .snapshot(
        SnapshotStream(
          cursor: SnapshotCursor(device: identity.device, request: request),
          pageBytes: max(wished, ChunkGrowth.firstBytes), growth: ChunkGrowth(link))))
    return nextSnapshotPage(call)
  }

  mutating func nextSnapshotPage(_ call: UInt32) -> [Action] {
    guard isWritable, let identity, case .snapshot(var stream)? = calls[call]?.work,
      let cursor = stream.cursor
    else { return [] }
    // The download that follows tells what is held back. A piece goes all the same: where the digests that
    // showed what differs have spent the budget, each session would spend it on them again.
    guard !isBudgetSpent || !stream.hasBegun else { return end(call, HeldBack().status) }
    stream.cursor = nil
    stream.hasBegun = true
    let bytes = withinBudget(stream.growth.take(atMost: stream.pageBytes))
    calls[call]?.work = .snapshot(stream)
    return [.readSnapshot(call: call, identity.block, cursor, maximumBytes: bytes)]
  }

  mutating func snapshotRead(
    _ stream: SnapshotStream, _ page: ReadPage, _ cursor: SnapshotCursor, _ call: UInt32
  ) -> [Action] {
    guard !page.isLast else { return reply(call, page) }
    var stream = stream
    stream.cursor = cursor
    calls[call]?.work = .snapshot(stream)
    return [send(Frame(call: call, keys: page.keys), carrying: page.payload)] + nextSnapshotPage(call)
  }
}
