import Foundation
import LokSQLite
import Testing

@Suite struct ConnectionTests {
  private let file = TemporaryFile()

  @Test func `values come back as they were bound`() throws {
    let connection = try open("CREATE TABLE t (a, b, c, d, e, f)")
    let all: [UInt8] = Array(0...255)
    let text = "शिव\u{0}'\"; DROP"
    try connection.statement("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)")
      .bind(Int64.min, UInt64.max, text, all, nil as Int64?, [UInt8]()).run()
    let isSame = try connection.statement("SELECT * FROM t").first { row in
      row.integer(0) == .min && row.unsigned(1) == .max && row.text(2) == text && row.bytes(3) == all
        && row.isNull(4) && row.optionalInteger(4) == nil && !row.isNull(5) && row.bytes(5).isEmpty
        && row.count == 6 && row.name(1) == "b"
    }
    #expect(isSame == true)
  }

  @Test func `values of any type are told apart, and equal themselves`() throws {
    let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
    let values = "SELECT NULL, 1, 1.0, '1', x'31', 'é', 'e' || char(769), ''"
    let first = try #require(try connection.statement(values).first(\.values))
    #expect(first == (try connection.statement(values).first(\.values)))
    #expect(Set(first).count == 8)
    #expect(first.prefix(2) == [.null, .integer(1)] && first[4] == .blob([0x31]) && first[7] == .text([]))
  }

  @Test func `a query finds its own statement in each connection`() throws {
    let insert = Query("INSERT INTO t VALUES (?, ?, ?)")
    let select = Query("SELECT a, b, c FROM t")
    let one = try open("CREATE TABLE t (a, b, c)")
    let file = TemporaryFile()
    let other = try Connection(path: file.path, mode: .readWriteCreate)
    try other.execute("CREATE TABLE t (a, b, c)")
    // The second query first: their numbers are not in the order of their use.
    #expect(try other.statement(select).first { $0.integer(0) } == nil)
    try one.statement(insert).bind(columns: { binder in
      binder.put(Int64.min)
      binder.put(nil as Int64?)
      binder.put(text: "धान")
    }).run()
    try other.statement(insert).bind(columns: { binder in
      binder.put(7)
      binder.put(8)
      binder.put(nil as Int64?)
    }).run()
    let isBound = try one.statement(select).first { row in
      row.integer(0) == .min && row.isNull(1) && row.text(2) == "धान"
    }
    #expect(isBound == true)
    #expect(try other.statement(select).first { [$0.integer(0), $0.integer(1)] } == [7, 8])
    #expect(try other.statement(select).first { $0.isNull(2) } == true)
    #expect(try one.statement(insert) === one.statement(insert))
  }

  @Test func `what a person has typed does not stay bound when a statement has run`() throws {
    let connection = try open("CREATE TABLE t (a, b)")
    let select = Query("SELECT ?1, ?2")
    let statement = try connection.statement(select)
    func isEmpty() throws -> Bool? { try statement.first { $0.isNull(0) && $0.isNull(1) } }
    #expect(try statement.bind("Sita", 7).first { $0.text(0) } == "Sita")
    #expect(try isEmpty() == true)
    let columns = try statement.bind(columns: { binder in
      binder.put(1)
      binder.put([1, 2, 3])
    })
    #expect(try columns.first { $0.bytes(1) } == [1, 2, 3])
    #expect(try isEmpty() == true)
  }

  @Test(arguments: [0, 1, 7, 8, 39, 512, 600, 1_003])
  func `rows that are inserted many to a statement are all there`(_ count: Int) throws {
    let connection = try open("CREATE TABLE t (a INTEGER PRIMARY KEY, b, c, d)")
    let insertion = RowInsertion(into: "t", "a, b, c, d")
    // In several calls: the first rows of a connection go one to a statement, later ones many.
    for first in stride(from: 0, to: count, by: 300) {
      try connection.insert(min(300, count - first), by: insertion) { place, binder in
        let row = first + place
        binder.put(Int64(row))
        binder.put(row % 3 == 0 ? nil : Int64(-row))
        binder.put(text: row % 5 == 0 ? nil : "धान \(row)")
        binder.put([UInt8(row % 256)])
      }
    }
    let rows = try connection.statement("SELECT a, b, c, d FROM t ORDER BY a").all { row in
      [
        row.description(0), row.description(1), row.description(2), row.description(3),
      ]
    }
    let wanted = (0..<count).map { row in
      [
        "\(row)", row % 3 == 0 ? "NULL" : "\(-row)", row % 5 == 0 ? "NULL" : "धान \(row)",
        "x'" + (row % 256 < 16 ? "0" : "") + String(row % 256, radix: 16) + "'",
      ]
    }
    #expect(rows == wanted)
  }

  @Test func `rows that meet one that is there change it where that was said`() throws {
    let connection = try open("CREATE TABLE t (a INTEGER PRIMARY KEY, b) ; INSERT INTO t VALUES (3, 1)")
    let sums = RowInsertion(into: "t", "a, b", suffix: "ON CONFLICT (a) DO UPDATE SET b = excluded.b")
    for factor in [10, 20] {
      try connection.insert(700, by: sums) { row, binder in
        binder.put(Int64(row))
        binder.put(Int64(row * factor))
      }
      let found = try connection.statement("SELECT b FROM t ORDER BY a").all { Int($0.integer(0)) }
      #expect(found == (0..<700).map { $0 * factor })
    }
  }

