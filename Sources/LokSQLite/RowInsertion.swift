internal import CSQLite

/// An INSERT into one table for rows that come by the dozen: many rows to a statement, which opens the table
/// and its indexes once for all of them and finds the place of a row from that of the one before.
///
/// A row that breaks a constraint leaves those before it (OR FAIL: to take a part of a statement back, SQLite
/// would copy every page that it touches). Run it where an error rolls the transaction or savepoint back.
package struct RowInsertion: Sendable {
  /// How many rows go to a statement, the most first: what is left of a meeting goes four together.
  private static let together = [16, 4, 1]
  /// To prepare the statements of many rows costs what this many rows save: a file that is opened for one set
  /// and closed again is better off without them.
  private static let rowsBefore = 512

  private let queries: [(rows: Int, query: Query)]

  /// For constants, as `Query`.
  /// - Parameters:
  ///   - suffix: behind the values, as `ON CONFLICT …`.
  ///   - isKept: as a `Query`'s, for single rows.
  package init(into table: String, _ columns: String, suffix: String = "", isKept: Bool = false) {
    let places = columns.split(separator: ",").map { _ in "?" }.joined(separator: ", ")
    queries = Self.together.map { rows in
      let values = Array(repeating: "(\(places))", count: rows).joined(separator: ", ")
      let sql = "INSERT OR FAIL INTO \(table) (\(columns)) VALUES \(values) \(suffix)"
      return (rows, Query(sql, isKept: isKept && rows == 1))
    }
  }

  /// The statement for the next rows of `count`, in a file that has had so many.
  func next(of count: Int, after inserted: Int) -> (rows: Int, query: Query) {
    let most = inserted < Self.rowsBefore ? 1 : count
    return queries.first { $0.rows <= most } ?? queries[queries.count - 1]
  }
}

/// Takes the values of a row, column after column.
package struct ColumnBinder {
  private let handle: OpaquePointer
  private(set) var column: Int32 = 0
  private(set) var failure: Int32?
  private(set) var holdsBytes = false

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
    holdsBytes = true
    note(bytes.bind(to: handle, at: column))
  }

  package mutating func put(text: String?) {
    guard let text else { return putNull() }
    column += 1
    holdsBytes = true
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
    var first = 0
    while first < count {
      let (rows, query) = insertion.next(of: count - first, after: rowsInserted)
      try statement(query).bind(columns: { binder in
        for row in first..<first + rows { bind(row, &binder) }
      }).run()
      first += rows
    }
    rowsInserted += count
  }
}
