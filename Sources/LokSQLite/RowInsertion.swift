internal import CSQLite

/// An INSERT into one table for rows that come by the dozen: many rows to a statement, which opens the table
/// and its indexes once for all of them and finds the place of a row from that of the one before.
///
/// A row that breaks a constraint leaves those before it (OR FAIL: to take a part of a statement back, SQLite
/// would copy every page that it touches). Run it where an error rolls the transaction or savepoint back.
package struct RowInsertion: Sendable {
  private static let sizes = [16, 4, 1]
  /// The same insertion for as many rows, largest first.
  private let queries: [(rows: Int, query: Query)]
  let columns: Int

  /// For constants, as `Query`.
  /// - Parameter suffix: behind the values, as `ON CONFLICT …`.
  package init(into table: String, _ columns: String, suffix: String = "") {
    let count = columns.split(separator: ",").count
    let row = "(" + Array(repeating: "?", count: count).joined(separator: ", ") + ")"
    self.columns = count
    queries = Self.sizes.map { rows in
      let values = Array(repeating: row, count: rows).joined(separator: ", ")
      return (rows, Query("INSERT OR FAIL INTO \(table) (\(columns)) VALUES \(values) \(suffix)"))
    }
  }

  /// How `count` rows are divided.
  func parts(of count: Int) -> [(first: Int, rows: Int, query: Query)] {
    var parts: [(first: Int, rows: Int, query: Query)] = []
    var first = 0
    for (rows, query) in queries {
      while count - first >= rows {
        parts.append((first, rows, query))
        first += rows
      }
    }
    return parts
  }
}

/// Takes the values of a row, column after column.
package struct ColumnBinder {
  private let handle: OpaquePointer
  private(set) var column: Int32 = 0
  private(set) var failure: Int32?

  init(_ handle: OpaquePointer) { self.handle = handle }

  private mutating func note(_ code: Int32) { if code != SQLITE_OK { failure = failure ?? code } }

  package mutating func put(_ value: Int64) {
    column += 1
    note(sqlite3_bind_int64(handle, column, value))
  }

  package mutating func put(_ value: Int64?) {
    guard let value else { return putNull() }
    put(value)
  }

  package mutating func put(_ bytes: [UInt8]) {
    column += 1
    note(bytes.bind(to: handle, at: column))
  }

  package mutating func put(text: String?) {
    guard let text else { return putNull() }
    column += 1
    note(text.bind(to: handle, at: column))
  }

  private mutating func putNull() {
    column += 1
    note(sqlite3_bind_null(handle, column))
  }
}

extension Connection {
  /// Writes `count` rows; `bind` gives each of them its values, as many as `insertion` has columns.
  package func insert(
    _ count: Int, by insertion: RowInsertion, _ bind: (Int, inout ColumnBinder) -> Void
  ) throws(SQLiteError) {
    for (first, rows, query) in insertion.parts(of: count) {
      let statement = try statement(query)
      try statement.bind(columns: { binder in
        for row in first..<first + rows { bind(row, &binder) }
      }).run()
    }
  }
}
