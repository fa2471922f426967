import Foundation
import LokBooks
import LokDevice
import LokServer
import LokShard
import LokSimulator
import LokTestSupport
import LokWire
import Testing

/// What a server's disk has damaged or lost comes again from the phone that has it.
@Suite struct BlobDamageTests {
  private static let wire = LinkProfile(
    name: "wire", bitsPerSecond: 10_000_000, roundTripMilliseconds: 10, lostPerThousand: 0)
  private static let month: Int64 = 30 * 86_400_000

  private static func page(_ seed: UInt64, bytes: Int = 9_000) -> [UInt8] {
    var random = LokTestSupport.SeededGenerator(seed: seed)
    return [0xFF, 0xD8, 0xFF, 0xE0] + random.bytes(bytes - 4)
  }

  private static func village(_ seed: UInt64, _ page: [UInt8]) throws -> LinkedVillage {
    let village = try LinkedVillage(seed: seed)
    #expect(try village.sync(village.asha, over: wire).report.outcome == .done)
    _ = try village.asha.attachResolution(page, of: village.group, at: village.server.now.wall)
    #expect(try village.sync(village.asha, over: wire).report.blobsSent == 1)
    return village
  }

  private static func folder(_ village: LinkedVillage) -> String { village.data.blobs(of: Bench.block) }

  private static func file(_ page: [UInt8], _ village: LinkedVillage) -> String {
    folder(village) + "/" + Hash.sha256(page).hexadecimal
  }

  private static func check(_ village: LinkedVillage) throws -> BlobCheck {
    let reader = try ShardReader(path: village.data.shard(of: Bench.block), block: Bench.block)
    return try BlobCheck(folder: folder(village), named: reader.namedBlobs())
  }

  @Test(arguments: ["another bit", "truncated", "longer", "empty", "gone"])
  func `it is offered again, taken anew, and given to others`(damage: String) throws {
    let page = Self.page(1)
    let village = try Self.village(181, page)
    let file = URL(fileURLWithPath: Self.file(page, village))
    var bytes = try Data(contentsOf: file)
    switch damage {
    case "another bit": bytes[5_000] ^= 1
    case "truncated": bytes.removeLast()
    case "longer": bytes.append(0)
    case "empty": bytes = Data()
    default: break
    }
    if damage == "gone" { try FileManager.default.removeItem(at: file) } else { try bytes.write(to: file) }
    try village.asha.doubtFiles(all: true, at: village.server.now.wall)
    let again = try village.sync(village.asha, over: Self.wire)
    #expect(again.report.outcome == .done)
    #expect(try again.framesUp.reduce(0) { try $0 + BlobSyncTests.blobBytes($1) } == page.count)
    #expect(try Data(contentsOf: file) == Data(page))
    let check = try Self.check(village)
    #expect(check.findings == [] && check.whole == 1 && check.notYetHere == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: Self.folder(village)).count == 1)
    let usha = try village.phone("usha.sqlite")
    #expect(try village.sync(usha, over: Self.wire).report.outcome == .done)
    let named = try usha.namedBlobs()
    try usha.want(named)
    #expect(try village.sync(usha, over: Self.wire).report.blobsReceived == 1)
    #expect(try usha.file(of: named[0]) == page)
  }

  @Test func `who asks for a damaged one hears that it is not there, and it is set aside`() throws {
    let page = Self.page(2)
    let village = try Self.village(182, page)
    try Data(page.dropLast()).write(to: URL(fileURLWithPath: Self.file(page, village)))
    let usha = try village.phone("usha.sqlite")
    #expect(try village.sync(usha, over: Self.wire).report.outcome == .done)
    let named = try usha.namedBlobs()
    try usha.want(named)
    let asked = try village.sync(usha, over: Self.wire)
    #expect(asked.report.outcome == .done && asked.report.blobsReceived == 0)
    #expect(try BlobSyncTests.pieceBytes(asked) == 0)
    let check = try Self.check(village)
    #expect(check.findings.map(\.place) == ["blob \(Hash.sha256(page).hexadecimal).damaged"])
    #expect(check.findings.first?.problem.contains("device sync --check") == true && check.notYetHere == 1)
    // Whoever attaches it once more brings it, too.
    _ = try village.asha.attachResolution(page, of: village.group, at: village.server.now.wall)
    #expect(try village.sync(village.asha, over: Self.wire).report.outcome == .done)
    #expect(try Self.check(village).findings == [] && Self.check(village).whole == 1)
  }

