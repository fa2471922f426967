import Crypto
package import Foundation

/// What the bookkeepers did, one act a line in JSON with its keys in alphabetical order: written before any
/// phone sees it, read again by the auditor.
package enum ActFile {
  /// - Returns: the file's SHA-256 in hexadecimal: equal for equal seeds, on every machine.
  package static func write(_ acts: [Act], to path: String) throws -> String {
    let bytes = try encode(acts)
    try bytes.write(to: URL(fileURLWithPath: path), options: .atomic)
    return SHA256.hash(data: bytes).map { hexadecimal($0) }.joined()
  }

  package static func encode(_ acts: [Act]) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var bytes = Data()
    for act in acts {
      bytes.append(try encoder.encode(act))
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  package static func read(_ path: String) throws -> [Act] { try readLines(path) }

  /// - Throws: `SimulationError.badActs` with the line.
  static func readLines<Line: Decodable>(_ path: String) throws -> [Line] {
    guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
      throw SimulationError.unreadable(path: path)
    }
    let decoder = JSONDecoder()
    return try bytes.split(separator: UInt8(ascii: "\n")).enumerated().map { number, line in
      guard let value = try? decoder.decode(Line.self, from: Data(line)) else {
        throw SimulationError.badActs(path: path, line: number + 1)
      }
      return value
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }
}
