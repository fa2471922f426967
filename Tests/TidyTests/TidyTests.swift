import Testing

/// What keeps the code readable and its parts apart, and what no compiler looks at.
@Suite struct TidyTests {
  private static let linesMaximum = 400
  private static let columnsMaximum = 110
  /// Files that are longer for a reason that is told here. None is.
  private static let longFiles: [String: String] = [:]

  @Test func `there is something to look at`() {
    #expect(SourceFile.all.count > 100)
    #expect(SourceFile.all.contains { $0.path == "Tests/TidyTests/TidyTests.swift" })
  }

  @Test func `no file is longer than can be read in one go`() {
    let found = SourceFile.all.filter { Self.longFiles[$0.path] == nil && $0.lines.count > Self.linesMaximum }
    expectNone(found.map { "\($0): \($0.lines.count) lines" })
  }

  @Test func `no line is longer than 110 characters`() {
    expectNone(
      SourceFile.all.flatMap { file in
        places(in: file, file.lines) { $0.count > Self.columnsMaximum }
      })
  }

  /// Words in code, each with the reason why it stays out.
  @Test(arguments: [
    ("try!", "an error ends in an answer"), ("fatalError(", "a server does not die of input"),
    ("as!", "a cast that fails is an answer"),
  ])
  func `nothing in the sources traps on what it is given`(word: String, reason: String) {
    expectNone(
      SourceFile.all.filter { !$0.isTest }.flatMap { file in
        places(in: file, file.code) { $0.contains(word) }
      })
  }

  @Test func `what is left to do is not left in the code`() {
    // In two parts, or this line would find itself.
    let words = ["TO" + "DO", "FIX" + "ME"]
    expectNone(
      SourceFile.all.flatMap { file in
        places(in: file, file.lines) { line in words.contains { line.contains($0) } }
      })
  }

  @Test func `a claim that the compiler cannot check says why it holds`() {
    let words = ["@unchecked" + " Sendable", "nonisolated" + "(unsafe)"]
    var found: [String] = []
    for file in SourceFile.all where !file.isTest {
      for (index, line) in file.code.enumerated() where words.contains(where: { line.contains($0) }) {
        let above = index > 0 ? file.lines[index - 1].drop(while: \.isWhitespace) : ""
        if !above.hasPrefix("//") { found.append("\(file):\(index + 1) has no comment directly above") }
      }
    }
    expectNone(found)
  }

  @Test func `only the command line prints`() {
    expectNone(
      SourceFile.all.filter { !$0.isTest && $0.module != "loksync" }.flatMap { file in
        places(in: file, file.code) { $0.contains(#/(^|[^.\w])print\(/#) }
      })
  }

  private func places(in file: SourceFile, _ lines: [String], where isFound: (String) -> Bool) -> [String] {
    lines.enumerated().filter { isFound($0.element) }.map { "\(file):\($0.offset + 1)" }
  }
}
