import LokBooks
import LokServer
import LokShard
import LokTransport
import LokWire
import Testing

/// Who merges what, and how much may wait.
@Suite struct MergeServiceTests {
  private static func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: milliseconds) }
  private static func block(_ number: UInt32) -> BlockCode { BlockCode(900_000 + number) }

  private static func row(_ lsn: UInt64) -> MergeItem {
    .row(
      ShardCommand(
        lsn: LSN(lsn), previous: LSN(lsn - 1), received: .sometime, rules: .current,
        command: .suspend(DeviceNumber(1))), keys: [], nil)
  }

  private static func lsns(_ job: MergeJob?) -> [UInt64] {
    guard case .apply(let items)? = job?.work else { return [] }
    return items.compactMap { if case .row(let row, _, _) = $0 { row.lsn.rawValue } else { nil } }
  }

  private static func service(_ limits: MergeService.Limits = .init()) -> MergeService {
    var service = MergeService(workers: 2, limits: limits)
    for number in 1...4 as ClosedRange<UInt32> { service.opened(block(number)) }
    return service
  }

  @Test func `all that waits for a block goes to its worker in one group`() {
    var service = Self.service()
    service.enqueue([
      (Self.block(1), Self.row(1)), (Self.block(2), Self.row(2)), (Self.block(1), Self.row(3)),
    ])
    #expect(Self.lsns(service.next(for: 0, at: Self.at(0))) == [2])
    #expect(Self.lsns(service.next(for: 1, at: Self.at(0))) == [1, 3])
    #expect(service.next(for: 1, at: Self.at(0)) == nil)
  }

  @Test func `what comes while a block is being merged waits for the next group`() {
    var service = Self.service()
    service.enqueue([(Self.block(1), Self.row(1))])
    _ = service.next(for: 1, at: Self.at(0))
    service.enqueue([(Self.block(1), Self.row(2)), (Self.block(1), Self.row(3))])
    #expect(service.next(for: 1, at: Self.at(0)) == nil)
    _ = service.finished(Self.block(1), .applied(LSN(1), walBytes: 0), at: Self.at(1))
    #expect(Self.lsns(service.next(for: 1, at: Self.at(1))) == [2, 3])
  }

  @Test func `blocks take turns`() {
    var service = Self.service()
    service.enqueue([(Self.block(1), Self.row(1)), (Self.block(3), Self.row(2))])
    _ = service.next(for: 1, at: Self.at(0))
    service.enqueue([(Self.block(1), Self.row(3))])
    _ = service.finished(Self.block(1), .applied(LSN(1), walBytes: 0), at: Self.at(1))
    #expect(service.next(for: 1, at: Self.at(1))?.block == Self.block(3))
    #expect(service.next(for: 1, at: Self.at(1))?.block == Self.block(1))
  }

  @Test func `a block's lag is bounded, and other blocks go on`() {
    var limits = MergeService.Limits()
    limits.perBlock = 3
    var service = Self.service(limits)
    #expect(service.reserve(Self.block(1), items: 2) == nil)
    #expect(service.reserve(Self.block(1), items: 2)?.reason == .busy)
    #expect(service.reserve(Self.block(1), items: 2)?.retryAfterMilliseconds ?? 0 > 0)
    #expect(service.reserve(Self.block(2), items: 3) == nil)
    service.release(Self.block(1), items: 2)
    #expect(service.reserve(Self.block(1), items: 3) == nil)
  }

  @Test func `the lag of all blocks is bounded, and merging makes room`() {
    var limits = MergeService.Limits()
    limits.inAll = 2
    var service = Self.service(limits)
    service.enqueue([(Self.block(1), Self.row(1)), (Self.block(2), Self.row(2))])
    #expect(service.reserve(Self.block(3), items: 1)?.reason == .busy)
    _ = service.next(for: 1, at: Self.at(0))
    #expect(service.reserve(Self.block(3), items: 1)?.reason == .busy)
    _ = service.finished(Self.block(1), .applied(LSN(1), walBytes: 0), at: Self.at(0))
    #expect(service.reserve(Self.block(3), items: 1) == nil)
    #expect(service.waitingItems == 2)
  }

  @Test func `trouble with the machine is retried with growing pauses, in order, for that block alone`()
    throws
  {
    var service = Self.service()
    service.enqueue([(Self.block(1), Self.row(1))])
    _ = service.next(for: 1, at: Self.at(0))
    service.enqueue([(Self.block(1), Self.row(2))])
    _ = service.finished(Self.block(1), .failed("disk full", done: 0), at: Self.at(0))
    #expect(service.availability(of: Self.block(1)) == .retrying("disk full"))
    #expect(service.reserve(Self.block(1), items: 1)?.reason == .storageFailed)
    #expect(service.reserve(Self.block(3), items: 1) == nil)
    #expect(service.next(for: 1, at: Self.at(99)) == nil)
    #expect(service.nextWake(of: 1) == Self.at(100))
    #expect(Self.lsns(service.next(for: 1, at: Self.at(100))) == [1, 2])
    _ = service.finished(Self.block(1), .failed("disk full", done: 0), at: Self.at(100))
    #expect(service.next(for: 1, at: Self.at(299)) == nil)
    #expect(Self.lsns(service.next(for: 1, at: Self.at(300))) == [1, 2])
    _ = service.finished(Self.block(1), .applied(LSN(2), walBytes: 0), at: Self.at(301))
    #expect(service.availability(of: Self.block(1)) == .ready)
  }

  @Test func `what was merged before the trouble is not merged again`() {
    var service = Self.service()
    service.enqueue([
      (Self.block(1), Self.row(1)), (Self.block(1), Self.row(2)), (Self.block(1), Self.row(3)),
    ])
    _ = service.next(for: 1, at: Self.at(0))
    _ = service.finished(Self.block(1), .failed("disk full", done: 2), at: Self.at(0))
    #expect(Self.lsns(service.next(for: 1, at: Self.at(100))) == [3])
    #expect(service.waitingItems == 1)
  }

  @Test func `files that do not fit make their block unavailable until the restart`() {
    var service = Self.service()
    service.enqueue([(Self.block(1), Self.row(1))])
    _ = service.next(for: 1, at: Self.at(0))
    _ = service.finished(Self.block(1), .unusable("behind the log"), at: Self.at(0))
    service.enqueue([(Self.block(1), Self.row(2))])
    #expect(service.next(for: 1, at: Self.at(1_000_000)) == nil)
    #expect(service.refusalOfReads(of: Self.block(1))?.reason == .blockUnavailable)
    #expect(service.troubles == [Self.block(1): "behind the log"])
    #expect(service.waitingItems == 0 && service.isIdle)
  }

  @Test func `a block serves once its tail is applied`() {
    var service = MergeService(workers: 2)
    let block = Self.block(1)
    service.begin(block, tail: LSN(9))
    #expect(service.refusalOfReads(of: block)?.reason == .busy)
    guard case .open? = service.next(for: 1, at: Self.at(0))?.work else {
      Issue.record("the shard was not opened")
      return
    }
    #expect(service.finished(block, .opened(applied: LSN(5)), at: Self.at(0)) == LSN(5))
    service.enqueue([(block, Self.row(7))])
    _ = service.next(for: 1, at: Self.at(0))
    #expect(service.finished(block, .applied(LSN(7), walBytes: 0), at: Self.at(0)) == LSN(7))
    service.enqueue([(block, Self.row(9))])
    _ = service.next(for: 1, at: Self.at(0))
    #expect(service.finished(block, .applied(LSN(9), walBytes: 0), at: Self.at(0)) == nil)
    #expect(service.availability(of: block) == .ready)
  }

  @Test func `a shard ahead of the log is not served`() {
    var service = MergeService(workers: 1)
    service.begin(Self.block(1), tail: LSN(4))
    _ = service.next(for: 0, at: Self.at(0))
    #expect(service.finished(Self.block(1), .opened(applied: LSN(6)), at: Self.at(0)) == nil)
    guard case .unusable = service.availability(of: Self.block(1)) else {
      Issue.record("it is served")
      return
    }
  }

  @Test func `a large log is moved into its file between groups, an old one after its time`() {
    var service = Self.service()
    service.enqueue([(Self.block(1), Self.row(1)), (Self.block(3), Self.row(2))])
    for _ in 0..<2 {
      let job = service.next(for: 1, at: Self.at(0))
      let isFirst = job?.block == Self.block(1)
      _ = service.finished(
        isFirst ? Self.block(1) : Self.block(3),
        .applied(LSN(isFirst ? 1 : 2), walBytes: isFirst ? 5 << 20 : 10), at: Self.at(0))
    }
    guard let large = service.next(for: 1, at: Self.at(1)),
      case .makeDurable(checkpoint: true) = large.work
    else {
      Issue.record("the large one was not moved")
      return
    }
    #expect(large.block == Self.block(1))
    _ = service.finished(Self.block(1), .durable(walBytes: 0), at: Self.at(2))
    #expect(service.durablePositions == [Self.block(1): LSN(1)])
    #expect(service.next(for: 1, at: Self.at(29_999)) == nil)
    guard case .makeDurable(checkpoint: false)? = service.next(for: 1, at: Self.at(30_000))?.work else {
      Issue.record("the old one stayed")
      return
    }
  }

  /// Its rows would come twice, and the second ones stand behind where the shard is.
  @Test func `a block that catches up reads its log on after its rows, and not after a round to the disk`() {
    var service = Self.service()
    service.begin(Self.block(1), tail: LSN(9))
    guard case .open? = service.next(for: 1, at: Self.at(0))?.work else {
      Issue.record("it is not opened")
      return
    }
    #expect(service.finished(Self.block(1), .opened(applied: .zero), at: Self.at(0)) == .zero)
    service.enqueue([(Self.block(1), Self.row(1)), (Self.block(1), Self.row(2))])
    #expect(Self.lsns(service.next(for: 1, at: Self.at(1))) == [1, 2])
    #expect(service.finished(Self.block(1), .applied(LSN(2), walBytes: 5 << 20), at: Self.at(2)) == LSN(2))
    // What comes after 2 is being read.
    guard case .makeDurable(checkpoint: true)? = service.next(for: 1, at: Self.at(3))?.work else {
      Issue.record("the large one was not moved")
      return
    }
    #expect(service.finished(Self.block(1), .durable(walBytes: 0), at: Self.at(4)) == nil)
    #expect(service.durablePositions == [Self.block(1): LSN(2)])
    service.enqueue([(Self.block(1), Self.row(3)), (Self.block(1), Self.row(4))])
    #expect(Self.lsns(service.next(for: 1, at: Self.at(5))) == [3, 4])
    #expect(service.finished(Self.block(1), .applied(LSN(4), walBytes: 0), at: Self.at(6)) == LSN(4))
    #expect(service.availability(of: Self.block(1)) == .catchingUp)
  }
}
