import Foundation
import LokBooks
import LokServer
import LokShard
import LokWire
import Testing

/// What an operator is told of a block's blobs.
@Suite struct BlobCheckTests {
  private static func check(_ village: BlobVillage) throws -> BlobCheck {
    let shard = village.bench.data.shard(of: SteppedBench.block)
    let named = try ShardReader(path: shard, block: SteppedBench.block).namedBlobs()
    return try BlobCheck(folder: village.folder, named: named)
  }

  /// A whole one that the group's record names, and a part; then `change` is told the name of the whole one.
  private static func changed(
    _ change: (BlobVillage, String) throws -> Void
  ) throws -> (check: BlobCheck, name: String) {
    let village = try BlobVillage()
    let blob = village.page(20_000)
    try village.put(blob)
    try village.name(blob)
    var put = try village.begin(village.page(9_000))
    try put.send(5_000)
    let name = Hash.sha256(blob).hexadecimal
    try change(village, name)
    return (try check(village), name)
  }

  @Test func `blobs that are what their names say are counted, and parts of what is under way`() throws {
    let (check, _) = try Self.changed { _, _ in }
    #expect(check.findings == [])
    #expect(check.whole == 1 && check.bytes == 20_000 && check.underWay == 1 && check.notYetHere == 0)
  }

  @Test func `one that a record names and no phone has brought yet is no fault`() throws {
    let village = try BlobVillage()
    try village.name(village.page(3_000))
    #expect(try Self.check(village).notYetHere == 1)
    try village.put(village.page(4_000))
    let check = try Self.check(village)
    #expect(check.notYetHere == 1 && check.whole == 1 && check.findings == [])
  }

  @Test(arguments: [
    ("another bit", "is damaged: its 20000 bytes"), ("truncated", "is damaged: its 19999 bytes"),
    ("empty", "is damaged: its 0 bytes"), ("too long", "is 400000 bytes long"),
  ])
  func `a damaged one is named, with what to do`(damage: String, words: String) throws {
    let (check, name) = try Self.changed { village, name in
      let file = URL(fileURLWithPath: village.folder + "/" + name)
      var bytes = try Data(contentsOf: file)
      switch damage {
      case "another bit": bytes[10_000] ^= 1
      case "truncated": bytes.removeLast()
      case "empty": bytes = Data()
      default: bytes = Data(repeating: 1, count: 400_000)
      }
      try bytes.write(to: file)
    }
    let finding = try #require(check.findings.first)
    #expect(check.findings.count == 1 && finding.place == "blob \(name)")
    #expect(finding.problem.hasPrefix(words) && finding.problem.contains("from a backup"))
    #expect(finding.problem.contains("device sync --check"))
    #expect(check.whole == 0 && check.notYetHere == 0 && check.underWay == 1)
  }

  @Test func `one that was set aside is named until a phone has brought it again`() throws {
    let (check, name) = try Self.changed { village, name in
      let file = village.folder + "/" + name
      try FileManager.default.moveItem(atPath: file, toPath: file + ".damaged")
    }
    #expect(check.findings.map(\.place) == ["blob \(name).damaged"])
    #expect(check.findings.first?.problem.contains("is set aside") == true)
    #expect(check.whole == 0 && check.notYetHere == 1 && check.underWay == 1)
  }

  @Test(arguments: [
    "tmp", "%.damaged.tmp", "%.tmp", "%.2.20000.9.part.tmp", "%.2.x.9.part", "%0", "NAME", "folder/",
  ])
  func `what is neither a blob nor a part of one is a stray`(pattern: String) throws {
    let (check, name) = try Self.changed { village, name in
      let stray = village.folder + "/" + Self.stray(pattern, name)
      if pattern.hasSuffix("/") {
        try FileManager.default.createDirectory(atPath: stray, withIntermediateDirectories: false)
      } else {
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: stray))
      }
    }
    #expect(check.findings.map(\.place) == ["blob \(Self.stray(pattern, name))"])
    #expect(check.findings.first?.problem.contains("delete it") == true)
    #expect(check.whole == 1 && check.underWay == 1)
  }

  private static func stray(_ pattern: String, _ name: String) -> String {
    switch pattern {
    case "NAME": name.uppercased()
    case "folder/": "folder"
    default: pattern.replacing("%", with: name)
    }
  }

  @Test func `a part that is longer than it will be is named`() throws {
    let (check, _) = try Self.changed { village, _ in
      let part = try #require(village.files().first { $0.hasSuffix(".part") })
      try Data(repeating: 1, count: 9_001).write(to: URL(fileURLWithPath: village.folder + "/" + part))
    }
    #expect(check.findings.count == 1 && check.underWay == 0 && check.whole == 1)
    #expect(check.findings.first?.problem.hasPrefix("holds 9001 bytes of 9000") == true)
  }
}