  @Test func `a file that is whole costs a word a month, and only what the books name`() throws {
    let page = Self.page(3)
    let village = try Self.village(183, page)
    let asha = village.asha
    var now = village.server.now.wall
    #expect(try asha.link().link == .fast)
    // The month begins with the first look.
    for days in [0, 29] {
      now = Timestamp(milliseconds: village.server.now.wall.milliseconds + Int64(days) * 86_400_000)
      try asha.doubtFiles(at: now)
      #expect(try asha.nextBlob() == nil)
    }
    now = Timestamp(milliseconds: village.server.now.wall.milliseconds + Self.month)
    try asha.noteLink(LinkSample(roundTripMilliseconds: 900, wasWhole: true))
    try asha.doubtFiles(at: now)
    #expect(try asha.nextBlob() == nil, "over a slow link nothing is offered")
    try asha.noteLink(LinkSample(roundTripMilliseconds: 10, wasWhole: true))
    try asha.doubtFiles(at: now)
    #expect(try asha.nextBlob() != nil && asha.status().unsentFiles == 0)
    #expect(try asha.nextBlob(doubting: false) == nil)
    let asked = try village.sync(asha, over: Self.wire)
    #expect(asked.report.outcome == .done && asked.report.blobsSent == 0 && asked.report.fileBytesUp < 150)
    #expect(try asked.framesUp.reduce(0) { try $0 + BlobSyncTests.blobBytes($1) } == 0)
    try asha.doubtFiles(at: now)
    #expect(try asha.nextBlob() == nil)
    // Another page takes its place: nobody needs the old one any more.
    let newer = Self.page(4)
    _ = try asha.attachResolution(newer, of: village.group, at: village.server.now.wall)
    #expect(try village.sync(asha, over: Self.wire).report.blobsSent == 1)
    try asha.doubtFiles(all: true, at: now)
    guard case .put(let head)? = try asha.nextBlob() else {
      Issue.record("nothing is offered")
      return
    }
    #expect(head.hash == Hash.sha256(newer))
    // A server that does not take it leaves it as it was.
    try asha.refuse(blob: head.hash, .notInScope)
    #expect(try asha.nextBlob() == nil && asha.status().refusedFiles == [] && asha.status().unsentFiles == 0)
  }

  @Test func `a few are offered in one sync, the longest unasked ones first`() throws {
    let village = try LinkedVillage(seed: 184)
    #expect(try village.sync(village.asha, over: Self.wire).report.outcome == .done)
    for (place, member) in village.members.prefix(6).enumerated() {
      _ = try village.asha.attachPhoto(
        Self.page(UInt64(20 + place), bytes: 2_000), of: member, in: village.group,
        at: village.server.now.wall)
    }
    #expect(try village.sync(village.asha, over: Self.wire).report.blobsSent == 6)
    let now = village.server.now.wall
    try village.asha.doubtFiles(at: now)
    var offered: [Int] = []
    for day in [30, 31, 32] {
      try village.asha.doubtFiles(at: Timestamp(milliseconds: now.milliseconds + Int64(day) * 86_400_000))
      let sync = try village.sync(village.asha, over: Self.wire)
      offered.append(
        try sync.framesUp.map { try Frame(decoding: $0) }.count { $0.method == Method.putBlob.rawValue })
    }
    #expect(offered == [4, 2, 0])
  }
}
