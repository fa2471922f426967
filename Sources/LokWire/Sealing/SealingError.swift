/// What keeps a sealed part or a wrapped key closed. Which of the possible causes it was (another key,
/// another place, a changed byte) cannot be told apart, by design of the cipher.
package enum SealingError: Error, Hashable, Sendable {
  /// Not the fixed length, or too short to hold a tag.
  case badLength(actual: Int)
  /// Not sealed with this key for this place, or changed since.
  case notAuthentic
  /// Bytes that are no usable X25519 key.
  case badVaultKey

  /// Stable, for logs.
  package var code: String {
    switch self {
    case .badLength: "SEALED_LENGTH"
    case .notAuthentic: "SEALED_NOT_AUTHENTIC"
    case .badVaultKey: "BAD_VAULT_KEY"
    }
  }
}
