import LokText
import Testing

@Suite struct MessageFileTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let line: Int
    let problem: MessageFileError.Problem
    var testDescription: String { name }
  }

  @Test(arguments: [
    Row(name: "no equals sign", text: "a = b\n\nwords", line: 3, problem: .equalsSignMissing),
    Row(name: "no key", text: " = b", line: 1, problem: .keyMalformed("")),
    Row(name: "space in a key", text: "a b = c", line: 1, problem: .keyMalformed("a b")),
    Row(name: "key ends with a point", text: "a. = c", line: 1, problem: .keyMalformed("a.")),
    Row(name: "key in Hindi", text: "क = c", line: 1, problem: .keyMalformed("क")),
    Row(name: "no text", text: "# c\na = ", line: 2, problem: .textMissing(key: "a")),
    Row(name: "key twice", text: "a = b\r\na = c", line: 2, problem: .keyTwice("a", firstLine: 1)),
    Row(name: "open brace", text: "a = {0:day", line: 1, problem: .braceUnmatched(key: "a")),
    Row(name: "closing brace", text: "a = 0}", line: 1, problem: .braceUnmatched(key: "a")),
    Row(name: "brace in braces", text: "a = {{0:day}}", line: 1, problem: .braceUnmatched(key: "a")),
    Row(name: "no kind", text: "a = {0}", line: 1, problem: .placeholderUnknown("0")),
    Row(name: "unknown kind", text: "a = {0:rupees}", line: 1, problem: .placeholderUnknown("0:rupees")),
    Row(name: "negative index", text: "a = {-1:day}", line: 1, problem: .placeholderUnknown("-1:day")),
    Row(name: "Devanagari index", text: "a = {०:day}", line: 1, problem: .placeholderUnknown("०:day")),
    Row(name: "nothing in braces", text: "a = {}", line: 1, problem: .placeholderUnknown("")),
  ])
  func `a malformed line is named`(row: Row) {
    #expect(throws: MessageFileError(file: "f", line: row.line, row.problem)) {
      try MessageFile(row.text.utf8, name: "f")
    }
  }

  @Test func `bytes that are no text are named by their line`() {
    #expect(throws: MessageFileError(file: "f", line: 2, .notUTF8)) {
      try MessageFile(Array("a = b\nc = ".utf8) + [0xFF], name: "f")
    }
    #expect(MessageFileError(file: "f", line: 2, .notUTF8).description == "f:2: not UTF-8")
  }

  @Test func `space, comments and empty lines do not count`() throws {
    let file = try MessageFile("# c = d\r\n\r\n  a.B_1=  x = {0:money}!{record} \n".utf8, name: "f")
    #expect(Array(file.templates.keys) == ["a.B_1"])
    #expect(
      file.templates["a.B_1"]?.parts == [
        .text("x = "), .placeholder(.argument(0, .money)), .text("!"), .placeholder(.record),
      ])
  }
}
