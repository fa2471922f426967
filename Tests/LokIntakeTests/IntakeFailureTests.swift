import Foundation
import LokBooks
import LokIntake
import LokSQLite
import Testing

/// Ends a group's transaction as a test wants it.
final class Committer {
  enum Mode {
    case works
    /// Nothing reached the disk.
    case failsBefore
    /// All of it is on disk, and nobody was told.
    case failsAfter
  }
  struct Failure: Error {}
  var mode = Mode.works
  /// Run on the connection once a group is committed.
  var afterwards: String?

  func commit(_ connection: Connection) throws {
    if mode == .failsBefore { throw Failure() }
    try connection.execute("COMMIT")
    if let afterwards { try connection.execute(afterwards) }
    if mode == .failsAfter { throw Failure() }
  }
}

@Suite struct IntakeFailureTests {
  @Test(arguments: [Committer.Mode.failsBefore, .failsAfter], [false, true])
  func `a group whose write failed is appended again and counts once`(
    _ mode: Committer.Mode, _ isFirstOfItsFile: Bool
  ) throws {
    let files = try TemporaryLog()
    try files.create()
    let committer = Committer()
    var log = try files.open(commit: committer.commit)
    if !isFirstOfItsFile { try log.append(5, "before") }
    let acknowledged = try log.story
    let group = [pending(5, "x"), pending(6, "y")]

    committer.mode = mode
    for _ in 0..<3 {
      #expect(throws: IntakeError.self) { try log.append(group, now: time(1_000)) }
      #expect(try log.story == acknowledged)
    }
    committer.mode = .works
    let rows = try log.append(group, now: time(1_000))
    #expect(rows[0].previous == (isFirstOfItsFile ? .zero : LSN(1)))
    #expect(rows[0].lsn.rawValue > 6, "numbers that were tried are not given again")

    let expected = acknowledged + ["5:x", "6:y"]
    #expect(try log.story == expected)
    log = try files.open()
    #expect(try log.story == expected)
    #expect(try log.isOneStory)
    #expect(try files.fileNames.count <= 2, "attempts leave no files behind")
    try log.append(6, "z")
    #expect(try log.isOneStory)
  }

  @Test func `a disk that is full stores nothing of a group and takes it when there is room`() throws {
    let files = try TemporaryLog()
    try files.create()
    let committer = Committer()
    committer.afterwards = "PRAGMA max_page_count=1"
    let log = try files.open(commit: committer.commit)
    try log.append(5, "a")
    let large = String(repeating: "x", count: 100_000)
    let error = #expect(throws: IntakeError.self) { try log.append(5, "b", large, "c") }
    guard case .notStored(let cause) = error else { throw Committer.Failure() }
    #expect(cause.contains("full"))
    #expect(try log.story == ["5:a"])
    try log.append(5, "b", "c")
    #expect(try log.story == ["5:a", "5:b", "5:c"])
    #expect(try files.open().story == ["5:a", "5:b", "5:c"])
  }

  @Test func `a group that was on disk without an answer when the process died is there once`() throws {
    let files = try TemporaryLog()
    try files.create()
    let committer = Committer()
    var log = try files.open(commit: committer.commit)
    try log.append(5, "a")
    committer.mode = .failsAfter
    #expect(throws: IntakeError.self) { try log.append(5, "b") }
    log = try files.open()
    #expect(try log.story == ["5:a", "5:b"])
    try log.append(5, "c")
    #expect(try log.isOneStory)
  }

  @Test func `a log cut off at any byte holds whole groups, the first ones, and goes on`() throws {
    let files = try TemporaryLog()
    try files.create()
    let log = try files.open()
    for number in 0..<6 { try log.append(UInt32(number % 2), "\(number)a", "\(number)b") }
    let whole = try log.story
    let wal = try Data(contentsOf: URL(fileURLWithPath: files.path("00000001.sqlite-wal")))
    #expect(wal.count > 6 * 4_096)
    var lengths: Set<Int> = []
    for cut in stride(from: 0, through: wal.count, by: 1_031) + [wal.count] {
      let copy = try TemporaryLog()
      try FileManager.default.copyItem(
        atPath: files.path("00000001.sqlite"), toPath: copy.path("00000001.sqlite"))
      try wal.prefix(cut).write(to: URL(fileURLWithPath: copy.path("00000001.sqlite-wal")))
      let cutLog = try copy.open()
      let story = try cutLog.story
      #expect(story.count % 2 == 0 && story == Array(whole.prefix(story.count)), "cut at \(cut)")
      lengths.insert(story.count)
      try cutLog.append(0, "next")
      #expect(try cutLog.isOneStory && copy.open().story == story + ["0:next"], "cut at \(cut)")
    }
    #expect(lengths == [0, 2, 4, 6, 8, 10, 12])
  }

