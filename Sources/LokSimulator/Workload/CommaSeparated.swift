import Foundation

/// Rows of a comma separated file by the names in its first line. Quotes are read, as in RFC 4180; fields
/// do not span lines.
struct CommaSeparated {
  private let columns: [String: Int]
  private let rows: [[String]]

  init(contentsOf path: String) throws {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw SimulationError.unreadable(path: path)
    }
    let lines = text.split(whereSeparator: \.isNewline).map { Self.fields(of: $0) }
    columns = Dictionary(
      (lines.first ?? []).enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    rows = Array(lines.dropFirst())
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

  private static func fields(of line: Substring) -> [String] {
    var fields = [""]
    var isQuoted = false
    for character in line {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
    }
    return fields.map { $0.trimmingCharacters(in: .whitespaces) }
  }
}
