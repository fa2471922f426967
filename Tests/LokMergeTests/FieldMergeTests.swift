import LokBooks
import LokMerge
import Testing

/// Writes of one field that had not seen each other, in every order of arrival.
struct FieldMergeTests {
  struct Write {
    var device: UInt32
    var hlc: UInt64
    var value: String
    var deviceSeq: UInt64 = 1
  }

  static let name = CBOField.name

  /// Applies the writes in this order; `bases` says how much each had seen.
  private func merged(_ writes: [Write], field: UInt32 = name, base: (Int) -> UInt64 = { _ in 0 }) -> (
    StoredRecord, [Conflict]
  ) {
    var record = StoredRecord(
      id: RecordID(device: DeviceNumber(1), counter: 1), entity: .cbo, cbo: RecordID(rawValue: 1), seq: .zero,
      fields: [])
    var conflicts: [Conflict] = []
    for (index, write) in writes.enumerated() {
      let writer = Writer(
        device: DeviceNumber(write.device), deviceSeq: DeviceSeq(write.deviceSeq),
        hlc: HybridTime(rawValue: write.hlc), base: Seq(base(index)), seq: Seq(UInt64(index) + 1), index: 0)
      let patch = Patch([.init(number: field, value: .text(write.value))])
      let result = FieldMerge.merge(patch, into: record, by: writer)
      record = result.record
      conflicts += result.conflicts
    }
    return (record, conflicts)
  }

  @Test func `unseen writes of several devices end in the same value in every order`() {
    let hlcs: [UInt64] = [5, 5, 7]
    for first in hlcs {
      for second in hlcs {
        for third in hlcs {
          let writes = [
            Write(device: 1, hlc: first, value: "a"), Write(device: 2, hlc: second, value: "b"),
            Write(device: 3, hlc: third, value: "c"),
          ]
          let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
          let results = orders.map { order in
            merged(order.map { writes[$0] }).0.values.text(Self.name)
          }
          #expect(Set(results).count == 1, "\(first) \(second) \(third): \(results)")
        }
      }
    }
  }

  @Test func `the loser of unseen writes is kept in the conflict, with the rule`() throws {
    let (record, conflicts) = merged([
      Write(device: 1, hlc: 9, value: "later"), Write(device: 2, hlc: 3, value: "earlier"),
    ])
    #expect(record.values.text(Self.name) == "later")
    let conflict = try #require(conflicts.first)
    #expect(conflicts.count == 1)
    #expect(conflict.rule == .lastWriter)
    #expect(!conflict.newcomerWon)
    #expect(conflict.loser.value == .text("earlier"))
    #expect(conflict.loser.device == DeviceNumber(2))
  }

  @Test func `who has seen a value replaces it, however slow her clock`() {
    let (record, conflicts) = merged(
      [Write(device: 1, hlc: 9, value: "old"), Write(device: 2, hlc: 3, value: "new")],
      base: { $0 == 1 ? 1 : 0 })
    #expect(record.values.text(Self.name) == "new")
    #expect(conflicts.isEmpty)
  }

  @Test func `a device replaces its own value without a conflict`() {
    let (record, conflicts) = merged([
      Write(device: 1, hlc: 9, value: "old"), Write(device: 1, hlc: 9, value: "new"),
    ])
    #expect(record.values.text(Self.name) == "new")
    #expect(conflicts.isEmpty)
  }

  @Test(arguments: [3, 9, 12] as [UInt64])
  func `what a device wrote before and is released now does not replace what it wrote since`(_ clock: UInt64)
  {
    let (record, conflicts) = merged([
      Write(device: 1, hlc: 9, value: "since", deviceSeq: 5),
      Write(device: 1, hlc: clock, value: "before", deviceSeq: 2),
    ])
    #expect(record.values.text(Self.name) == "since")
    #expect(conflicts.map(\.loser.value) == [.text("before")], "it is kept all the same")
  }

  @Test func `what is written once stays, also against one who has seen it, and the attempt is recorded`() {
    let (record, conflicts) = merged(
      [Write(device: 1, hlc: 1, value: "first"), Write(device: 1, hlc: 9, value: "second")],
      field: CBOField.formationDay, base: { _ in 9 })
    #expect(record.values.text(CBOField.formationDay) == "first")
    #expect(conflicts.map(\.rule) == [.writeOnce])
  }

  @Test func `fields of a newer app are merged like any other`() {
    let (record, _) = merged([Write(device: 1, hlc: 1, value: "kept")], field: 900)
    #expect(record.values.text(900) == "kept")
  }
}
