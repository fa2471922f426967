import ArgumentParser
import Testing
import loksync

/// Help and exit codes are what scripts and people rely on.
@Suite struct HelpTests {
  static let commands: [[String]] = [
    ["init"], ["serve"], ["device", "enrol-code"], ["device", "revoke"], ["device", "scope"],
    ["device", "register"], ["device", "record"], ["device", "record", "village"],
    ["device", "record", "cbo"], ["device", "record", "member"], ["device", "record", "loan"],
    ["device", "record", "meeting"], ["device", "sync"], ["device", "status"], ["device", "books"],
    ["shard"], ["shard", "list"], ["shard", "show"], ["shard", "records"], ["shard", "verify"], ["simulate"],
  ]

  @Test(arguments: commands)
  func `every command shows an example of itself`(words: [String]) async {
    let end = await Run.ending(arguments: words + ["--help"])
    #expect(end.code == 0)
    let help = end.output ?? ""
    #expect(help.contains("loksync \(words.joined(separator: " "))"), "\(help)")
    #expect(help.contains("--data") || help.contains("--store"))
  }

  /// Every example in a help text has to parse: an example that does not work is worse than none.
  @Test(arguments: commands)
  func `every example parses`(words: [String]) async throws {
    let help = await Run.ending(arguments: words + ["--help"]).output ?? ""
    let discussion = try #require(help.firstRange(of: "USAGE:")).lowerBound
    var lines: [String] = []
    for line in help[..<discussion].split(separator: "\n").map({ $0.drop(while: \.isWhitespace) }) {
      if line.hasPrefix("loksync ") {
        lines.append(String(line))
      } else if line.hasPrefix("--"), let last = lines.popLast() {
        // An example longer than the terminal goes on in the next line.
        lines.append("\(last) \(line)")
      }
    }
    for line in lines {
      #expect(throws: Never.self, "\(line)") { try Loksync.parseAsRoot(Self.words(of: line)) }
    }
  }

  @Test func `the first help names every exit code`() async {
    let help = await Run.ending(arguments: ["--help"]).output ?? ""
    for exit in Failure.Exit.allCases { #expect(help.contains("\(exit.rawValue) "), "\(exit)") }
  }

  /// As a shell would, with double quotes only; without the program's name.
  private static func words(of line: String) -> [String] {
    var words: [String] = []
    for (index, part) in line.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
      if index % 2 == 1 {
        words.append(String(part))
      } else {
        words += part.split(separator: " ").map(String.init)
      }
    }
    return Array(words.dropFirst())
  }
}
