import ArgumentParser
import Testing
import loksync

/// Help and exit codes are what scripts and people rely on.
@Suite struct HelpTests {
  static let commands: [[String]] = [
    ["init"], ["serve"], ["restore"], ["device", "enrol-code"], ["device", "revoke"], ["device", "scope"],
    ["device", "register"], ["device", "record"], ["device", "record", "village"],
    ["device", "record", "cbo"], ["device", "record", "member"], ["device", "record", "loan"],
    ["device", "record", "meeting"], ["device", "record", "bank-account"],
    ["device", "record", "bank-statement"], ["device", "record", "reschedule"], ["device", "record", "exit"],
    ["device", "pending"], ["device", "approve"],
    ["device", "reject"], ["device", "attach"], ["device", "attach", "photo"],
    ["device", "attach", "passbook"],
    ["device", "attach", "resolution"], ["device", "fetch"], ["device", "sync"], ["device", "status"],
    ["device", "books"],
    ["device", "export-bundle"], ["device", "import-bundle"], ["bundle", "import"],
    ["books"], ["shard"], ["shard", "list"], ["shard", "show"], ["shard", "records"], ["shard", "verify"],
    ["shard", "conflicts"],
    ["shard", "history"], ["shard", "quarantine", "list"],
    ["shard", "quarantine", "show"], ["shard", "quarantine", "release"], ["shard", "quarantine", "reject"],
    ["shard", "explain"], ["shard", "devices"],
    ["simulate"],
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
  @Test func `every example parses`() {
    var examples = 0
    for type in Self.all(Loksync.self) {
      for line in type.configuration.discussion.split(separator: "\n") {
        let example = line.drop(while: \.isWhitespace)
        guard example.hasPrefix("loksync ") else { continue }
        examples += 1
        #expect(throws: Never.self, "\(example)") { try Loksync.parseAsRoot(Self.words(of: example)) }
      }
    }
    #expect(examples > 30)
  }

  @Test func `the first help names every exit code`() {
    let help = Loksync.helpMessage(columns: 1_000)
    for exit in Failure.Exit.allCases { #expect(help.contains(" \(exit.rawValue) "), "\(exit)") }
  }

  @Test func `a default is one of the words that may be typed`() throws {
    let pattern = try Regex(
      #"\(values: ([^;)]*); default: ([^)]*)\)"#, as: (Substring, Substring, Substring).self)
    var defaults = 0
    for type in Self.all(Loksync.self) {
      let help = Loksync.helpMessage(for: type, columns: 1_000)
      for match in help.matches(of: pattern) {
        defaults += 1
        let words = match.output.1.split(separator: ", ")
        #expect(match.output.2.split(separator: ", ").allSatisfy(words.contains), "\(match.output.0)")
      }
    }
    #expect(defaults > 1)
  }

  private static func all(_ type: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
    [type] + type.configuration.subcommands.flatMap(all)
  }

  /// As a shell would, with double quotes only; without the program's name.
  private static func words(of line: Substring) -> [String] {
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
