import LokBooks
import LokShard
import LokSQLite
import LokTestSupport
import LokWire
import Testing

/// Devices that claim nothing of each other's end in the same books, in whatever order their sets come.
struct InterleavingTests {
  @Test func `every order of two devices' sets is there once, and keeps each device's own`() {
    #expect(Interleavings.all([2, 1]) == [[0, 0, 1], [0, 1, 0], [1, 0, 0]])
    #expect(Set(Interleavings.all([2, 2, 1])).count == 30 && Interleavings.count([2, 2, 1]) == 30)
    var random = SeededGenerator(seed: 1)
    #expect(Interleavings.one([3, 2], &random).sorted() == [0, 0, 0, 1, 1])
  }

  @Test func `without rivals every order ends in the same state`() throws {
    var orders = 0
    var released = 0
    for seed: UInt64 in 1...24 {
      var random = SeededGenerator(seed: seed)
      var village = try SharedVillage()
      // Two to four devices; the first group's meetings are always among them.
      let devices =
        [0] + [1, 2, 3].shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random)).sorted()
      let lanes = try village.lanes(devices, &random)
      var first: (state: [String], order: [Int])?
      for order in Interleavings.some(lanes.map(\.count), most: 24, &random) {
        let block = try TestBlock(branching: village.block)
        try apply(order, lanes, to: block)
        let connection = try Connection(path: block.path, mode: .readOnly)
        let state = try OrderlessState.lines(of: connection)
        orders += 1
        released +=
          try connection.statement("SELECT count(*) FROM resolved WHERE word IN (1, 2)")
          .first { Int($0.integer(0)) } ?? 0
        guard let known = first else {
          first = (state, order)
          #expect(try block.verify() == [], "seed \(seed)")
          continue
        }
        #expect(
          known.state == state,
          """
          seed \(seed), \(devices): \(known.order) and \(order) differ in \
          \(OrderlessState.difference(known.state, state))
          """
        )
      }
    }
    #expect(orders > 200 && released > 200, "orders \(orders), releases \(released)")
  }

  private func apply(_ order: [Int], _ lanes: [[Command]], to block: TestBlock) throws {
    var rest = lanes.map { $0[...] }
    var rows: [ShardCommand] = []
    for device in order {
      if let command = rest[device].popFirst() { rows.append(block.row(command)) }
    }
    for outcome in try block.writer.apply(rows) {
      if case .refused(let reason) = outcome.result { Issue.record("\(reason)") }
    }
  }
}
