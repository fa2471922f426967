import LokText

/// Rows under headings, columns aligned, for people. Machines get `--json`.
package struct Table {
  package enum Alignment: Sendable { case left, right }

  package struct Column: Sendable {
    package var title: String
    package var alignment: Alignment
    package init(_ title: String, _ alignment: Alignment = .left) {
      self.title = title
      self.alignment = alignment
    }
  }

  private let columns: [Column]
  private var rows: [[String]] = []

  package init(_ columns: [Column]) { self.columns = columns }

  package var isEmpty: Bool { rows.isEmpty }

  /// Cells beyond the columns are not shown; missing ones are empty. No cell breaks its line or steers the
  /// terminal.
  package mutating func append(_ cells: [String]) {
    rows.append(columns.indices.map { $0 < cells.count ? Printable.text(cells[$0]) : "" })
  }

  /// One line a row, two spaces between columns, nothing at a line's end.
  package var text: String {
    let widths = columns.indices.map { column in
      ([columns[column].title] + rows.map { $0[column] }).map(DisplayWidth.of).max() ?? 0
    }
    return ([columns.map(\.title)] + rows).map { line($0, widths) }.joined(separator: "\n")
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    let padded = columns.indices.map { column in
      DisplayWidth.padded(
        cells[column], to: widths[column], atBeginning: columns[column].alignment == .right)
    }
    let joined = padded.joined(separator: "  ")
    let end = joined.lastIndex { $0 != " " }.map { joined.index(after: $0) } ?? joined.startIndex
    return String(joined[..<end])
  }
}

/// Names and values in two columns, for one thing with many facts.
package struct FactSheet {
  private var facts: [(name: String, value: String)] = []

  package init() {}

  package mutating func append(_ name: String, _ value: String) {
    facts.append((name, Printable.text(value)))
  }

  package var text: String {
    let width = facts.map { DisplayWidth.of($0.name) }.max() ?? 0
    return
      facts
      .map { DisplayWidth.padded($0.name, to: width + 2) + $0.value }
      .joined(separator: "\n")
  }
}
