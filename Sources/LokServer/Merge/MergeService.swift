package import LokBooks
package import LokShard
import LokTransport
package import LokWire

/// Something for a block's shard, in the order of the log.
package enum MergeItem: Sendable {
  case row(ShardCommand, keys: [WrappedKey], Caller?)
  /// What do these numbers carry? To be answered behind the rows before it.
  case lookUp(SetItem, DeviceNumber, Caller)
}

/// What a worker does next with one block.
package struct MergeJob: Sendable {
  package enum Work: Sendable {
    /// Open the shard and say where it stands.
    case open
    case apply([MergeItem])
    /// Fsync of what is applied, and move a large WAL into the file.
    case makeDurable(checkpoint: Bool)
  }
  package var block: BlockCode
  package var work: Work
  package init(block: BlockCode, work: Work) {
    self.block = block
    self.work = work
  }
}

/// How a job went.
package enum JobResult: Sendable {
  case opened(applied: LSN)
  case applied(LSN, walBytes: Int)
  /// All that is applied: nobody else has the block meanwhile.
  case durable(walBytes: Int)
  /// The machine is in trouble: after the first `done` items the same again, later.
  case failed(String, done: Int)
  /// The files do not fit together: nothing more until an operator has acted and the server was restarted.
  case unusable(String)
}

/// Which worker merges what, and how much may wait. Plain state, stepped by events; it opens nothing.
///
/// True between calls: a block's items wait in the log's order; at most one worker has a block, and blocks
/// stay with their worker (block mod workers). A block is in its worker's queue exactly if it has work
/// and nobody has it and it does not wait for a retry. `waitingItems` is the sum over all blocks, with those
/// in a worker's hands.
///
/// Our bug: a result for a block that nobody has (ignored). Everything else that can go wrong is the
/// machine's (`failed`: retried with growing pauses) or the operator's (`unusable`: that block alone).
package struct MergeService: Sendable {
  package struct Limits: Sendable {
    /// Sets, lookups and commands that may wait for one block: some seconds of merging.
    package var perBlock = 512
    package var inAll = 8_192
    /// A WAL above this is moved into its file...
    package var walBytes = 4 * 1024 * 1024
    /// ...and also one that old, so that the log's files can go.
    package var durableAfter: Duration = .seconds(30)
    /// Between two rounds of one worker: merging comes first.
    package var durablePause: Duration = .milliseconds(50)
    package var retryFirst: Duration = .milliseconds(100)
    package var retryLast: Duration = .seconds(30)
    package init() {}
  }

  /// Whether a block can be served.
  package enum Availability: Hashable, Sendable {
    /// No row and no shard.
    case unknown
    /// Its tail of the log is being applied.
    case catchingUp
    case ready
    case retrying(String)
    case unusable(String)
  }

  struct Block: Sendable {
    var waiting: [MergeItem] = []
    var reserved = 0
    /// Items in a worker's hands.
    var held: [MergeItem] = []
    var isHeld = false
    var isQueued = false
    var needsOpening = false
    var retryAt: Instant?
    var retries = 0
    var trouble: String?
    var isUnusable = false
    /// Not ready before the shard has applied this.
    var tail: LSN?
    var applied = LSN.zero
    var durable: LSN?
    var dirtySince: Instant?
    var walBytes = 0

    /// There is something to do, and no worker knows of it.
    var hasWorkForNobody: Bool {
      (needsOpening || !waiting.isEmpty) && !isHeld && !isQueued && retryAt == nil && !isUnusable
    }
  }

  package let workers: Int
  package let limits: Limits
  var blocks: [BlockCode: Block] = [:]
  var queues: [[BlockCode]]
  var lastDurableRound: [Instant?]
  /// Blocks with something to put on the disk, by worker, the longest dirty first; and those of them whose
  /// WAL is large.
  var dirty: [[BlockCode]]
  var large: [[BlockCode]]
  /// Blocks that wait for a retry, by worker.
  var retrying: [Set<BlockCode>]
  package internal(set) var waitingItems = 0
  /// Of those who are turned away.
  private var spread = RetrySpread()

  package init(workers: Int, limits: Limits = Limits()) {
    self.workers = max(1, workers)
    self.limits = limits
    queues = Array(repeating: [], count: self.workers)
    lastDurableRound = Array(repeating: nil, count: self.workers)
    dirty = Array(repeating: [], count: self.workers)
    large = dirty
    retrying = Array(repeating: [], count: self.workers)
  }

  func worker(of block: BlockCode) -> Int { Int(block.rawValue) % workers }
}

