import Foundation
import LokBooks
import LokShard
import LokSQLite
import LokWire
import Testing

/// A snapshot at N, and the sets after N, make the books that all sets make: for every N of drawn histories.
struct SnapshotLawTests {
  static let steps = 45

  @Test(arguments: Array<UInt64>(1..<4))
  func `for every N the snapshot at N with the tail is the whole history`(_ seed: UInt64) throws {
    let writer = try HistoryWriter(seed: seed)
    let reader = try writer.block.reader()
    for _ in 1...Self.steps { try writer.step() }
    let village = try SnapshotVillage(writer)
    // The same commands once more, one at a time, with a snapshot after each.
    let taken = try village.snapshots()
    #expect(taken.contains { !$0.isWholeHistory }, "seed \(seed): no history was long enough")
    var previews = 0
    for (place, snapshot) in taken.enumerated() {
      let phone = try village.phone()
      if let preview = snapshot.preview() {
        previews += 1
        try phone.adopt(try CboSnapshot(decoding: preview.encoded(), block: TestBlock.code))
        #expect(try village.previewDifferences(phone, of: snapshot) == [], "seed \(seed), N \(snapshot.seq)")
      }
      try phone.adopt(snapshot)
      #expect(try phone.previews() == [])
      try village.applyTail(to: phone)
      let broken = try village.differences(phone)
      guard broken.isEmpty else {
        Issue.record("seed \(seed), N \(snapshot.seq): \(broken)")
        return
      }
      #expect(try phone.findings() == [], "seed \(seed), N \(snapshot.seq)")
      // Older sets come later, in all sizes of a page.
      guard place % 5 == 0 else { continue }
      try village.fetchHistory(to: phone, through: Seq(snapshot.seq.rawValue / 2))
      #expect(try phone.findings() == [], "seed \(seed), N \(snapshot.seq), some of the history")
      try village.fetchHistory(to: phone)
      #expect(try phone.incompleteHistories() == [])
      #expect(try village.allDifferences(phone) == [], "seed \(seed), N \(snapshot.seq)")
      #expect(try phone.findings() == [], "seed \(seed), N \(snapshot.seq), all of the history")
    }
    #expect(previews > 5, "seed \(seed)")
    #expect(try reader.snapshot(of: writer.cbo)?.encoded() == village.snapshots().last?.encoded())
  }

  @Test func `a preview does not replace what is held`() throws {
    let writer = try HistoryWriter(seed: 6)
    for _ in 1...Self.steps { try writer.step() }
    let village = try SnapshotVillage(writer)
    let snapshot = try #require(try village.snapshots().last)
    let phone = try village.phone()
    try phone.adopt(snapshot)
    let digest = try phone.stateDigest(of: writer.cbo)
    try phone.adopt(try #require(snapshot.preview()))
    #expect(try phone.stateDigest(of: writer.cbo) == digest)
    #expect(try phone.previews() == [])
  }

  @Test(arguments: Array<UInt64>(11..<14))
  func `what is written next gets the verdict that it gets with all history`(_ seed: UInt64) throws {
    let writer = try HistoryWriter(seed: seed)
    for _ in 1...Self.steps { try writer.step() }
    let village = try SnapshotVillage(writer)
    let compared = try village.compareVerdicts()
    #expect(compared.same > 10, "seed \(seed)")
    // Only what speaks of a set or an entry that is not here may be answered otherwise, and then as unknown.
    #expect(compared.unexplained == [], "seed \(seed)")
  }

  @Test func `the bytes of a snapshot come back as they were, and no other bytes make one`() throws {
    let writer = try HistoryWriter(seed: 3)
    for _ in 1...Self.steps { try writer.step() }
    let snapshot = try #require(try writer.block.reader().snapshot(of: writer.cbo))
    let bytes = snapshot.encoded()
    #expect(try CboSnapshot(decoding: bytes, block: TestBlock.code).encoded() == bytes)
    for length in bytes.indices {
      #expect(throws: WireError.self) {
        try CboSnapshot(decoding: Array(bytes.prefix(length)), block: TestBlock.code)
      }
    }
    // Damage is an error or other values, never a trap; what it leads to is found by the chain.
    for place in bytes.indices {
      var damaged = bytes
      damaged[place] ^= 0x5A
      _ = try? CboSnapshot(decoding: damaged, block: TestBlock.code)
    }
  }

  @Test func `a snapshot whose journal does not lead to its chain is not taken up`() throws {
    let writer = try HistoryWriter(seed: 4)
    for _ in 1...Self.steps { try writer.step() }
    let village = try SnapshotVillage(writer)
    let short = try #require(try village.snapshots().last { $0.isWholeHistory })
    var bytes = short.encoded()
    let place = try #require(bytes.firstRange(of: short.chain)?.lowerBound)
    bytes[place] ^= 1
    let damaged = try CboSnapshot(decoding: bytes, block: TestBlock.code)
    let phone = try village.phone()
    #expect(throws: SnapshotError.chainDiffers(cbo: writer.cbo, seq: damaged.seq)) {
      try phone.adopt(damaged)
    }
    #expect(try phone.heldCBOs() == [])
    #expect(try phone.incompleteHistories() == [])
  }

  @Test func `older sets that are not those of the snapshot are refused, and the books stay`() throws {
    let writer = try HistoryWriter(seed: 5)
    for _ in 1...Self.steps { try writer.step() }
    let village = try SnapshotVillage(writer)
    let snapshot = try #require(try writer.block.reader().snapshot(of: writer.cbo))
    let phone = try village.phone()
    try phone.adopt(snapshot)
    let digest = try phone.stateDigest(of: writer.cbo)
    #expect(throws: SnapshotError.historyDiffers(cbo: writer.cbo, seq: snapshot.seq)) {
      try village.fetchHistory(to: phone, falsifying: 2)
    }
    #expect(try phone.stateDigest(of: writer.cbo) == digest)
    #expect(try phone.incompleteHistories().count == 1)
  }
}
