import Foundation
package import LokBooks

/// All months' traffic files, read beside a server that writes them.
package struct TrafficHistory {
  private let files: [(month: TrafficMonth, file: TrafficFile)]

  /// - Parameter folder: may be missing: nobody has called yet.
  /// - Throws: `SQLiteError` for a file that cannot be read.
  package init(folder: String) throws {
    files = try Self.months(in: folder).compactMap { month in
      try TrafficFile.reading(folder + "/" + month.fileName).map { (month, $0) }
    }
  }

  /// Ascending.
  static func months(in folder: String) throws -> [TrafficMonth] {
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: folder)
      .compactMap(TrafficMonth.init(fileName:)).sorted()
  }

  /// The sums of each device of a block that called between these days, both included; nil = no bound.
  package func sums(of block: BlockCode, from first: Day?, through last: Day) throws
    -> [DeviceNumber: TrafficNote]
  {
    let wanted = files.filter { entry in
      entry.month <= TrafficMonth(of: last) && first.map { TrafficMonth(of: $0) <= entry.month } ?? true
    }
    return try wanted.reduce(into: [:]) { sums, entry in
      let found = try entry.file.sums(of: block, from: first ?? Day(number: .min), through: last)
      sums.merge(found) { sum, note in
        var sum = sum
        sum.add(note)
        return sum
      }
    }
  }
}
