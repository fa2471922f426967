package import LokBooks
import LokIntake
import LokSQLite

/// The blocks that this server may hold, with their states and districts. Read once; it does not change while
/// the server runs.
package struct Catalogue: Sendable {
  /// Ascending by code.
  package let blocks: [CatalogueBlock]
  private let places: [BlockCode: Int]

  package var count: Int { blocks.count }

  package func block(_ code: BlockCode) -> CatalogueBlock? { places[code].map { blocks[$0] } }

  /// - Throws: `DataDirectoryError.unreadable`, `.badCatalogue`.
  package init(path: String) throws {
    do {
      let connection = try Connection(path: path, mode: .readOnly)
      blocks = try connection.statement(Self.query).all { row in
        CatalogueBlock(
          code: BlockCode(UInt32(truncatingIfNeeded: row.integer(0))), name: row.text(1),
          stateCode: UInt32(truncatingIfNeeded: row.integer(2)), stateName: row.text(3),
          districtCode: UInt32(truncatingIfNeeded: row.integer(4)), districtName: row.text(5))
      }
    } catch let error as SQLiteError {
      if error.isEnvironmental { throw DataDirectoryError.unreadable(path: path) }
      throw DataDirectoryError.badCatalogue(path: path)
    }
    places = Dictionary(
      blocks.enumerated().map { ($1.code, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Writes a new catalogue; it is on disk when this returns.
  static func create(path: String, blocks: [CatalogueBlock]) throws {
    let connection = try Connection(path: path, mode: .readWriteCreate)
    try connection.execute("PRAGMA synchronous=FULL")
    try connection.transaction {
      try connection.execute(schema)
      let insert = try connection.statement("INSERT INTO block VALUES (?, ?, ?, ?, ?, ?)")
      for block in blocks {
        try insert.bind(
          block.code.rawValue, block.name, block.stateCode, block.stateName, block.districtCode,
          block.districtName
        ).run()
      }
    }
  }

  private static let schema = """
    CREATE TABLE block (
      code INTEGER PRIMARY KEY,          -- LGD; 900001 and up are synthetic
      name TEXT NOT NULL,
      state_code INTEGER NOT NULL, state_name TEXT NOT NULL,
      district_code INTEGER NOT NULL, district_name TEXT NOT NULL
    )
    """
  private static let query = """
    SELECT code, name, state_code, state_name, district_code, district_name FROM block ORDER BY code
    """
}
