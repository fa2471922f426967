import LokBooks
import LokServer
import Testing

/// A command that kills the process is told from the others by the third start.
@Suite struct InFlightNoteTests {
  private static let block = BlockCode(900_001)

  @Test func `the third start knows the one command`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.folder + "/in-flight"
    do {
      let note = InFlightNote(path: path)
      #expect(note.suspect == nil)
      note.begin(Self.block, LSN(4), LSN(9))
    }
    do {
      let note = InFlightNote(path: path)
      #expect(note.suspect == .init(block: Self.block, first: LSN(4), last: LSN(9), deaths: 1))
      note.begin(Self.block, LSN(4), LSN(4))
      note.end(Self.block, appliedThrough: LSN(4))
      note.begin(Self.block, LSN(6), LSN(6))
    }
    let note = InFlightNote(path: path)
    #expect(note.suspect == .init(block: Self.block, first: LSN(6), last: LSN(6), deaths: 2))
    #expect(note.suspect?.isPoison == true)
    note.begin(Self.block, LSN(6), LSN(6))
    note.end(Self.block, appliedThrough: LSN(6))
    #expect(note.suspect == nil)
    #expect(InFlightNote(path: path).suspect == nil)
  }

  @Test func `groups that end leave nothing`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.folder + "/in-flight"
    let note = InFlightNote(path: path)
    note.begin(Self.block, LSN(4), LSN(9))
    note.end(Self.block, appliedThrough: LSN(9))
    #expect(InFlightNote(path: path).suspect == nil)
  }

  @Test(arguments: ["", "rubbish", "1 2 3", "900001 5 6 x", "900001 99999999999999999999999 1 1"])
  func `a note that is none suspects nobody`(_ text: String) throws {
    let directory = try TemporaryDirectory()
    #expect(InFlightNote(path: try directory.write(text, as: "in-flight")).suspect == nil)
  }
}
