import Foundation
import LokBooks
import LokIntake
import LokSQLite
import Testing

@Suite struct IntakeRemovalTests {
  static let week: Int64 = 7 * 86_400_000

  @Test func `numbers go on after every applied file has been removed and the log was reopened`() throws {
    let files = try TemporaryLog()
    try files.create()
    var log = try files.open()
    try log.append(5, "a", "b")
    try log.append(6, "c")
    try log.rotate(now: time(1_000))
    let all = log.positions
    #expect(try remove(log, all, now: Self.week + 1_000) == ["00000001.sqlite"])
    #expect(try files.allNames.allSatisfy { $0.hasPrefix("00000002") })

    log = try files.open()
    #expect(log.highest == LSN(3) && log.positions == all && log.blocksWithRows.isEmpty)
    #expect(try log.story.isEmpty)
    let rows = try log.append([pending(6, "d"), pending(5, "e"), pending(7, "f")], now: time(2_000))
    #expect(rows.map(\.lsn.rawValue) == [4, 5, 6])
    #expect(rows.map(\.previous.rawValue) == [3, 2, 0])
    #expect(try log.rows(of: BlockCode(5), after: LSN(2)) == [rows[1]])
  }

  @Test func `yesterday's copy of a shard is noticed although the log holds no row of its block`() throws {
    let files = try TemporaryLog()
    try files.create()
    let log = try files.open()
    try log.append(5, "a")
    try log.append(5, "b")
    for now in [1_000, 2_000] as [Int64] { try log.rotate(now: time(now)) }
    #expect(try remove(log, log.positions, now: Self.week * 2).count == 2)
    let reopened = try files.open()
    #expect(throws: IntakeError.rowsRemoved(block: BlockCode(5), after: LSN(1), missing: LSN(2))) {
      try reopened.rows(of: BlockCode(5), after: LSN(1))
    }
    #expect(try reopened.rows(of: BlockCode(5), after: LSN(2)).isEmpty)
  }

  @Test(
    arguments: [
      ("not yet old enough", [5: 3, 6: 2], Self.week + 999, 0),
      ("a block not durable", [5: 2, 6: 2], Self.week * 2, 0),
      ("a block of unknown state", [5: 3], Self.week * 2, 0),
      ("all durable", [5: 3, 6: 2], Self.week * 2, 1),
    ] as [(String, [UInt32: UInt64], Int64, Int)])
  func `a file stays while it is needed`(
    _ name: String, _ durable: [UInt32: UInt64], _ now: Int64, _ expected: Int
  ) throws {
    let files = try TemporaryLog()
    try files.create()
    let log = try files.open()
    try log.append(5, "a")
    try log.append(6, "b")
    try log.append(5, "c")
    try log.rotate(now: time(1_000))
    try log.append(5, "d")
    let known = Dictionary(uniqueKeysWithValues: durable.map { (BlockCode($0.key), LSN($0.value)) })
    #expect(try remove(log, known, now: now).count == expected, "\(name)")
    #expect(try log.isOneStory)
  }

  @Test func `a file missing between others is not passed over`() throws {
    let files = try TemporaryLog()
    try files.create()
    let log = try files.open()
    for now in 1...3 as ClosedRange<Int64> {
      try log.append(5, "a")
      try log.rotate(now: time(now))
    }
    try FileManager.default.removeItem(atPath: files.path("00000002.sqlite"))
    #expect(throws: IntakeError.fileMissing(folder: files.folder, number: 2)) { try files.open() }
  }

  private func remove(_ log: IntakeLog, _ durable: [BlockCode: LSN], now: Int64) throws -> [String] {
    try log.removeFiles(durable: { durable[$0] }, archiveMilliseconds: Self.week, now: time(now))
  }
}