  @Test func `a row that breaks a constraint ends an insertion, and its transaction is taken back`() throws {
    let connection = try open("CREATE TABLE t (a INTEGER PRIMARY KEY) ; INSERT INTO t VALUES (718)")
    #expect(throws: SQLiteError.self) {
      try connection.transaction {
        let insertion = RowInsertion(into: "t", "a")
        for first in [0, 600] {
          try connection.insert(600, by: insertion) { row, binder in binder.put(Int64(first + row)) }
        }
      }
    }
    #expect(try connection.statement("SELECT a FROM t").all { $0.integer(0) } == [718])
  }

  @Test func `bound values do not stay for the next run`() throws {
    let connection = try open("CREATE TABLE t (a, b)")
    let insert = try connection.statement("INSERT INTO t VALUES (?, ?)")
    try insert.bind(1, "secret").run()
    try insert.bind(2).run()
    #expect(try connection.statement("SELECT b FROM t WHERE a = 2").first { $0.isNull(0) } == true)
    #expect(try connection.statement("SELECT b FROM t WHERE a = 3").first { $0.text(0) } == nil)
    #expect(try connection.statement("INSERT INTO t VALUES (?, ?)") === insert)
  }

  @Test func `a statement outlives the variable that its connection was in`() throws {
    let path = file.path
    func statement() throws -> Statement {
      let connection = try Connection(path: path, mode: .readWriteCreate)
      try connection.execute("CREATE TABLE t (a); INSERT INTO t VALUES (7)")
      return try connection.statement("SELECT a FROM t")
    }
    let found = try statement().all { $0.integer(0) }
    #expect(found == [7])
    // It has really closed since: another connection may take the file for itself.
    let other = try Connection(path: path, mode: .readWrite)
    try other.execute("BEGIN EXCLUSIVE")
    other.rollback()
  }

  @Test func `a transaction leaves all or nothing`() throws {
    struct Stop: Error {}
    let connection = try open("CREATE TABLE t (a)")
    try connection.transaction { try connection.execute("INSERT INTO t VALUES (1)") }
    #expect(throws: Stop.self) {
      try connection.transaction {
        try connection.execute("INSERT INTO t VALUES (2)")
        throw Stop()
      }
    }
    #expect(!connection.isInTransaction)
    #expect(try values(connection) == [1])
  }

  @Test func `a savepoint that fails takes only its own part back`() throws {
    struct Stop: Error {}
    let connection = try open("CREATE TABLE t (a)")
    try connection.transaction {
      try connection.execute("INSERT INTO t VALUES (1)")
      #expect(throws: Stop.self) {
        try connection.savepoint {
          try connection.execute("INSERT INTO t VALUES (2)")
          throw Stop()
        }
      }
      try connection.savepoint { try connection.execute("INSERT INTO t VALUES (3)") }
    }
    #expect(try values(connection) == [1, 3])
  }

  @Test func `a transaction on a full disk ends, and the error says that the machine is in trouble`() throws {
    let connection = try open("CREATE TABLE t (a); PRAGMA max_page_count=1")
    let error = #expect(throws: SQLiteError.self) {
      try connection.transaction {
        try connection.statement("INSERT INTO t VALUES (?)").bind([UInt8](repeating: 1, count: 50_000)).run()
      }
    }
    #expect(error?.isEnvironmental == true && error?.isCorruption == false)
    #expect(!connection.isInTransaction)
  }

  @Test func `an error names file and statement and no value`() throws {
    let connection = try open("CREATE TABLE t (a UNIQUE)")
    let insert = try connection.statement("INSERT INTO t VALUES (?)")
    try insert.bind("Lakshmi").run()
    let error = #expect(throws: SQLiteError.self) { try insert.bind("Lakshmi").run() }
    let text = error.map(String.init(describing:)) ?? ""
    #expect(text.contains(file.path) && text.contains("INSERT INTO t") && !text.contains("Lakshmi"))
    #expect(error?.isEnvironmental == false)
    try insert.bind("Savita").run()
  }

  @Test func `a file that is missing or no database is refused`() throws {
    let missing = #expect(throws: SQLiteError.self) { try Connection(path: file.path, mode: .readWrite) }
    #expect(missing?.isEnvironmental == true)
    #expect(!FileManager.default.fileExists(atPath: file.path))
    try Data("twelve bytes".utf8).write(to: URL(fileURLWithPath: file.path))
    let wrong = #expect(throws: SQLiteError.self) {
      try Connection(path: file.path, mode: .readWrite).execute("CREATE TABLE t (a)")
    }
    #expect(wrong?.isCorruption == true)
  }

  @Test func `a reader writes nothing and sees what is committed`() throws {
    let writer = try open("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
    let reader = try Connection(path: file.path, mode: .readOnly)
    #expect(try values(reader) == [1])
    try writer.execute("INSERT INTO t VALUES (2)")
    #expect(try values(reader) == [1, 2])
    #expect(throws: SQLiteError.self) { try reader.execute("INSERT INTO t VALUES (3)") }
  }

  @Test func `closing leaves the WAL, a checkpoint empties it`() throws {
    let wal = file.path + "-wal"
    do { _ = try open("CREATE TABLE t (a); INSERT INTO t VALUES (1)") }
    #expect(size(wal) > 0)
    let connection = try Connection(path: file.path, mode: .readWrite)
    #expect(try values(connection) == [1])
    #expect(try connection.checkpoint(.truncate))
    #expect(size(wal) == 0)
  }

  private func open(_ schema: String) throws -> Connection {
    let connection = try Connection(path: file.path, mode: .readWriteCreate)
    try connection.execute("PRAGMA journal_mode=WAL")
    try connection.execute(schema)
    return connection
  }

  private func values(_ connection: Connection) throws -> [Int64] {
    try connection.statement("SELECT a FROM t ORDER BY a").all { $0.integer(0) }
  }

  private func size(_ path: String) -> Int {
    ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? NSNumber)?.intValue ?? 0
  }
}
