package import LokBooks

/// A block with the state and the district it lies in, by their LGD codes.
package struct CatalogueBlock: Hashable, Sendable {
  package let code: BlockCode
  package let name: String
  package let stateCode: UInt32
  package let stateName: String
  package let districtCode: UInt32
  package let districtName: String

  package init(
    code: BlockCode, name: String, stateCode: UInt32, stateName: String, districtCode: UInt32,
    districtName: String
  ) {
    self.code = code
    self.name = name
    self.stateCode = stateCode
    self.stateName = stateName
    self.districtCode = districtCode
    self.districtName = districtName
  }
}

/// A directory of blocks as CSV, with the columns of the Local Government Directory in any order:
/// state_code, state_name, district_code, district_name, block_code, block_name. Others are passed over.
package enum BlockDirectory {
  /// The largest file that is read: a hundred times the national one.
  package static let bytesMaximum = 32 * 1024 * 1024

  /// What is wrong, in the order of lines.
  package struct Faults: Error, Hashable, Sendable {
    package let faults: [BlockDirectoryFault]
  }

  /// All blocks in the file's order, after every row was checked.
  package static func read(_ bytes: [UInt8]) throws(Faults) -> [CatalogueBlock] {
    var reading = Reading()
    var reader = CSVReader(bytes)
    do {
      while let record = try reader.next() { reading.take(record) }
    } catch {
      reading.faults.append(BlockDirectoryFault(line: error.line, kind: .brokenQuotes))
    }
    if reading.blocks.isEmpty, reading.faults.isEmpty {
      reading.faults.append(BlockDirectoryFault(line: 1, kind: .noBlocks))
    }
    guard reading.faults.isEmpty else { throw Faults(faults: reading.faults) }
    return reading.blocks
  }

  private static let columns = [
    "state_code", "state_name", "district_code", "district_name", "block_code", "block_name",
  ]

  private struct Reading {
    var blocks: [CatalogueBlock] = []
    var faults: [BlockDirectoryFault] = []
    private var header: (count: Int, places: [String: Int])?
    private var firstLines: [BlockCode: Int] = [:]

    mutating func take(_ record: CSVReader.Record) {
      guard let header else { return takeHeader(record) }
      // Without its columns a row says nothing; what is missing has been reported once.
      guard columns.allSatisfy({ header.places[$0] != nil }) else { return }
      guard record.fields.count == header.count else {
        return report(record, .fieldCount(expected: header.count, actual: record.fields.count))
      }
      let before = faults.count
      let block = CatalogueBlock(
        code: BlockCode(code("block_code", of: record)), name: text("block_name", of: record),
        stateCode: code("state_code", of: record), stateName: text("state_name", of: record),
        districtCode: code("district_code", of: record), districtName: text("district_name", of: record))
      if block.code.rawValue != 0, let first = firstLines[block.code] {
        report(record, .duplicate(block.code, firstLine: first))
      }
      guard faults.count == before else { return }
      firstLines[block.code] = record.line
      blocks.append(block)
    }

    private mutating func takeHeader(_ record: CSVReader.Record) {
      var places: [String: Int] = [:]
      for (place, field) in record.fields.enumerated() {
        let name = trimmed(String(decoding: field, as: UTF8.self)).lowercased()
        if places[name] == nil { places[name] = place }
      }
      header = (record.fields.count, places)
      for name in columns where places[name] == nil { report(record, .missingColumn(name)) }
    }

    /// 0 where it was reported.
    private mutating func code(_ column: String, of record: CSVReader.Record) -> UInt32 {
      let text = text(column, of: record)
      if text.isEmpty { return 0 }
      // Digits only: the initialiser would take a sign.
      guard text.utf8.allSatisfy({ (48...57).contains($0) }), let code = UInt32(text), code > 0 else {
        report(record, .notACode(column: column))
        return 0
      }
      return code
    }

    /// Empty where it was reported.
    private mutating func text(_ column: String, of record: CSVReader.Record) -> String {
      guard let place = header?.places[column] else { return "" }
      guard let valid = String(validating: record.fields[place], as: UTF8.self),
        !valid.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
      else {
        report(record, .notText(column: column))
        return ""
      }
      let text = trimmed(valid)
      if text.isEmpty { report(record, .empty(column: column)) }
      return text
    }

    private mutating func report(_ record: CSVReader.Record, _ kind: BlockDirectoryFault.Kind) {
      faults.append(BlockDirectoryFault(line: record.line, kind: kind))
    }

    private func trimmed(_ text: String) -> String {
      String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
  }
}
