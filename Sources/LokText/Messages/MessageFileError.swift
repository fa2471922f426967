/// Why a file of messages cannot be read, and where.
package struct MessageFileError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Problem: Hashable, Sendable {
    case notUTF8
    /// A line that is neither empty nor a comment needs `key = text`.
    case equalsSignMissing
    /// Keys are words of ASCII letters, digits and `_`, joined by points.
    case keyMalformed(String)
    case keyTwice(String, firstLine: Int)
    case textMissing(key: String)
    /// A brace without its partner.
    case braceUnmatched(key: String)
    case placeholderUnknown(String)
  }

  package var file: String
  /// From 1.
  package var line: Int
  package var problem: Problem

  package init(file: String, line: Int, _ problem: Problem) {
    self.file = file
    self.line = line
    self.problem = problem
  }

  package var description: String {
    let words =
      switch problem {
      case .notUTF8: "not UTF-8"
      case .equalsSignMissing: "no equals sign"
      case .keyMalformed(let key): "'\(key)' is no key"
      case .keyTwice(let key, let line): "\(key) stands in line \(line) already"
      case .textMissing(let key): "\(key) has no text"
      case .braceUnmatched(let key): "\(key) has a brace without its partner"
      case .placeholderUnknown(let text): "{\(text)} is no placeholder"
      }
    return "\(file):\(line): \(words)"
  }
}
