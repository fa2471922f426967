import LokBooks
import LokDevice
import LokServer
import LokSimulator
import LokTestSupport
import LokWire
import Testing

/// Photos and pages between two phones, over links that break.
@Suite struct BlobSyncTests {
  private static let link = LinkProfile(
    name: "wire", bitsPerSecond: 10_000_000, roundTripMilliseconds: 10, lostPerThousand: 0)

  /// What a camera could have made, as far as anybody looks.
  private static func photo(_ seed: UInt64, bytes: Int = 3_000) -> [UInt8] {
    var random = LokTestSupport.SeededGenerator(seed: seed)
    return [0xFF, 0xD8, 0xFF, 0xE0] + random.bytes(bytes - 4)
  }

  private static func village(_ seed: UInt64) throws -> (LinkedVillage, usha: DeviceStore) {
    let village = try LinkedVillage(seed: seed)
    let usha = try village.phone("usha.sqlite")
    for phone in [village.asha, usha] { #expect(try village.sync(phone, over: link).report.outcome == .done) }
    return (village, usha)
  }

  @Test func `a photo goes up sealed, comes down on wish, and opens on a phone that has her key`() throws {
    let (village, usha) = try Self.village(71)
    let photo = Self.photo(1)
    let attached = try village.asha.attachPhoto(
      photo, of: village.members[0], in: village.group, at: village.server.now.wall)
    #expect(attached.provisional == .allAccepted)
    #expect(try village.asha.status().unsentFiles == 1)
    let up = try village.sync(village.asha, over: Self.link)
    #expect(up.report.outcome == .done && up.report.blobsSent == 1)
    #expect(try village.asha.status().unsentFiles == 0)
    // Nobody's sync waits for photos that she did not ask for.
    let down = try village.sync(usha, over: Self.link)
    #expect(down.report.setsReceived == 1 && down.report.blobsReceived == 0 && down.bytesDown < 1_500)
    let named = try usha.namedBlobs()
    #expect(named.map(\.record) == [village.members[0]])
    #expect(try usha.file(of: named[0]) == nil)
    #expect(try usha.want(named) == 1)
    #expect(try village.sync(usha, over: Self.link).report.blobsReceived == 1)
    #expect(try usha.file(of: named[0]) == photo)
    #expect(try usha.want(named) == 0)
    try village.expectEqualBooks([village.asha, usha])
    // No plaintext of it lies on the server.
    let needle = photo.dropFirst(100).prefix(64)
    for (path, data) in try TemporaryFolder.files(below: village.data.path) {
      #expect(data.firstRange(of: needle) == nil, "\(path)")
    }
  }

  @Test func `pages and resolutions travel as they are, and the same file travels once`() throws {
    let (village, usha) = try Self.village(72)
    let now = village.server.now.wall
    let page = Self.photo(2, bytes: 30_000)
    let account = try #require(
      try village.asha.writeBankAccount(BankAccountDraft(bank: "Gramin Bank"), of: village.group, at: now)
        .newRecords.first)
    _ = try village.asha.attachPassbookPage(page, of: account, in: village.group, at: now)
    _ = try village.asha.attachResolution(page, of: village.group, at: now)
    let first = try village.sync(village.asha, over: Self.link)
    #expect(first.report.blobsSent == 1 && first.bytesUp < page.count + 2_000)
    // Another phone has photographed nothing new.
    #expect(try village.sync(usha, over: Self.link).report.outcome == .done)
    _ = try usha.attachResolution(page, of: village.group, at: village.server.now.wall)
    let again = try village.sync(usha, over: Self.link)
    #expect(again.report.blobsSent == 1 && again.bytesUp < 1_000)
    let named = try village.asha.namedBlobs()
    #expect(named.map(\.type) == [.resolution, .passbookPage])
    #expect(try named.map { try village.asha.file(of: $0) } == [page, page])
  }

  @Test func `a photo that goes up is cut after every few bytes, and no chunk comes twice`() throws {
    let (village, usha) = try Self.village(73)
    var cuts = 0
    for (way, step) in [(LinkCut.afterBytesUp, 29), (LinkCut.afterBytesDown, 5)] {
      for bytes in stride(from: 0, to: 100_000, by: step) {
        let photo = Self.photo(UInt64(bytes) << 2 | UInt64(step))
        _ = try village.asha.attachPhoto(
          photo, of: village.members[cuts % 12], in: village.group, at: village.server.now.wall)
        let first = try village.sync(village.asha, over: Self.link, cut: way(bytes))
        guard first.wasCut else { break }
        cuts += 1
        let second = try village.sync(village.asha, over: Self.link)
        #expect(second.report.outcome == .done, "cut after \(bytes)")
        #expect(try village.asha.status().unsentFiles == 0)
        let arrived = try (first.framesUp + second.framesUp).reduce(0) { try $0 + Self.blobBytes($1) }
        #expect(arrived == photo.count + SealedPhoto.overheadBytes, "cut after \(bytes)")
      }
    }
    #expect(cuts > 150)
    #expect(try village.sync(usha, over: Self.link).report.outcome == .done)
    try Self.expectAllOpen(at: usha, village)
    try village.expectEqualBooks([village.asha, usha])
  }

