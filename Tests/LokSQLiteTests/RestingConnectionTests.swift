import Foundation
import LokSQLite
import Testing

@Suite struct RestingConnectionTests {
  private let file = TemporaryFile()

  @Test func `a connection at rest has two descriptors, and three again when it is asked`() throws {
    let connection = try filled()
    #expect(descriptors == ["", "-shm", "-wal"])
    connection.rest()
    connection.rest()
    #expect(descriptors == ["", "-shm"])
    #expect(try values(connection) == [1])
    #expect(descriptors == ["", "-shm", "-wal"])
  }

  @Test func `what is written between rests is committed, and seen by others`() throws {
    let connection = try filled()
    let reader = try Connection(path: file.path, mode: .readOnly)
    for number in 2...40 {
      connection.rest()
      try connection.transaction {
        try connection.statement("INSERT INTO t VALUES (?)").bind(Int64(number)).run()
      }
      #expect(try values(reader).count == number)
    }
    connection.rest()
    #expect(try values(Connection(path: file.path, mode: .readWrite)) == Array(1...40))
  }

  @Test func `whatever it is asked for wakes it`() throws {
    let connection = try filled()
    let held = try connection.statement("SELECT a FROM t")
    let asks: [() throws -> Void] = [
      { _ = try held.first { $0.integer(0) } },
      { try connection.execute("INSERT INTO t VALUES (2)") },
      { try connection.sync() },
      { _ = try connection.statement("DELETE FROM t WHERE a = 2") },
      { _ = try connection.checkpoint(.passive) },
    ]
    for ask in asks {
      connection.rest()
      #expect(descriptors == ["", "-shm"])
      try ask()
      #expect(descriptors == ["", "-shm", "-wal"])
    }
    #expect(try values(connection) == [1, 2])
  }

  @Test func `of its statements it keeps those that were said to be worth it`() throws {
    let connection = try filled()
    let (kept, other) = (Query("SELECT a FROM t WHERE a = ?", isKept: true), Query("SELECT count(*) FROM t"))
    let text = "SELECT max(a) FROM t"
    let before = try (connection.statement(kept), connection.statement(other), connection.statement(text))
    connection.rest()
    #expect(try connection.statement(kept) === before.0)
    #expect(try connection.statement(other) !== before.1)
    #expect(try connection.statement(text) !== before.2)
    connection.rest()
    let found = try connection.statement(kept).bind(columns: { $0.put(1) }).first { $0.integer(0) }
    #expect(found == 1)
  }

  @Test func `in a transaction it does not rest`() throws {
    let connection = try filled()
    try connection.transaction {
      try connection.execute("INSERT INTO t VALUES (2)")
      connection.rest()
      try connection.execute("INSERT INTO t VALUES (3)")
    }
    #expect(try values(connection) == [1, 2, 3])
  }

  @Test func `its WAL stays when it is closed at rest, and while another process comes and goes`() throws {
    do {
      let connection = try filled()
      connection.rest()
      let other = Process()
      other.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      let reading = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT a FROM t')"
      other.arguments = ["python3", "-c", reading, file.path]
      try other.run()
      other.waitUntilExit()
      #expect(other.terminationStatus == 0)
      #expect(try values(connection) == [1])
      connection.rest()
    }
    #expect(descriptors.isEmpty)
    #expect(try values(Connection(path: file.path, mode: .readWrite)) == [1])
  }

  @Test func `a WAL that is gone is an error of the machine, each time, and no crash`() throws {
    let connection = try filled()
    connection.rest()
    try FileManager.default.moveItem(atPath: file.path + "-wal", toPath: file.path + "-journal")
    for _ in 0..<2 {
      let error = try #require(throws: SQLiteError.self) {
        try connection.execute("INSERT INTO t VALUES (2)")
      }
      #expect(error.isEnvironmental && error.code & 0xFF == 14)
    }
    try FileManager.default.moveItem(atPath: file.path + "-journal", toPath: file.path + "-wal")
    #expect(try values(connection) == [1])
  }

  private func filled() throws -> Connection {
    let connection = try Connection(path: file.path, mode: .readWriteCreate)
    try connection.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)")
    return connection
  }

  private func values(_ connection: Connection) throws -> [Int64] {
    try connection.statement("SELECT a FROM t ORDER BY a").all { $0.integer(0) }
  }

  /// What this process has open of the file, by what stands behind its name.
  private var descriptors: [String] {
    let folder = "/proc/self/fd"
    let open = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let paths = open.compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "/" + $0)
    }
    return paths.filter { $0.hasPrefix(file.path) }.map { String($0.dropFirst(file.path.count)) }.sorted()
  }
}
