import Foundation
import LokBooks
import LokSQLite
import LokShard
import Testing

/// How a shard's file comes into being.
struct NewShardFileTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "loksync-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  private func make(_ name: String, _ block: BlockCode) throws {
    _ = try ShardWriter.create(path: path(name), block: block, intake: TestBlock.intake)
  }

  @Test func `every file of a process has the same tables, and its own block`() throws {
    let blocks = (1...3).map { BlockCode(900_000 + $0) }
    for block in blocks { try make("\(block).sqlite", block) }
    let found = try blocks.map { block in
      let connection = try Connection(path: path("\(block).sqlite"), mode: .readOnly)
      #expect(try connection.statement("PRAGMA journal_mode").first { $0.text(0) } == "wal")
      #expect(try connection.statement("PRAGMA user_version").first { $0.integer(0) } == 1)
      #expect(try connection.statement("PRAGMA integrity_check").first { $0.text(0) } == "ok")
      #expect(
        try connection.statement("SELECT value FROM meta WHERE key = 'block'").first { $0.integer(0) }
          == Int64(block.rawValue))
      #expect(try connection.statement("SELECT count(*) FROM journal").first { $0.integer(0) } == 0)
      return try connection.statement("SELECT name, sql FROM sqlite_master ORDER BY name").all {
        $0.text(0) + $0.text(1)
      }
    }
    #expect(found[0].count > 40)
    #expect(Set(found).count == 1)
  }

  @Test func `what a crash has left of one does not stand in the way, and is gone`() throws {
    try Data("half a page".utf8).write(to: URL(fileURLWithPath: path("s.sqlite.new")))
    try make("s.sqlite", TestBlock.code)
    _ = try ShardWriter(path: path("s.sqlite"), block: TestBlock.code, intake: TestBlock.intake)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names.allSatisfy { !$0.contains(".new") }, "\(names)")
  }

  @Test func `where no file can be made, it is named with the reason`() throws {
    let error = #expect(throws: SQLiteError.self) { try make("nowhere/s.sqlite", TestBlock.code) }
    #expect(error?.path == path("nowhere/s.sqlite"))
    #expect(error?.isEnvironmental == true, "it is tried again when the machine is well")
    #expect(error?.message == "No such file or directory")
  }

  @Test func `a file that is there is left as it is`() throws {
    let other = Data("somebody's".utf8)
    try other.write(to: URL(fileURLWithPath: path("s.sqlite")))
    #expect(throws: SQLiteError.self) { try make("s.sqlite", TestBlock.code) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path("s.sqlite"))) == other)
  }
}
