import Foundation
import LokBooks
import LokIntake
import LokWire
import Testing

@Suite struct IntakeLogTests {
  @Test func `a group gets its numbers in order, each block's rows joined to one another`() throws {
    let files = try TemporaryLog()
    try files.create()
    let log = try files.open()
    let rows = try log.append(
      [pending(5, "a"), pending(6, "b"), pending(5, "c")], now: time(1_000))
    #expect(rows.map(\.lsn.rawValue) == [1, 2, 3])
    #expect(rows.map(\.previous.rawValue) == [0, 0, 1])
    let more = try log.append(6, "d")
    #expect(more[0].previous == LSN(2))
    #expect(log.lastLSN(of: BlockCode(6)) == LSN(4))
    #expect(log.lastLSN(of: BlockCode(7)) == .zero)
    #expect(log.highest == LSN(4))
    #expect(log.blocksWithRows == [BlockCode(5), BlockCode(6)])
    #expect(try log.append([], now: time(1)).isEmpty)
  }

  @Test func `a row comes back whole after a restart, and numbers go on`() throws {
    let files = try TemporaryLog()
    try files.create()
    let keys = [WrappedKey(member: RecordID(rawValue: 1 << 32 | 9), wrapped: [1, 2, 3])]
    let appended = PendingAppend(
      block: BlockCode(5), payload: [0, 255], kind: 8, received: time(77),
      rules: RulesVersion(rawValue: 3), keys: keys)
    let before = try files.open().append([appended, pending(5, "")], now: time(1_000))
    #expect(before[0].keys == keys && before[0].kind == 8 && before[0].rules.rawValue == 3)

    let log = try files.open()
    #expect(log.id == TemporaryLog.id)
    #expect(try log.rows(of: BlockCode(5), after: .zero) == before)
    #expect(try log.append(5, "x")[0].lsn == LSN(3))
    #expect(try log.rows(of: BlockCode(5), after: LSN(1), limit: 1).map(\.lsn) == [LSN(2)])
    #expect(try log.isOneStory)
  }

  @Test func `the time of receipt never goes back, whatever the clock does`() throws {
    let files = try TemporaryLog()
    try files.create()
    var log = try files.open()
    let rows = try log.append(
      [pending(5, "a", received: 2_000), pending(6, "b", received: 1_500), pending(5, "c")], now: time(1_800))
    #expect(rows.map(\.received.milliseconds) == [2_000, 2_000, 2_000])
    log = try files.open()
    #expect(try log.append(5, "d", at: 900)[0].received == time(2_000))
    try log.rotate(now: time(900))
    log = try files.open()
    #expect(try log.append(5, "e", at: 900)[0].received == time(2_000))
    #expect(try log.append(5, "f", at: 2_001)[0].received == time(2_001))
  }

  @Test func `full files are followed by new ones and read as one log`() throws {
    let files = try TemporaryLog()
    try files.create()
    var log = try files.open(fileBytes: 2_000, walBytes: 9_000)
    var expected: [String] = []
    for number in 0..<60 {
      let text = String(repeating: "x", count: 100) + String(number)
      let block = UInt32(1 + number % 7)
      expected.append(try log.append(block, text)[0].short)
    }
    #expect(try files.fileNames.count > 3)
    #expect(try log.story == expected)
    #expect(try log.isOneStory)
    log = try files.open()
    #expect(try log.story == expected)
    #expect(try log.isOneStory)
    var tail: [LSN] = []
    try log.forEachRow(after: LSN(57)) { tail.append($0.lsn) }
    #expect(tail == [LSN(58), LSN(59), LSN(60)])
  }

  @Test func `a log is made once and never because it is missing`() throws {
    let files = try TemporaryLog()
    #expect(throws: IntakeError.missing(folder: files.folder)) { try files.open() }
    try files.create()
    #expect(throws: IntakeError.alreadyExists(folder: files.folder)) { try files.create() }
    let nowhere = files.path("nowhere")
    #expect(throws: IntakeError.missing(folder: nowhere)) { try IntakeLog(folder: nowhere) }
  }

  @Test func `a shard that stands elsewhere is told so`() throws {
    let files = try TemporaryLog()
    try files.create()
    let log = try files.open()
    try log.append(5, "a")
    try log.append(6, "b")
    try log.append(5, "c")
    let block = BlockCode(5)
    #expect(throws: IntakeError.positionUnknown(block: block, lsn: LSN(2))) {
      try log.rows(of: block, after: LSN(2))
    }
    #expect(throws: IntakeError.positionUnknown(block: block, lsn: LSN(9))) {
      try log.rows(of: block, after: LSN(9))
    }
    #expect(try log.rows(of: block, after: LSN(3)).isEmpty)
    #expect(try log.rows(of: BlockCode(8), after: .zero).isEmpty)
  }

  @Test func `a key that is too long is refused before anything is written`() throws {
    let files = try TemporaryLog()
    try files.create()
    let log = try files.open()
    var wrong = pending(5, "a")
    let member = RecordID(rawValue: 4)
    wrong.keys = [WrappedKey(member: member, wrapped: Array(repeating: 0, count: 65_536))]
    #expect(throws: IntakeError.keyTooLong(member: member, bytes: 65_536)) {
      try log.append([pending(5, "b"), wrong], now: time(1))
    }
    #expect(try log.append(5, "c")[0].lsn == LSN(1))
  }

  @Test func `free space is that of the file system`() throws {
    let files = try TemporaryLog()
    let space = try FreeSpace(path: files.folder)
    #expect(space.availableBytes > 0 && space.availableBytes <= space.totalBytes)
    #expect(throws: IntakeError.self) { try FreeSpace.bytes(files.path("nowhere")) }
  }
}

@Suite struct WrappedKeyLayoutTests {
  static let keys = [
    WrappedKey(member: RecordID(rawValue: 1), wrapped: []),
    WrappedKey(member: RecordID(rawValue: .max), wrapped: Array(repeating: 9, count: 80)),
  ]

  @Test func `keys come back as they were`() throws {
    #expect(try WrappedKeyLayout.decode(WrappedKeyLayout.encode(Self.keys)) == Self.keys)
    #expect(try WrappedKeyLayout.encode([]).isEmpty)
  }

  @Test func `what is cut off anywhere is no layout`() throws {
    let bytes = try WrappedKeyLayout.encode(Self.keys)
    for count in bytes.indices where count != 0 && count != 10 {
      #expect(WrappedKeyLayout.decode(Array(bytes.prefix(count))) == nil, "\(count) bytes")
    }
  }
}