extension MergeService {
  /// The log has rows of this block up to `tail`: its shard is opened, and brought there, before it serves.
  package mutating func begin(_ block: BlockCode, tail: LSN) {
    update(block) {
      $0.needsOpening = true
      $0.tail = tail
    }
  }

  /// A new block whose first command is on its way.
  package mutating func opened(_ block: BlockCode) { update(block) { _ in } }

  /// An operator has to act; what waits for it stays in the log.
  package mutating func setUnavailable(_ block: BlockCode, reason: String) {
    update(block) {
      $0.isUnusable = true
      $0.trouble = reason
      $0.retryAt = nil
    }
    drop(block)
  }

  package func availability(of block: BlockCode) -> Availability {
    guard let state = blocks[block] else { return .unknown }
    if state.isUnusable { return .unusable(state.trouble ?? "") }
    if let trouble = state.trouble { return .retrying(trouble) }
    return state.tail == nil ? .ready : .catchingUp
  }

  /// Nil, and room is kept for `items` of this block until `release`; else why it cannot take them.
  package mutating func reserve(_ block: BlockCode, items: Int) -> Status? {
    switch availability(of: block) {
    case .unknown: return Status(.notFound, .blockUnknown, next: .showPerson, block: block)
    case .unusable: return Self.unusable(block)
    case .catchingUp: return busy(block, behind: 0)
    case .retrying:
      return Status(.unavailable, .storageFailed, retryAfterMilliseconds: 5_000, next: .wait, block: block)
    case .ready: break
    }
    guard let state = blocks[block], items > 0 else { return nil }
    let here = state.waiting.count + state.held.count + state.reserved + items
    if here > limits.perBlock { return busy(block, behind: here) }
    if waitingItems + items > limits.inAll { return busy(block, behind: waitingItems) }
    blocks[block]?.reserved += items
    waitingItems += items
    return nil
  }

  /// Gives room back: the items are being enqueued, or will not come.
  package mutating func release(_ block: BlockCode, items: Int) {
    let given = min(items, blocks[block]?.reserved ?? 0)
    blocks[block]?.reserved -= given
    waitingItems -= given
  }

  /// In the order of the log. Rows come whatever the bounds say: they are on disk.
  package mutating func enqueue(_ items: [(BlockCode, MergeItem)]) {
    for (block, item) in items {
      // The log has them for the day on which the block is whole again.
      if blocks[block]?.isUnusable == true { continue }
      waitingItems += 1
      update(block) { $0.waiting.append(item) }
    }
  }

  /// Why reads of this block are not answered now; nil = they are.
  package mutating func refusalOfReads(of block: BlockCode) -> Status? {
    switch availability(of: block) {
    case .unknown: Status(.notFound, .blockUnknown, next: .showPerson, block: block)
    case .unusable: Self.unusable(block)
    case .catchingUp: busy(block, behind: 0)
    case .ready, .retrying: nil
    }
  }

  private static func unusable(_ block: BlockCode) -> Status {
    Status(.unavailable, .blockUnavailable, retryAfterMilliseconds: 60_000, next: .wait, block: block)
  }

  /// Too much waits: so many items stand before the one who asks.
  package mutating func busy(_ block: BlockCode, behind items: Int) -> Status {
    let wait = spread.next(least: 1_000, behind: items)
    return Status(.resourceExhausted, .busy, retryAfterMilliseconds: wait, next: .wait, block: block)
  }
}
