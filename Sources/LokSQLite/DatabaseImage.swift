internal import CSQLite

/// The bytes of a database file. To write a few rows into one that has no file yet costs neither locks nor
/// journals.
package struct DatabaseImage: Sendable {
  package private(set) var bytes: [UInt8]

  /// What stands in the main database of a connection, GRDB's too.
  /// - Throws: `SQLiteError` where there is no memory for it.
  package init(of connection: OpaquePointer) throws(SQLiteError) {
    var size: sqlite3_int64 = 0
    guard let start = sqlite3_serialize(connection, "main", &size, 0) else {
      throw SQLiteError(code: SQLITE_NOMEM, message: "no memory for an image", path: ":memory:", sql: nil)
    }
    defer { sqlite3_free(start) }
    bytes = [UInt8](UnsafeRawBufferPointer(start: start, count: Int(size)))
  }

  /// With what `body` writes.
  package func changed(_ body: (Connection) throws -> Void) throws -> DatabaseImage {
    let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
    try connection.load(self)
    try body(connection)
    return try DatabaseImage(of: connection.handle)
  }

  /// The same database in WAL mode. In memory there is no such mode, so that it cannot be set there.
  /// Source: SQLite's Database File Format, 1.3.3 (versions 2 for reading and writing); `sqlite3_deserialize`
  /// tells to set the same bytes the other way round.
  package var inWALMode: DatabaseImage {
    var image = self
    for place in Self.formatVersions where image.bytes.indices.contains(place) { image.bytes[place] = 2 }
    return image
  }

  private static let formatVersions = 18...19
}

extension Connection {
  /// Puts `image` in the place of its database.
  fileprivate func load(_ image: DatabaseImage) throws(SQLiteError) {
    let count = image.bytes.count
    guard let copy = sqlite3_malloc64(sqlite3_uint64(count)) else {
      throw SQLiteError(code: SQLITE_NOMEM, message: "no memory for an image", path: path, sql: nil)
    }
    copy.copyMemory(from: image.bytes, byteCount: count)
    // SQLite frees it, also where it refuses.
    let code = sqlite3_deserialize(
      handle, "main", copy.assumingMemoryBound(to: UInt8.self), sqlite3_int64(count), sqlite3_int64(count),
      UInt32(SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE))
    guard code == SQLITE_OK else {
      throw SQLiteError(code: code, message: "an image was refused", path: path, sql: nil)
    }
  }
}
