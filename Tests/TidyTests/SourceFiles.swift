import Foundation
import Testing

/// The project's own Swift files; what is generated is C and not among them.
struct SourceFile: CustomStringConvertible, Sendable {
  /// From the project's folder: `Sources/LokBooks/Ledger/Paise.swift`.
  let path: String
  let lines: [String]
  /// Every line without its comment and without what stands in quotes, so that words may be spoken of.
  let code: [String]
  var description: String { path }

  /// `LokBooks`, or `LokBooksTests`.
  var module: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
  var isTest: Bool { path.hasPrefix("Tests/") }

  init(path: String, lines: [String]) {
    self.path = path
    self.lines = lines
    code = Self.code(of: lines)
  }

  static let all: [SourceFile] = ["Sources", "Tests"].flatMap(files)

  private static func code(of lines: [String]) -> [String] {
    var isInText = false
    return lines.map { line in
      let marks = line.components(separatedBy: #"""""#).count - 1
      defer { if marks % 2 == 1 { isInText.toggle() } }
      if isInText { return "" }
      var isQuoted = false
      var code = ""
      var previous: Character = " "
      for character in line {
        if character == "\"", previous != "\\" { isQuoted.toggle() }
        if !isQuoted, character == "/", previous == "/" { return String(code.dropLast()) }
        if !isQuoted { code.append(character) }
        previous = character
      }
      return code
    }
  }

  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func files(in folder: String) -> [SourceFile] {
    let found = FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path)
    let names = (found?.allObjects ?? []).compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }
    return names.sorted().compactMap { name in
      let path = "\(folder)/\(name)"
      guard let text = try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8) else {
        return nil
      }
      return SourceFile(
        path: path, lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    }
  }
}

/// One failure that lists every place, not one a place.
func expectNone(_ found: [String], sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(found.isEmpty, "\(found.joined(separator: "\n"))", sourceLocation: sourceLocation)
}
