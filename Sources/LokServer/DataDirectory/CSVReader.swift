/// Reads comma-separated values by RFC 4180, with LF or CRLF, a byte order mark and blank lines tolerated.
package struct CSVReader {
  package struct Record {
    /// From 1, where the record begins.
    package let line: Int
    package let fields: [[UInt8]]
  }
  package struct BrokenQuotes: Error { package let line: Int }

  private let bytes: [UInt8]
  private var position: Int
  private var line = 1

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// The next record that is not a blank line; nil at the end. Nothing can be read behind broken quotes:
  /// where the next record begins is unknown then.
  package mutating func next() throws(BrokenQuotes) -> Record? {
    while position < bytes.count {
      let first = line
      var fields: [[UInt8]] = []
      var isLast = false
      while !isLast {
        let field = try field(from: first)
        fields.append(field)
        isLast = endOfField() != comma
      }
      if fields != [[]] { return Record(line: first, fields: fields) }
    }
    return nil
  }

  private mutating func field(from first: Int) throws(BrokenQuotes) -> [UInt8] {
    guard position < bytes.count, bytes[position] == quote else { return try plainField(from: first) }
    position += 1
    var field: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == lineFeed { line += 1 }
      if byte != quote {
        field.append(byte)
      } else if position < bytes.count, bytes[position] == quote {
        field.append(quote)
        position += 1
      } else if isAtEndOfField {
        return field
      } else {
        break
      }
    }
    position = bytes.count
    throw BrokenQuotes(line: first)
  }

  private mutating func plainField(from first: Int) throws(BrokenQuotes) -> [UInt8] {
    let start = position
    while !isAtEndOfField {
      if bytes[position] == quote {
        position = bytes.count
        throw BrokenQuotes(line: first)
      }
      position += 1
    }
    return Array(bytes[start..<position])
  }

  private var isAtEndOfField: Bool {
    guard position < bytes.count else { return true }
    let byte = bytes[position]
    if byte == carriageReturn { return position + 1 == bytes.count || bytes[position + 1] == lineFeed }
    return byte == comma || byte == lineFeed
  }

  /// Steps over what ends a field and gives it; nil at the end of all.
  private mutating func endOfField() -> UInt8? {
    if position < bytes.count, bytes[position] == carriageReturn { position += 1 }
    guard position < bytes.count else { return nil }
    let byte = bytes[position]
    position += 1
    if byte == lineFeed { line += 1 }
    return byte
  }
}

private let comma = UInt8(ascii: ",")
private let quote = UInt8(ascii: "\"")
private let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
