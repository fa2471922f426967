/// The messages of one language, read from `key = text` lines in UTF-8.
///
/// ```
/// # A comment.
/// reason.CASH_NEGATIVE.what = Cash would be {0:money} at closure
/// ```
///
/// Empty lines and lines that begin with `#` are skipped; space around key and text does not count. The text
/// holds `{INDEX:KIND}` and `{record}`; other braces are refused.
package struct MessageFile: Hashable, Sendable {
  package let templates: [String: MessageTemplate]

  package static let empty = MessageFile(templates: [:])

  private init(templates: [String: MessageTemplate]) { self.templates = templates }

  /// - Parameters:
  ///   - bytes: the whole file; lines end with LF or CR LF.
  ///   - name: for the error.
  package init(_ bytes: some Collection<UInt8>, name: String) throws(MessageFileError) {
    var templates: [String: MessageTemplate] = [:]
    var lines: [String: Int] = [:]
    var number = 0
    for raw in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      do throws(Problem) {
        guard let (key, template) = try Self.message(in: raw) else { continue }
        if let first = lines[key] { throw Problem.keyTwice(key, firstLine: first) }
        lines[key] = number
        templates[key] = template
      } catch {
        throw MessageFileError(file: name, line: number, error)
      }
    }
    self.templates = templates
  }

  private typealias Problem = MessageFileError.Problem

  /// Nil for an empty line and for a comment.
  private static func message(
    in bytes: some Collection<UInt8>
  ) throws(Problem) -> (key: String, template: MessageTemplate)? {
    guard let line = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
    let trimmed = trim(line)
    if trimmed.isEmpty || trimmed.hasPrefix("#") { return nil }
    guard let sign = trimmed.firstIndex(of: "=") else { throw .equalsSignMissing }
    let key = String(trim(trimmed[..<sign]))
    guard isKey(key) else { throw .keyMalformed(key) }
    let text = trim(trimmed[trimmed.index(after: sign)...])
    guard !text.isEmpty else { throw .textMissing(key: key) }
    return (key, MessageTemplate(parts: try parts(of: text, key)))
  }

  private static func isKey(_ text: String) -> Bool {
    text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { word in
      !word.isEmpty
        && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
    }
  }

  private static func parts(of text: Substring, _ key: String) throws(Problem) -> [MessageTemplate.Part] {
    var parts: [MessageTemplate.Part] = []
    var rest = text
    while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      if brace > rest.startIndex { parts.append(.text(String(rest[..<brace]))) }
      let inside = rest[rest.index(after: brace)...]
      guard rest[brace] == "{", let end = inside.firstIndex(where: { $0 == "{" || $0 == "}" }),
        inside[end] == "}"
      else { throw .braceUnmatched(key: key) }
      parts.append(.placeholder(try placeholder(inside[..<end])))
      rest = inside[inside.index(after: end)...]
    }
    if !rest.isEmpty { parts.append(.text(String(rest))) }
    return parts
  }

  /// `record`, or one digit and a kind.
  private static func placeholder(_ text: Substring) throws(Problem) -> MessageTemplate.Placeholder {
    if text == "record" { return .record }
    let words = text.split(separator: ":", omittingEmptySubsequences: false)
    guard words.count == 2, words[0].utf8.count == 1, let index = Int(words[0]),
      let kind = MessageTemplate.Kind(rawValue: String(words[1]))
    else { throw .placeholderUnknown(String(text)) }
    return .argument(index, kind)
  }

  private static func trim(_ text: some StringProtocol) -> Substring {
    let start = Substring(text).drop(while: \.isWhitespace)
    let end = start.lastIndex { !$0.isWhitespace }
    return end.map { start[...$0] } ?? ""
  }
}

extension MessageFileError.Problem: Error {}
