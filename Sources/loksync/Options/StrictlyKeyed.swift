/// An object of a file that people write: a key it does not know is an error, not a word that is dropped.
protocol StrictlyKeyed: Decodable {
  associatedtype CodingKeys: CodingKey, CaseIterable
}

/// Decodes a value and refuses keys that are not its own.
struct Strict<Value: StrictlyKeyed>: Decodable {
  let value: Value

  /// - Throws: `UnknownKey`, `DecodingError`.
  init(from decoder: any Decoder) throws {
    let known = Value.CodingKeys.allCases.map(\.stringValue)
    let keys = try decoder.container(keyedBy: AnyKey.self).allKeys
    if let unknown = keys.filter({ !known.contains($0.stringValue) }).min(by: {
      $0.stringValue < $1.stringValue
    }) {
      throw UnknownKey(path: decoder.codingPath + [unknown], known: known.joined(separator: ", "))
    }
    value = try Value(from: decoder)
  }
}

/// A key of a file that means nothing there.
struct UnknownKey: Error {
  let path: [any CodingKey]
  /// What may stand in its place.
  let known: String
}

private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
