import Foundation
import LokBooks
import LokDevice
import LokSQLite
import LokWire
import Testing
import loksync

/// Cards as an operator and a bookkeeper handle them, with a running server and without.
@Suite struct BundleCommandTests {
  @Test(.timeLimit(.minutes(1)), arguments: [true, false])
  func `a meeting goes by card through the commands`(isServed: Bool) async throws {
    let bench = try await Bench()
    let phone = try await bench.enrolled("asha.sqlite")
    let (group, member) = try await phone.makeGroup("Jai Maa")
    try await phone.meet(group, saving: member, 500)
    if !isServed { await bench.end() }
    for expected in [3, 0] {
      #expect(
        await bench.run("device", "export-bundle", "--store", "asha.sqlite", "--out", "asha.bundle") == 0)
      let before = try bench.sets()
      #expect(
        await bench.run("bundle", "import", "asha.bundle", "--data", "data", "--ack", "asha.answer") == 0)
      #expect(try bench.sets() - before == expected)
      #expect(await bench.run("device", "import-bundle", "asha.answer", "--store", "asha.sqlite") == 0)
      let status = try await phone.status()
      #expect(status.text == "0 unsent / 0 stored / 3 committed / 0 set aside")
    }
    if isServed {
      try await phone.expectDone()
      let digests = try await phone.digests()
      #expect(digests.count == 1 && digests.allSatisfy { $0.isEqual == true })
      await bench.end()
    }
    #expect(try bench.findings() == [])
  }

  @Test(.timeLimit(.minutes(1)))
  func `a file that is no bundle ends with exit code 65 and stores nothing`() async throws {
    let bench = try await Bench()
    let phone = try await bench.enrolled("asha.sqlite")
    _ = try await phone.makeGroup("Jai Maa")
    #expect(await bench.run("device", "export-bundle", "--store", "asha.sqlite", "--out", "asha.bundle") == 0)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: bench.folder.path("asha.bundle")))
    bytes[100] ^= 1
    try bytes.write(to: URL(fileURLWithPath: bench.folder.path("asha.bundle")))
    #expect(await bench.run("bundle", "import", "asha.bundle", "--data", "data") == 65)
    #expect(await bench.run("device", "import-bundle", "asha.bundle", "--store", "asha.sqlite") == 65)
    #expect(await bench.run("bundle", "import", "missing.bundle", "--data", "data") == 66)
    #expect(try bench.sets() == 0)
    await bench.end()
  }

  @Test(.timeLimit(.minutes(1)))
  func `a copied store's card is not taken, and its next sync loses nothing`() async throws {
    let bench = try await Bench()
    let original = try await bench.enrolled("original.sqlite")
    let (group, member) = try await original.makeGroup("Jai Maa")
    try await original.expectDone()
    try bench.folder.copyStore("original.sqlite", to: "copy.sqlite")
    let copy = try await bench.agent("copy.sqlite")
    try await original.meet(group, saving: member, 100)
    try await original.expectDone()
    for paise in [200, 400] as [Int64] { try await copy.meet(group, saving: member, paise) }
    #expect(await bench.run("device", "export-bundle", "--store", "copy.sqlite", "--out", "copy.bundle") == 0)
    let before = try bench.sets()
    let bringing = ["bundle", "import", "copy.bundle", "--data", "data", "--ack", "copy.answer"]
    #expect(await bench.run(bringing) == 69)
    #expect(try bench.sets() == before)
    #expect(await bench.run("device", "import-bundle", "copy.answer", "--store", "copy.sqlite") == 69)
    // By then the copy has a number of its own, and the card comes once more.
    try await copy.expectDone()
    #expect(await bench.run(bringing) == 69)
    let amounts = try Connection(path: bench.shardPath(), mode: .readOnly).statement(
      "SELECT amount_paise FROM entry ORDER BY 1"
    ).all { $0.integer(0) }
    #expect(amounts == [100, 200, 400])
    for phone in [original, copy, original] { try await phone.expectDone() }
    #expect(try bench.findings() == [])
    await bench.end()
  }
}

extension Bench {
  /// The exit code of a command; words that are files of this bench stand without their folder.
  func run(_ words: String...) async -> Int32 { await run(words) }

  func run(_ words: [String]) async -> Int32 {
    let files = ["sqlite", "bundle", "answer", "data"]
    let arguments = words.enumerated().map { index, word in
      let isFile = index > 0 && files.contains(String(word.split(separator: ".").last ?? ""))
      return isFile && !word.hasPrefix("-") ? folder.path(word) : word
    }
    return await Run.ending(arguments: arguments).code
  }

  /// Sets of phones in the journal.
  func sets() throws -> Int {
    try Connection(path: shardPath(), mode: .readOnly).statement(
      "SELECT count(*) FROM journal WHERE kind = ?"
    ).bind(Envelope.Kind.set.rawValue).first { Int($0.integer(0)) } ?? 0
  }
}
