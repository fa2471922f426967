import LokBooks
import LokShard

/// Reads that wait for one thread, the urgent ones first: when all phones of a district come back at once,
/// one that has a meeting to send must not stand behind hundreds that fetch years of books.
///
/// True between calls: a class waits behind those above it, but is passed over at most `patience` times
/// running, so that nobody waits for ever; within a class blocks take turns, so that no block's phones wait
/// for another block's; within a block requests keep their order.
package struct ReadQueue: Sendable {
  package enum Class: Int, CaseIterable, Sendable {
    /// Who is this phone? Its upload waits for the answer.
    case greeting
    /// The few pages since its last sync.
    case news
    /// Everything, or far behind.
    case bulk
  }

  /// First downloads that wait, of one thread; a page takes some milliseconds, so beyond these it is kinder
  /// to let a phone come again.
  package static let bulkMaximum = 256
  private static let patience = 8

  private var lanes = Class.allCases.map { _ in Lane() }
  private var passed = Class.allCases.map { _ in 0 }

  package init() {}

  package var isEmpty: Bool { lanes.allSatisfy(\.isEmpty) }
  package func count(of class: Class) -> Int { lanes[`class`.rawValue].count }

  /// - Returns: false where it would be one first download too many; those that have begun go on.
  package mutating func put(_ request: ReadRequest) -> Bool {
    let lane = request.class.rawValue
    if request.beginsFirstDownload, lanes[lane].count >= Self.bulkMaximum { return false }
    lanes[lane].put(request)
    return true
  }

  package mutating func next() -> ReadRequest? {
    let waiting = lanes.indices.filter { !lanes[$0].isEmpty }
    let due = waiting.last { passed[$0] >= Self.patience }
    guard let chosen = due ?? waiting.first else { return nil }
    for lane in waiting where lane > chosen { passed[lane] += 1 }
    passed[chosen] = 0
    return lanes[chosen].next()
  }

  /// What is answered in one go: some of those that are quick, or one page.
  package mutating func nextBatch() -> [ReadRequest] {
    var batch: [ReadRequest] = []
    while batch.count < Self.batch, let request = next() {
      batch.append(request)
      if request.class != .greeting { break }
    }
    return batch
  }
  private static let batch = 16

  /// The requests of one class, block by block in turn.
  private struct Lane: Sendable {
    private var turns = Line<BlockCode>()
    private var waiting: [BlockCode: Line<ReadRequest>] = [:]
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    mutating func put(_ request: ReadRequest) {
      if waiting[request.block] == nil { turns.append(request.block) }
      waiting[request.block, default: Line()].append(request)
      count += 1
    }

    mutating func next() -> ReadRequest? {
      guard let block = turns.takeFirst(), let request = waiting[block]?.takeFirst() else { return nil }
      count -= 1
      if waiting[block]?.isEmpty == true {
        waiting[block] = nil
      } else {
        turns.append(block)
      }
      return request
    }
  }

  /// First in, first out, without moving everybody up each time.
  private struct Line<Element: Sendable>: Sendable {
    private var elements: [Element] = []
    private var head = 0

    var isEmpty: Bool { head == elements.count }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func takeFirst() -> Element? {
      guard !isEmpty else { return nil }
      defer {
        head += 1
        if head >= 64, head * 2 >= elements.count {
          elements.removeFirst(head)
          head = 0
        }
      }
      return elements[head]
    }
  }
}

extension ReadRequest {
  package var `class`: ReadQueue.Class {
    switch question {
    case .device, .code: .greeting
    case .head, .digests: .news
    case .page(let cursor, _), .heldBack(let cursor): cursor.isBulk ? .bulk : .news
    case .snapshot: .bulk
    }
  }

  /// Answered by the thread that writes the block, from the connection that it has open: a phone that calls,
  /// sends its meeting and asks what is new opens its block's file once. Digests go over all of a group's
  /// tables, and too long for that.
  var isBrief: Bool {
    if case .digests = question { return false }
    return self.class != .bulk
  }

  var beginsFirstDownload: Bool {
    switch question {
    case .page(let cursor, _), .heldBack(let cursor): cursor.isBulk && cursor.pagesGiven == 0
    case .snapshot(let cursor, _): cursor.isBeginning
    case .device, .code, .head, .digests: false
    }
  }
}
