import Foundation

/// One value, keys in order, on the standard output.
package func printJSON(_ value: some Encodable) throws {
  print(try jsonText(value))
}

/// Pretty and with sorted keys, so that two runs can be compared line by line.
package func jsonText(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}
