import LokBooks
import LokServer
import LokShard
import LokWire
import Testing

/// Who is answered first when all come back at once.
@Suite struct ReadQueueTests {
  private static func block(_ code: UInt32) -> BlockCode { BlockCode(900_000 + code) }

  private static func request(
    _ question: ReadRequest.Question, _ block: UInt32 = 1, session: UInt64 = 0
  ) -> ReadRequest {
    ReadRequest(question, of: Self.block(block), for: Caller(loop: 0, session: session, call: 1))
  }

  private static func hello(_ block: UInt32 = 1, session: UInt64 = 0) -> ReadRequest {
    request(.device(DeviceNumber(1)), block, session: session)
  }

  private static func page(after seq: UInt64, _ block: UInt32 = 1, session: UInt64 = 0) -> ReadRequest {
    let cursor = DownloadCursor(
      device: DeviceNumber(1), request: DownloadRequest(epoch: nil, after: Seq(seq), scopeVersion: 0))
    return request(.page(cursor, maximumBytes: 1_000), block, session: session)
  }

  private static func drain(_ queue: inout ReadQueue) -> [ReadRequest] {
    var taken: [ReadRequest] = []
    while let request = queue.next() { taken.append(request) }
    return taken
  }

  @Test func `a greeting goes before news, and news before everything`() {
    var queue = ReadQueue()
    for request in [Self.page(after: 0), Self.page(after: 7), Self.hello()] { _ = queue.put(request) }
    let classes = Self.drain(&queue).map(\.class)
    #expect(classes == [.greeting, .news, .bulk])
    let rest = queue.next()
    #expect(queue.isEmpty && rest == nil)
  }

  @Test func `nobody waits for ever behind those above`() {
    var queue = ReadQueue()
    _ = queue.put(Self.page(after: 0))
    _ = queue.put(Self.page(after: 7))
    var classes: [ReadQueue.Class] = []
    for _ in 0..<40 {
      // There is always another one at the door.
      _ = queue.put(Self.hello())
      _ = queue.put(Self.page(after: 9))
      if let request = queue.next() { classes.append(request.class) }
    }
    let bulk = classes.firstIndex(of: .bulk)
    let news = classes.firstIndex(of: .news)
    #expect(bulk.map { $0 <= 8 } == true, "\(classes)")
    #expect(news.map { $0 <= 10 } == true, "\(classes)")
    #expect(classes.count { $0 == .greeting } > 30, "urgent ones are not held up by it")
  }

  @Test func `blocks take turns, and within one the order stays`() {
    var queue = ReadQueue()
    for session in UInt64(1)...200 { _ = queue.put(Self.hello(1, session: session)) }
    for session in UInt64(1)...3 { _ = queue.put(Self.hello(2, session: session)) }
    let taken = Self.drain(&queue)
    let second = taken.indices.filter { taken[$0].block == Self.block(2) }
    #expect(second == [1, 3, 5])
    for block in [1, 2] as [UInt32] {
      let sessions = taken.filter { $0.block == Self.block(block) }.map(\.caller.session)
      #expect(sessions == sessions.sorted())
    }
    #expect(taken.count == 203)
  }

  @Test func `one first download too many comes again, those under way and all others go on`() {
    var queue = ReadQueue()
    let first = (0..<ReadQueue.bulkMaximum).map { _ in queue.put(Self.page(after: 0)) }
    #expect(!first.contains(false))
    let tooMany = queue.put(Self.page(after: 0))
    let others = [queue.put(Self.page(after: 5)), queue.put(Self.hello())]
    #expect(!tooMany && others == [true, true])
    #expect(queue.count(of: .bulk) == ReadQueue.bulkMaximum)
    _ = Self.drain(&queue)
    let later = queue.put(Self.page(after: 0))
    #expect(later)
  }

  @Test func `one go is a few greetings or one page`() {
    var queue = ReadQueue()
    for _ in 0..<20 { _ = queue.put(Self.hello()) }
    for _ in 0..<2 { _ = queue.put(Self.page(after: 3)) }
    var sizes: [Int] = []
    while !queue.isEmpty {
      let batch = queue.nextBatch()
      #expect(batch.dropLast().allSatisfy { $0.class == .greeting })
      sizes.append(batch.count)
    }
    #expect(sizes.reduce(0, +) == 22 && sizes.allSatisfy { $0 <= 16 })
  }

  @Test func `those who are turned away come back one by one`() {
    var spread = RetrySpread()
    let waits = (0..<1_000).map { _ in spread.next(least: 1_000, behind: 5_000) }
    #expect(waits.allSatisfy { (1_000...11_000).contains($0) })
    // Over ten seconds, of a thousand about a hundred in each.
    for second in 1...10 as ClosedRange<UInt32> {
      let count = waits.count { $0 / 1_000 == second }
      #expect((95...105).contains(count), "second \(second): \(count)")
    }
    var busier = RetrySpread()
    let longest = (0..<100).map { _ in busier.next(least: 1_000, behind: .max / 4) }.max() ?? 0
    #expect(longest > 55_000 && longest <= 61_000)
  }
}