  @Test func `a photo that comes down is cut after every few bytes, and no piece comes twice`() throws {
    let (village, usha) = try Self.village(74)
    var cuts = 0
    for (way, step) in [(LinkCut.afterBytesUp, 7), (LinkCut.afterBytesDown, 29)] {
      for bytes in stride(from: 0, to: 100_000, by: step) {
        let photo = Self.photo(UInt64(bytes) << 2 | UInt64(step))
        let member = village.members[cuts % 12]
        _ = try village.asha.attachPhoto(photo, of: member, in: village.group, at: village.server.now.wall)
        #expect(try village.sync(village.asha, over: Self.link).report.blobsSent == 1)
        #expect(try village.sync(usha, over: Self.link).report.outcome == .done)
        let named = try #require(try usha.namedBlobs().first { $0.record == member })
        try usha.want([named])
        let first = try village.sync(usha, over: Self.link, cut: way(bytes))
        guard first.wasCut else { break }
        cuts += 1
        // A link that broke off is thought to be slow.
        let second = try village.sync(usha, over: Self.link, asksForFiles: true)
        #expect(second.report.outcome == .done, "cut after \(bytes)")
        #expect(try usha.file(of: named) == photo, "cut after \(bytes)")
        let arrived = try Self.pieceBytes(first) + Self.pieceBytes(second)
        #expect(arrived == photo.count + SealedPhoto.overheadBytes, "cut after \(bytes)")
      }
    }
    #expect(cuts > 100)
  }

  @Test func `over a link that is up for seconds at a time photos get through, and cost little more`() throws
  {
    let (village, _) = try Self.village(75)
    let photo = Self.photo(5, bytes: 60_000)
    _ = try village.asha.attachPhoto(
      photo, of: village.members[0], in: village.group, at: village.server.now.wall)
    var slow = LinkProfile.secondGeneration
    slow.lostPerThousand = 0
    var sessions = 0
    var bytesUp = 0
    repeat {
      sessions += 1
      let outcome = try village.sync(village.asha, over: slow, cut: .after(milliseconds: 7_000))
      bytesUp += outcome.bytesUp
      if outcome.report.outcome == .done { break }
    } while sessions < 50
    #expect(sessions > 3 && sessions < 50)
    #expect(try village.asha.status().unsentFiles == 0)
    // Of each session a part of one chunk was on its way, and what it takes to say who calls.
    #expect(bytesUp < photo.count + sessions * (WireLimits.blobChunkBytes + 600))
  }

  @Test func `a file that cannot be taken is refused when it is chosen, and nothing is written`() throws {
    let (village, _) = try Self.village(76)
    let asha = village.asha
    let now = village.server.now.wall
    #expect(throws: DeviceError.blobFormUnknown) {
      try asha.attachResolution(Array("minutes".utf8), of: village.group, at: now)
    }
    #expect(throws: DeviceError.blobFormUnknown) {
      try asha.attachPhoto(Array("%PDF-1.7".utf8), of: village.members[0], in: village.group, at: now)
    }
    #expect(throws: DeviceError.blobTooLarge(bytes: 102_401, limit: 102_400)) {
      try asha.attachPhoto(
        Self.photo(1, bytes: 102_401), of: village.members[0], in: village.group, at: now)
    }
    #expect(throws: DeviceError.memberKeyMissing(village.group)) {
      try asha.attachPhoto(Self.photo(1), of: village.group, in: village.group, at: now)
    }
    #expect(try asha.status().text == "0 unsent / 0 stored / 13 committed / 0 set aside")
  }

  @Test func `what the server does not take is told, holds up nothing, and goes up when it may`() throws {
    let (village, _) = try Self.village(77)
    let narrow = try village.phone("narrow.sqlite", [.cbo(village.group)])
    #expect(try village.sync(narrow, over: Self.link).report.outcome == .done)
    let number = try narrow.identity().number
    try Self.operate(village, .scope(Bench.block, number, add: [], drop: [.cbo(village.group)]))
    _ = try narrow.attachResolution(Self.photo(2), of: village.group, at: village.server.now.wall)
    let refused = try village.sync(narrow, over: Self.link)
    #expect(refused.report.outcome == .done && refused.report.blobsSent == 0)
    #expect(try narrow.status().refusedFiles == [.init(record: village.group, reason: .notInScope)])
    #expect(try narrow.status().unsentFiles == 1)
    try Self.operate(village, .scope(Bench.block, number, add: [.cbo(village.group)], drop: []))
    #expect(try village.sync(narrow, over: Self.link).report.blobsSent == 1)
    #expect(try narrow.status().unsentFiles == 0)
  }

  private static func operate(_ village: LinkedVillage, _ request: OperatorRequest) throws {
    let frame = Frame(call: 1, method: .operate, payload: request.encoded(), end: true)
    let answers = village.server.send([frame.encoded()], on: village.server.connect(.control))
    #expect(try Frame(decoding: try #require(answers.first)).status == nil)
  }

  /// Of the frame that puts bytes.
  static func blobBytes(_ frame: [UInt8]) throws -> Int {
    let frame = try Frame(decoding: frame)
    guard frame.method == nil, let payload = frame.payload,
      case .bytes(let bytes)? = try? PutBlobRequest(decoding: payload)
    else { return 0 }
    return bytes.count
  }

  /// Of all pieces that came in answer to what was asked for in a session.
  static func pieceBytes(_ outcome: LinkedSession.Outcome) throws -> Int {
    let asked = try outcome.framesUp.map { try Frame(decoding: $0) }
      .filter { $0.method == Method.getBlob.rawValue }.map(\.call)
    return try outcome.framesDown.map { try Frame(decoding: $0) }.filter { asked.contains($0.call) }
      .compactMap(\.payload).reduce(0) { try $0 + BlobPiece(decoding: $1).bytes.count }
  }

  private static func expectAllOpen(at phone: DeviceStore, _ village: LinkedVillage) throws {
    let named = try phone.namedBlobs()
    #expect(named.count == village.members.count)
    try phone.want(named)
    #expect(try village.sync(phone, over: link).report.blobsReceived == named.count)
    for blob in named { #expect(try phone.file(of: blob)?.count == 3_000) }
  }
}
