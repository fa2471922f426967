import Foundation
import LokServer

/// Rows of a comma separated file by the names in its first line.
struct CommaSeparated {
  private let columns: [String: Int]
  private let rows: [[String]]

  init(contentsOf path: String) throws {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw SimulationError.unreadable(path: path)
    }
    var reader = CSVReader([UInt8](bytes))
    var records: [[String]] = []
    while let record = try reader.next() {
      records.append(
        record.fields.map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespaces) })
    }
    columns = Dictionary(
      (records.first ?? []).enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    rows = Array(records.dropFirst())
  }

  /// The values of `names`, row by row. A row that is too short gives empty texts.
  /// - Throws: `SimulationError.columnMissing`.
  func values(_ names: String..., in path: String) throws -> [[String]] {
    let places = try names.map { name in
      guard let place = columns[name] else { throw SimulationError.columnMissing(name, path: path) }
      return place
    }
    return rows.map { row in places.map { $0 < row.count ? row[$0] : "" } }
  }
}