  @Test func `a file that was half made is made again`() throws {
    let files = try TemporaryLog()
    try files.create()
    let log = try files.open()
    try log.append(5, "a")
    try Data("half".utf8).write(to: URL(fileURLWithPath: files.path("00000002.sqlite.new")))
    try Data("half".utf8).write(to: URL(fileURLWithPath: files.path("00000002.sqlite.new-journal")))
    let reopened = try files.open()
    #expect(try files.allNames.allSatisfy { !$0.contains("new") })
    try reopened.rotate(now: time(1))
    try reopened.append(5, "b")
    #expect(try files.open().story == ["5:a", "5:b"])
  }
}

@Suite struct IntakeDamageTests {
  @Test(arguments: ["", "not a database at all, though long enough to be looked at", "other program"])
  func `a foreign file under a log's name is named`(_ content: String) throws {
    let files = try TemporaryLog()
    try files.create()
    let path = files.path("00000002.sqlite")
    if content == "other program" {
      try Connection(path: path, mode: .readWriteCreate).execute("CREATE TABLE meta (key, value)")
    } else {
      try Data(content.utf8).write(to: URL(fileURLWithPath: path))
    }
    let error = #expect(throws: IntakeError.self) { try files.open() }
    guard case .notALog(path, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `a file of another log is named`() throws {
    let files = try TemporaryLog()
    try files.create()
    let other = try TemporaryLog()
    let foreign = IntakeID(Array(repeating: 8, count: 16))!
    try IntakeLog.create(folder: other.folder, id: foreign, now: time(1))
    try IntakeLog(folder: other.folder).rotate(now: time(1))
    let path = files.path("00000002.sqlite")
    try FileManager.default.copyItem(atPath: other.path("00000002.sqlite"), toPath: path)
    #expect(throws: IntakeError.foreign(path: path, expected: TemporaryLog.id, found: foreign)) {
      try files.open()
    }
  }

  @Test func `acknowledged rows that are gone from a closed file are missed when they are read`() throws {
    let files = try TemporaryLog()
    try files.create()
    var log = try files.open()
    try log.append(5, "a")
    try log.append(6, "b")
    try log.rotate(now: time(1))
    try log.append(6, "c")
    let path = files.path("00000001.sqlite")
    try Connection(path: path, mode: .readWrite).execute("DELETE FROM log WHERE lsn = 2")
    log = try files.open()
    #expect(throws: IntakeError.tailLost(path: path, expected: LSN(2), found: LSN(1))) {
      try log.rows(of: BlockCode(6), after: .zero)
    }
    #expect(try log.rows(of: BlockCode(6), after: LSN(2)).map(\.short) == ["6:c"])
  }

  @Test func `a last file whose rows do not join on does not open`() throws {
    let files = try TemporaryLog()
    try files.create()
    let log = try files.open()
    try log.append(5, "a")
    try log.append(5, "b")
    let path = files.path("00000001.sqlite")
    try Connection(path: path, mode: .readWrite).execute("DELETE FROM log WHERE lsn = 1")
    let error = #expect(throws: IntakeError.self) { try files.open() }
    #expect(error?.code == "INTAKE_DAMAGED")
  }

  @Test func `a file cut short is damaged, not empty`() throws {
    let files = try TemporaryLog()
    try files.create()
    var log = try files.open()
    for _ in 0..<20 { try log.append(5, String(repeating: "x", count: 3_000)) }
    log = try files.open()
    let path = files.path("00000001.sqlite")
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.truncate(atOffset: 40_000)
    try handle.close()
    let error = #expect(throws: IntakeError.self) { try files.open() }
    #expect(error?.code == "INTAKE_DAMAGED")
  }
}
