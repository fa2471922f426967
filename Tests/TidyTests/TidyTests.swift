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
    for file in SourceFile.all where Self.longFiles[file.path] == nil {
      #expect(file.lines.count <= Self.linesMaximum, "\(file)")
    }
  }

  @Test func `no line is longer than 110 characters`() {
    for file in SourceFile.all {
      for (index, line) in file.lines.enumerated() where line.count > Self.columnsMaximum {
        Issue.record("\(file):\(index + 1) has \(line.count)")
      }
    }
  }

  /// Words in code, each with the reason why it stays out.
  @Test(arguments: [
    ("try!", "an error ends in an answer"), ("fatalError(", "a server does not die of input"),
    ("as!", "a cast that fails is an answer"),
  ])
  func `nothing in the sources traps on what it is given`(word: String, reason: String) {
    for file in SourceFile.all where !file.isTest {
      for (index, line) in file.code.enumerated() where line.contains(word) {
        Issue.record("\(file):\(index + 1) \(word): \(reason)")
      }
    }
  }

  @Test func `what is left to do is not left in the code`() {
    // In two parts, or this line would find itself.
    let words = ["TO" + "DO", "FIX" + "ME", "X" + "XX"]
    for file in SourceFile.all {
      for (index, line) in file.lines.enumerated() where words.contains(where: line.contains) {
        Issue.record("\(file):\(index + 1) \(line)")
      }
    }
  }

  @Test func `a claim that the compiler cannot check says why it holds`() {
    let words = ["@unchecked" + " Sendable", "nonisolated" + "(unsafe)"]
    for file in SourceFile.all where !file.isTest {
      for (index, line) in file.lines.enumerated() where words.contains(where: line.contains) {
        let above = index > 0 ? file.lines[index - 1].drop(while: \.isWhitespace) : ""
        #expect(above.hasPrefix("//"), "\(file):\(index + 1) has no comment directly above")
      }
    }
  }

  @Test func `only the command line prints`() {
    for file in SourceFile.all where !file.isTest && file.module != "loksync" {
      for (index, line) in file.code.enumerated() where line.contains(#/(^|[^.\w])print\(/#) {
        Issue.record("\(file):\(index + 1) prints")
      }
    }
  }
}
