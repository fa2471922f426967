package import LokBooks

/// Why bytes are no value of the contract, or a value cannot be written as one. Fields are named as in
/// Proto/.
package enum WireError: Error, Hashable, Sendable {
  /// Not protobuf, or a field of the wrong wire type.
  case undecodable
  case notUTF8(field: String)
  case holdsNUL(field: String)
  case missingField(String)
  case wrongLength(field: String, actual: Int, expected: Int)
  case tooManyChanges(actual: Int, limit: Int)
  case tooMany(field: String, actual: Int, limit: Int)
  /// More bytes than a message of its kind may have, or than decoding it may take.
  case overLimit(actual: Int, limit: Int)
  /// A closed list (a role, a word, a kind) does not hold this number.
  case unknownValue(field: String)
  /// A number that its field cannot hold, or that would leave SQLite's signed 64 bits.
  case outOfRange(field: String)

  /// The stable code under which a change-set with this error is refused.
  package var reason: Reason {
    switch self {
    case .notUTF8, .holdsNUL: .badText
    case .tooManyChanges: .tooManyChanges
    case .overLimit: .setTooLarge
    case .undecodable, .missingField, .wrongLength, .tooMany, .unknownValue, .outOfRange: .undecodable
    }
  }

  /// The arguments of `reason`, as reason.proto says.
  package var arguments: [Int64] {
    switch self {
    case .tooManyChanges(let actual, let limit), .overLimit(let actual, let limit):
      [Int64(actual), Int64(limit)]
    default: []
    }
  }
}
