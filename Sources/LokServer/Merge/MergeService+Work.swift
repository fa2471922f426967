package import LokBooks
package import LokTransport

extension MergeService {
  /// What this worker does next: the block that has waited longest, with all that waits for it; where
  /// nothing waits, a shard that has to reach the disk.
  package mutating func next(for worker: Int, at now: Instant) -> MergeJob? {
    requeueRetries(of: worker, at: now)
    if !queues[worker].isEmpty {
      let block = queues[worker].removeFirst()
      return take(block)
    }
    return nextDurable(for: worker, at: now)
  }

  private mutating func take(_ block: BlockCode) -> MergeJob? {
    guard var state = blocks[block] else { return nil }
    state.isQueued = false
    state.isHeld = true
    let opens = state.needsOpening
    if !opens {
      state.held = state.waiting
      state.waiting = []
    }
    blocks[block] = state
    return MergeJob(block: block, work: opens ? .open : .apply(state.held))
  }

  private mutating func requeueRetries(of worker: Int, at now: Instant) {
    for block in retrying[worker] {
      guard let at = blocks[block]?.retryAt else {
        retrying[worker].remove(block)
        continue
      }
      guard at <= now else { continue }
      retrying[worker].remove(block)
      update(block) {
        $0.retryAt = nil
        // Nothing to try: the next round to the disk shows whether it is well again.
        if $0.waiting.isEmpty, !$0.needsOpening { $0.trouble = nil }
      }
    }
  }

  private mutating func nextDurable(for worker: Int, at now: Instant) -> MergeJob? {
    if let last = lastDurableRound[worker], now < last + limits.durablePause { return nil }
    let due =
      large[worker].first { isFree($0) }
      ?? dirty[worker].prefix { isDirtyForLong($0, at: now) }.first { isFree($0) }
    guard let due else { return nil }
    lastDurableRound[worker] = now
    blocks[due]?.isHeld = true
    return MergeJob(
      block: due, work: .makeDurable(checkpoint: (blocks[due]?.walBytes ?? 0) >= limits.walBytes))
  }

  private func isFree(_ block: BlockCode) -> Bool {
    guard let state = blocks[block] else { return false }
    return !state.isHeld && state.retryAt == nil && state.dirtySince != nil
  }

  private func isDirtyForLong(_ block: BlockCode, at now: Instant) -> Bool {
    blocks[block]?.dirtySince.map { $0 + limits.durableAfter <= now } ?? false
  }

  /// A job is done. Gives where to go on reading the log, for a block that has not caught up.
  package mutating func finished(
    _ block: BlockCode, _ result: JobResult, at now: Instant
  ) -> LSN? {
    guard var state = blocks[block], state.isHeld else { return nil }
    state.isHeld = false
    let held = state.held
    state.held = []
    switch result {
    case .opened(let applied):
      state.needsOpening = false
      state.applied = applied
      waitingItems -= held.count
      note(&state, block, walBytes: 0, at: now)
    case .applied(let applied, let walBytes):
      state.applied = applied
      waitingItems -= held.count
      note(&state, block, walBytes: walBytes, at: now)
    case .durable(let walBytes):
      state.durable = state.applied
      state.walBytes = walBytes
      state.dirtySince = nil
      forgetDirty(block)
    case .failed(let reason, let done):
      state.waiting = held.dropFirst(done) + state.waiting
      waitingItems -= min(done, held.count)
      state.retries += 1
      state.trouble = reason
      state.retryAt = now + pause(after: state.retries)
      retrying[worker(of: block)].insert(block)
    case .unusable(let reason):
      waitingItems -= held.count
      blocks[block] = state
      setUnavailable(block, reason: reason)
      return nil
    }
    if state.retryAt == nil {
      state.trouble = nil
      state.retries = 0
    }
    blocks[block] = state
    let readOn = caughtUp(block)
    // Of a block that is put on the disk while it catches up, what comes next is being read already: read a
    // second time, its rows would come twice.
    if case .durable = result { return nil }
    return readOn
  }

  private mutating func note(_ state: inout Block, _ block: BlockCode, walBytes: Int, at now: Instant) {
    let worker = worker(of: block)
    if state.dirtySince == nil {
      state.dirtySince = now
      dirty[worker].append(block)
    }
    if walBytes >= limits.walBytes, state.walBytes < limits.walBytes { large[worker].append(block) }
    state.walBytes = walBytes
  }

  private mutating func forgetDirty(_ block: BlockCode) {
    dirty[worker(of: block)].removeAll { $0 == block }
    large[worker(of: block)].removeAll { $0 == block }
  }

  private mutating func caughtUp(_ block: BlockCode) -> LSN? {
    defer { update(block) { _ in } }
    guard let state = blocks[block], let tail = state.tail, !state.needsOpening, state.trouble == nil,
      state.waiting.isEmpty
    else { return nil }
    if state.applied < tail { return state.applied }
    if state.applied > tail {
      setUnavailable(block, reason: "the shard has applied \(state.applied), the log ends at \(tail)")
    } else {
      blocks[block]?.tail = nil
    }
    return nil
  }

  private func pause(after retries: Int) -> Duration {
    min(limits.retryLast, limits.retryFirst * (1 << min(retries - 1, 12)))
  }

  /// When a worker with nothing to do has to look again.
  package func nextWake(of worker: Int) -> Instant? {
    let retry = retrying[worker].compactMap { blocks[$0]?.retryAt }.min()
    let oldest = dirty[worker].first.flatMap { blocks[$0]?.dirtySince }.map { $0 + limits.durableAfter }
    let round = lastDurableRound[worker].map { $0 + limits.durablePause }
    let isLarge = !large[worker].isEmpty
    // After a round the next one has to wait its pause.
    let durable = isLarge ? round : oldest.map { max($0, round ?? $0) }
    return [retry, durable].compactMap { $0 }.min()
  }

  /// Nothing waits and nobody works; blocks in trouble do not count.
  package var isIdle: Bool {
    blocks.values.allSatisfy { !$0.isHeld && ($0.waiting.isEmpty && !$0.needsOpening || $0.trouble != nil) }
  }

  /// Through which LSN each shard needs the log no more.
  package var durablePositions: [BlockCode: LSN] { blocks.compactMapValues(\.durable) }

  /// Blocks that are not served as they should, with the reason.
  package var troubles: [BlockCode: String] { blocks.compactMapValues(\.trouble) }

  package var blocksKnown: Int { blocks.count }
  package var blocksCatchingUp: Int { blocks.values.count { $0.tail != nil && !$0.isUnusable } }

  mutating func update(_ block: BlockCode, _ change: (inout Block) -> Void) {
    // In its place: what waits would be copied for each item that is added to it.
    change(&blocks[block, default: Block()])
    if blocks[block]?.hasWorkForNobody == true {
      blocks[block]?.isQueued = true
      queues[worker(of: block)].append(block)
    }
  }

  mutating func drop(_ block: BlockCode) {
    guard var state = blocks[block] else { return }
    waitingItems -= state.waiting.count
    state.waiting = []
    state.needsOpening = false
    if state.isQueued { queues[worker(of: block)].removeAll { $0 == block } }
    state.isQueued = false
    state.dirtySince = nil
    blocks[block] = state
    forgetDirty(block)
  }
}
