internal import CSQLite

/// A prepared statement of one connection. Bind by position from 1, then `run`, `first` or `forEach`;
/// each of them resets it, so that no read transaction outlives the call.
package final class Statement {
  private let handle: OpaquePointer
  private let database: OpenDatabase
  private let path: String
  private let sql: String
  /// While its connection rests.
  var isKept = false
  /// A text or blob is bound: it may be personal, and takes memory.
  private var holdsBytes = false

  init(handle: OpaquePointer, database: OpenDatabase, path: String, sql: String) {
    self.handle = handle
    self.database = database
    self.path = path
    self.sql = sql
  }

  deinit { sqlite3_finalize(handle) }

  /// Column after column, from the first one on: for what every set runs, since a call with a list of types
  /// asks Swift's runtime for each of them.
  @discardableResult
  package func bind(columns body: (inout ColumnBinder) -> Void) throws(SQLiteError) -> Statement {
    var binder = ColumnBinder(handle)
    body(&binder)
    if binder.holdsBytes { holdsBytes = true }
    if let failure = binder.failure { throw error(failure) }
    return self
  }

  @discardableResult
  package func bind<each Value: Bindable>(_ values: repeat (each Value)?) throws(SQLiteError) -> Statement {
    holdsBytes = true
    var index: Int32 = 1
    var failed: Int32?
    for value in repeat each values {
      let code = value.map { $0.bind(to: handle, at: index) } ?? sqlite3_bind_null(handle, index)
      if code != SQLITE_OK { failed = failed ?? code }
      index += 1
    }
    if let failed { throw error(failed) }
    return self
  }

  @discardableResult
  package func bind(_ values: [(any Bindable)?]) throws(SQLiteError) -> Statement {
    holdsBytes = true
    for (offset, value) in values.enumerated() {
      let index = Int32(offset + 1)
      let code = value.map { $0.bind(to: handle, at: index) } ?? sqlite3_bind_null(handle, index)
      guard code == SQLITE_OK else { throw error(code) }
    }
    return self
  }

  /// Runs it to its end.
  package func run() throws(SQLiteError) {
    defer { reset() }
    while true {
      let code = step()
      if code == SQLITE_ROW { continue }
      guard code == SQLITE_DONE else { throw error(code) }
      return
    }
  }

  /// The first row's value, nil where there is no row.
  package func first<Value>(_ read: (Row) throws -> Value) throws -> Value? {
    defer { reset() }
    switch step() {
    case SQLITE_ROW: return try read(Row(handle: handle))
    case SQLITE_DONE: return nil
    case let code: throw error(code)
    }
  }

  /// Every row, in order. `body` must not run the same statement again.
  package func forEach(_ body: (Row) throws -> Void) throws {
    try scan(while: { row in
      try body(row)
      return true
    })
  }

  /// Rows, in order, until `body` wants no more. `body` must not run the same statement again.
  package func scan(while body: (Row) throws -> Bool) throws {
    defer { reset() }
    while true {
      switch step() {
      case SQLITE_ROW: guard try body(Row(handle: handle)) else { return }
      case SQLITE_DONE: return
      case let code: throw error(code)
      }
    }
  }

  package func all<Value>(_ read: (Row) throws -> Value) throws -> [Value] {
    var values: [Value] = []
    try forEach { values.append(try read($0)) }
    return values
  }

  private func step() -> Int32 {
    if database.isResting {
      let code = database.wake()
      guard code == SQLITE_OK else { return code }
    }
    return sqlite3_step(handle)
  }

  private func reset() {
    sqlite3_reset(handle)
    // Numbers may stand until the next ones are bound; to clear them takes as long as to bind them.
    guard holdsBytes else { return }
    sqlite3_clear_bindings(handle)
    holdsBytes = false
  }

  private func error(_ code: Int32) -> SQLiteError { database.error(code, path: path, sql: sql) }
}

/// A row while its statement stands on it; columns from 0.
package struct Row {
  private let handle: OpaquePointer
  init(handle: OpaquePointer) { self.handle = handle }

  package var count: Int { Int(sqlite3_column_count(handle)) }
  package func name(_ column: Int) -> String { String(cString: sqlite3_column_name(handle, Int32(column))) }
  func type(_ column: Int) -> Int32 { sqlite3_column_type(handle, Int32(column)) }
  package func isNull(_ column: Int) -> Bool { type(column) == SQLITE_NULL }
  package func integer(_ column: Int) -> Int64 { sqlite3_column_int64(handle, Int32(column)) }
  func real(_ column: Int) -> Double { sqlite3_column_double(handle, Int32(column)) }
  package func unsigned(_ column: Int) -> UInt64 { UInt64(bitPattern: integer(column)) }
  package func optionalInteger(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }
  /// Text that is no UTF-8 is mended: only files written by others hold such.
  package func text(_ column: Int) -> String {
    guard let start = sqlite3_column_text(handle, Int32(column)) else { return "" }
    let count = Int(sqlite3_column_bytes(handle, Int32(column)))
    return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }
  /// NULL and an empty blob are both empty.
  package func bytes(_ column: Int) -> [UInt8] {
    guard let start = sqlite3_column_blob(handle, Int32(column)) else { return [] }
    let count = Int(sqlite3_column_bytes(handle, Int32(column)))
    return [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  }
  /// The value as a person would read it in a comparison: for checks that go over any table.
  package func description(_ column: Int) -> String {
    switch type(column) {
    case SQLITE_NULL: "NULL"
    case SQLITE_BLOB:
      "x'"
        + bytes(column).map { byte in
          let text = String(byte, radix: 16)
          return text.count == 1 ? "0" + text : text
        }.joined() + "'"
    default: text(column)
    }
  }
}

/// A value that can stand in a statement.
package protocol Bindable {
  func bind(to statement: OpaquePointer, at index: Int32) -> Int32
}

extension Int64: Bindable {
  package func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
    sqlite3_bind_int64(statement, index, self)
  }
}
extension Int: Bindable {
  package func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
    sqlite3_bind_int64(statement, index, Int64(self))
  }
}
extension Int32: Bindable {
  package func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
    sqlite3_bind_int64(statement, index, Int64(self))
  }
}
extension UInt32: Bindable {
  package func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
    sqlite3_bind_int64(statement, index, Int64(self))
  }
}
/// By its bit pattern: SQLite's integers are signed.
extension UInt64: Bindable {
  package func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
    sqlite3_bind_int64(statement, index, Int64(bitPattern: self))
  }
}
extension Bool: Bindable {
  package func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
    sqlite3_bind_int64(statement, index, self ? 1 : 0)
  }
}
extension String: Bindable {
  package func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
    var text = self
    return text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { characters in
        guard let start = characters.baseAddress else {
          return loksync_sqlite_bind_text(statement, index, "", 0)
        }
        return loksync_sqlite_bind_text(statement, index, start, Int32(clamping: characters.count))
      }
    }
  }
}
extension [UInt8]: Bindable {
  package func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
    withUnsafeBytes { loksync_sqlite_bind_blob(statement, index, $0.baseAddress, Int32(clamping: $0.count)) }
  }
}
