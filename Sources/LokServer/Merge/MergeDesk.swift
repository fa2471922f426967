package import LokBooks
import LokShard
import LokTransport
package import LokWire
import Synchronization

/// Applies what waits to the shards of one worker's blocks, and answers what is briefly asked of them in
/// between. Owned by one thread.
package final class MergeDesk {
  private let worker: Int
  private let switchboard: Switchboard
  private let files: ShardFiles
  let note: InFlightNote?
  /// Keeps members' keys; before the shard says that their members exist.
  let keep: ([WrappedKey], BlockCode) throws -> Void
  private let answers: ReadAnswers
  private var writers: OpenFiles<ShardWriter>
  private var awake: BlocksInUse
  /// Of a shard that is closed: who opens it reads all of its WAL, some 3 µs of processor time a page.
  private static let closedWALBytes = 512 * 1024

  /// - Parameters:
  ///   - openShards: how many files this worker keeps open: `ServerTuning.writersOpen`.
  ///   - shardsAwake: so many that are in use; the others rest: `ServerTuning.writersAwake`.
  package init(
    worker: Int, switchboard: Switchboard, files: ShardFiles, openShards: Int, shardsAwake: Int,
    note: InFlightNote?, answers: ReadAnswers, keepKeys: @escaping ([WrappedKey], BlockCode) throws -> Void
  ) {
    self.worker = worker
    self.switchboard = switchboard
    self.files = files
    self.note = note
    self.answers = answers
    keep = keepKeys
    awake = BlocksInUse(limit: shardsAwake)
    writers = OpenFiles(limit: openShards)
  }

  /// Told of a read that failed.
  package var onReadFailure: ((any Error, BlockCode) -> Void)?
  /// Told when a block cannot be served.
  package var onTrouble: ((BlockCode, String) -> Void)?
  /// Called with each set before it is judged, in shards opened from now on: tests make it throw what a
  /// fault of ours would.
  package var onJudge: ((ChangeSet) throws -> Void)?
  private var openCounted = 0

  struct Tally {
    var sets = 0
    var committed = 0
    var changes = 0
    var duplicates = 0
    var refused = 0
    var quarantined = 0
    var flagged = 0
    var waiting = 0
    var registrations = 0

    mutating func count(_ committed: Committed, changes: Int) {
      sets += 1
      switch committed.kind {
      case .refusal: refused += 1
      case .quarantine: quarantined += 1
      default:
        self.committed += 1
        self.changes += changes
      }
      guard let verdicts = try? Verdicts(decoding: committed.verdicts) else { return }
      if verdicts.whole?.word == .flagged { flagged += 1 }
      if verdicts.whole?.word == .waiting { waiting += 1 }
    }
  }

  /// What came of one job.
  struct Outcome {
    var deliveries: [Delivery] = []
    var standings: [StandingChange] = []
    var intake: [IntakeMessage] = []
    var tally = Tally()
    /// Sets of one call, merged together, are acknowledged together.
    var acknowledged: [Caller: [Session.Acknowledged]] = [:]
    var order: [Caller] = []
    /// The journal has grown.
    var hasMoved = false

    mutating func acknowledge(_ caller: Caller, _ set: Session.Acknowledged) {
      if acknowledged[caller] == nil { order.append(caller) }
      acknowledged[caller, default: []].append(set)
    }

    mutating func close(_ epoch: Epoch) {
      for caller in order {
        deliveries.append(Delivery(.committed(acknowledged[caller] ?? [], epoch: epoch), to: caller))
      }
    }
  }

  /// Answers some of those who wait for an answer, then does one job; false where there is neither.
  package func runOne(at now: Session.Now) -> Bool {
    let hasAnswered = answerReads(at: now)
    return merge(at: now) || hasAnswered
  }

  private func answerReads(at now: Session.Now) -> Bool {
    let requests = switchboard.briefReads[worker].takeBatch()
    if requests.isEmpty { return false }
    answers.answer(requests, at: now) { block in
      try writer(of: block).reader
    } onFailure: { error, block in
      writers.close(block)
      onReadFailure?(error, block)
    }
    return true
  }

  private func merge(at now: Session.Now) -> Bool {
    guard let job = switchboard.merge.withLock({ $0.next(for: worker, at: now.instant) }) else {
      return false
    }
    var outcome = Outcome()
    let result = perform(job, &outcome)
    switch result {
    case .failed(let reason, _), .unusable(let reason): onTrouble?(job.block, reason)
    default: break
    }
    let readOn = switchboard.merge.withLock { $0.finished(job.block, result, at: now.instant) }
    if let readOn { outcome.intake.append(.replay(job.block, after: readOn)) }
    // Counted first: who has its answer finds it in the figures.
    if case .applied = result { count(outcome) }
    switchboard.intake.post(outcome.intake)
    switchboard.courier.deliver(outcome.deliveries, after: outcome.standings)
    if outcome.hasMoved { switchboard.courier.moved(job.block) }
    return true
  }

  private func count(_ outcome: Outcome) {
    let open = writers.count
    let change = open - openCounted
    openCounted = open
    switchboard.counters.update { values in
      values.mergeGroups += 1
      values.shardsOpen += change
      values.mergeSets += outcome.tally.sets
      values.setsCommitted += outcome.tally.committed
      values.changesCommitted += outcome.tally.changes
      values.setsDuplicate += outcome.tally.duplicates
      values.setsRefused += outcome.tally.refused
      values.setsQuarantined += outcome.tally.quarantined
      values.setsFlagged += outcome.tally.flagged
      values.setsWaiting += outcome.tally.waiting
      values.registrations += outcome.tally.registrations
    }
  }

  /// Files are closed as they are: what they hold is in the log or on the disk.
  package func close() {
    writers.closeAll()
  }

  private func writer(of block: BlockCode) throws -> ShardWriter {
    if let idle = awake.use(block) { writers.known(idle)?.rest() }
    return try writers.file(of: block) {
      let writer = try ShardWriter(path: files.path(block), block: block, intake: files.intake)
      writer.onJudge = onJudge
      return writer
    }
  }

  private func perform(_ job: MergeJob, _ outcome: inout Outcome) -> JobResult {
    // Items whose outcome is known: a retry must not bring it a second time.
    var done = 0
    do {
      switch job.work {
      case .open:
        return .opened(applied: try writer(of: job.block).applied)
      case .apply(let items):
        let writer = try writer(of: job.block)
        try apply(items, to: writer, &outcome, done: &done)
        return .applied(writer.applied, walBytes: writer.walBytes)
      case .makeDurable(let isLarge):
        return .durable(walBytes: try makeDurable(job.block, andCheckpoint: isLarge))
      }
    } catch let error as ShardError {
      writers.close(job.block)
      let status = Status(.unavailable, .blockUnavailable, next: .wait, block: job.block)
      outcome.deliveries += refusals(of: job, after: done, status)
      return .unusable(String(describing: error))
    } catch {
      // The connection may be in a state that only a new one leaves.
      writers.close(job.block)
      return .failed(String(describing: error), done: done)
    }
  }

  /// - Returns: bytes of its WAL.
  private func makeDurable(_ block: BlockCode, andCheckpoint isLarge: Bool) throws -> Int {
    var isLarge = isLarge
    if !isLarge, writers.known(block) == nil, let bytes = try ClosedShard(path: files.path(block)).sync() {
      // To open it only for this would cost more than the rest.
      if bytes < Self.closedWALBytes { return bytes }
      isLarge = true
    }
    let writer = try writer(of: block)
    try writer.makeDurable()
    if isLarge { try writer.checkpoint() }
    return writer.walBytes
  }

  /// What waits stays in the log, and its senders are told that they need not.
  private func refusals(of job: MergeJob, after done: Int, _ status: Status) -> [Delivery] {
    guard case .apply(let items) = job.work else { return [] }
    return items.dropFirst(done).compactMap { item in
      switch item {
      case .row(let row, _, let caller?):
        switch row.command {
        case .set, .refusal, .quarantine: Delivery(.setAside(status, sets: 1), to: caller)
        default: Delivery(.refused(status, sets: 0), to: caller)
        }
      case .row: nil
      case .lookUp(_, _, let caller): Delivery(.setAside(status, sets: 1), to: caller)
      }
    }
  }
}
