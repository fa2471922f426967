import Foundation
import LokBooks
import LokIntake
import LokServer
import LokTransport
import LokWire
import Testing

/// Blobs frame by frame, against a stepped server on real files.
@Suite struct BlobCallTests {
  @Test func `a blob goes up in chunks, is there when that is said, and comes down from any offset`() throws {
    let village = try BlobVillage()
    let blob = village.page(20_000)
    var put = try village.begin(blob)
    #expect(put.reply == PutBlobReply(have: 0))
    while put.reply?.isStored == false { try put.send(8_192) }
    #expect(put.heard.isEnded && put.status == nil)
    #expect(village.files() == [Hash.sha256(blob).hexadecimal])
    try village.name(blob)
    for offset in [0, 1, 8_192, 19_999] {
      let pieces = try village.get(blob, from: offset)
      #expect(pieces.flatMap(\.bytes) == Array(blob[offset...]))
      #expect(pieces.map(\.size).compactMap { $0 } == [20_000])
      #expect(pieces.first?.bytes.count ?? 0 <= ChunkGrowth.firstBytes)
    }
  }

  @Test func `what came before a crash of the server is not sent again`() throws {
    let village = try BlobVillage()
    let blob = village.page(9_000)
    var put = try village.begin(blob)
    try put.send(5_000)
    try put.send(1_000)
    try village.bench.restart()
    put = try village.begin(blob)
    #expect(put.reply == PutBlobReply(have: 6_000))
    try put.send(8_192)
    #expect(put.reply == PutBlobReply(have: 9_000, isStored: true))
  }

  @Test func `a part that was whole when the server died is found whole`() throws {
    let village = try BlobVillage()
    let blob = village.page(2_000)
    var put = try village.begin(blob)
    try put.send(1_999)
    try village.bench.restart {
      let part = try #require(village.files().first { $0.hasSuffix(".part") })
      try Data(blob).write(to: URL(fileURLWithPath: village.folder + "/" + part))
    }
    #expect(try village.begin(blob).reply == PutBlobReply(have: 2_000, isStored: true))
  }

  @Test func `what is there already is sent by nobody again`() throws {
    let village = try BlobVillage()
    let blob = village.page(3_000)
    try village.put(blob)
    let other = try village.bench.registered(key: 2)
    let again = try village.begin(blob, as: other)
    #expect(again.reply == PutBlobReply(have: 3_000, isStored: true) && again.heard.isEnded)
  }

  @Test(arguments: ["offered", "asked for"])
  func `a damaged one is set aside when it is offered or asked for, and taken anew`(how: String) throws {
    let village = try BlobVillage()
    let blob = village.page(20_000)
    let name = Hash.sha256(blob).hexadecimal
    try village.put(blob)
    try village.name(blob)
    try Data(blob.dropLast() + [0]).write(to: URL(fileURLWithPath: village.folder + "/" + name))
    if how == "asked for" {
      let heard = try village.heardGet(blob)
      #expect(heard.reason == .blobNotThere && heard.payloads == [])
      #expect(village.files() == [name + ".damaged"])
    }
    let other = try village.bench.registered(key: 2)
    var put = try village.begin(blob, as: other)
    #expect(put.reply == PutBlobReply(have: 0) && village.files() == [name + ".damaged"])
    // Nobody gets it meanwhile, after a restart neither.
    try village.bench.restart()
    #expect(try village.heardGet(blob).reason == .blobNotThere)
    put = try village.begin(blob, as: other)
    while put.reply?.isStored == false { try put.send(WireLimits.blobChunkBytes) }
    #expect(village.files() == [name])
    #expect(try village.get(blob, from: 0).flatMap(\.bytes) == blob)
    // A server that died before it dropped the damaged one does so now.
    try Data([1]).write(to: URL(fileURLWithPath: village.folder + "/" + name + ".damaged"))
    #expect(try village.get(blob, from: 0).flatMap(\.bytes) == blob && village.files() == [name])
  }

  @Test func `what is set aside takes room until it is whole again, and no longer`() throws {
    var tuning = ServerTuning()
    tuning.blobs.blockBytes = 7_000
    let village = try BlobVillage(tuning: tuning)
    let blob = village.page(3_000)
    let path = village.folder + "/" + Hash.sha256(blob).hexadecimal
    try village.put(blob)
    for _ in 1...3 {
      try Data(blob.dropLast() + [0]).write(to: URL(fileURLWithPath: path))
      try village.put(blob)
    }
    #expect(try village.begin(village.page(4_001)).status?.reason == .blobSpaceFull)
    #expect(try village.begin(village.page(4_000)).reply == PutBlobReply(have: 0))
  }

  @Test(arguments: [UInt32(1), 200, 5_000])
  func `the server gives no more of a file than a session's budget has left`(budget: UInt32) throws {
    let village = try BlobVillage()
    let blob = village.page(20_000)
    try village.put(blob)
    try village.name(blob)
    let line = village.bench.server.connect()
    var hello = try village.asha.hello()
    hello.byteBudget = budget
    #expect(try village.bench.call(.hello, hello.encoded(), on: line).status == nil)
    var have = 0
    var ends = 0
    // Asked again in one session it says so at once.
    for _ in 1...2 {
      let request = GetBlobRequest(.record(village.group), hash: Hash.sha256(blob), offset: have)
      let heard = try village.bench.call(.getBlob, request.encoded(), on: line)
      #expect(heard.reason == .budgetSpent && heard.isEnded)
      let pieces = try heard.payloads.map { try BlobPiece(decoding: $0).bytes }
      #expect(pieces.flatMap { $0 } == Array(blob[have...].prefix(pieces.reduce(0) { $0 + $1.count })))
      have += pieces.reduce(0) { $0 + $1.count }
      ends += pieces.isEmpty ? 1 : 0
    }
    #expect(ends == 1 && have > 0 && have <= Int(budget) + 64)
    // The next session goes on there, and without a budget to the end.
    #expect(try village.get(blob, from: have).flatMap(\.bytes) == Array(blob[have...]))
  }

  @Test func `two phones with one file keep a part each, and the first whole one counts for both`() throws {
    let village = try BlobVillage()
    let blob = village.page(3_000)
    let other = try village.bench.registered(key: 2)
    var slow = try village.begin(blob)
    try slow.send(1_000)
    var quick = try village.begin(blob, as: other)
    #expect(quick.reply == PutBlobReply(have: 0))
    try quick.send(3_000)
    try slow.send(500)
    #expect(slow.reply == PutBlobReply(have: 3_000, isStored: true))
    #expect(village.files() == [Hash.sha256(blob).hexadecimal])
  }

  @Test func `bytes with another hash are dropped, and may come anew`() throws {
    let village = try BlobVillage()
    let blob = village.page(3_000)
    var put = try village.begin(blob)
    put.blob[2_999] ^= 1
    try put.send(3_000)
    #expect(put.status?.reason == .blobDamaged && put.status?.next == .repair)
    #expect(village.files() == [])
    #expect(try village.begin(blob).reply == PutBlobReply(have: 0))
  }

  @Test func `a file of no known form is refused with its first chunk, a sealed one is not looked at`() throws
  {
    let village = try BlobVillage()
    let blob = Array(repeating: UInt8(7), count: 3_000)
    for type in [BlobType.passbookPage, .resolution] {
      var put = try village.begin(blob, type)
      try put.send(384)
      #expect(put.status?.reason == .blobFormUnknown && put.status?.next == .showPerson)
    }
    // In crumbs it is refused at its end.
    var put = try village.begin(blob, .resolution)
    try put.send(1)
    try put.send(2_999)
    #expect(put.status?.reason == .blobFormUnknown && village.files() == [])
    try village.put(blob, .photo)
  }

  @Test(arguments: BlobType.allCases)
  func `what is too large is refused before a byte of it is sent`(type: BlobType) throws {
    let village = try BlobVillage()
    let large = try village.begin(village.page(type.bytesMaximum + 1), type)
    #expect(large.status?.reason == .blobTooLarge)
    #expect(large.status?.arguments == [Int64(type.bytesMaximum + 1), Int64(type.bytesMaximum)])
    #expect(try village.begin(village.page(type.bytesMaximum), type).reply == PutBlobReply(have: 0))
  }

  @Test func `out of scope and absent are the same answer, up and down`() throws {
    let village = try BlobVillage()
    let blob = village.page(1_000)
    try village.put(blob)
    // Nothing names it yet.
    #expect(try village.heardGet(blob).reason == .blobNotThere)
    try village.name(blob)
    let stranger = try village.phone(key: 3, [.cbo(RecordID(device: DeviceNumber(77), counter: 1))])
    let missing = village.page(1_001)
    for (record, bytes) in [(village.group, blob), (village.group, missing), (village.nobody, blob)] {
      let heard = try village.heardGet(bytes, of: record, as: stranger)
      #expect(heard.reason == .blobNotThere && heard.status?.code == .notFound)
    }
    for cbo in [village.group, village.nobody] {
      #expect(try village.begin(missing, cbo: cbo, as: stranger).status?.reason == .notInScope)
    }
    let reader = try village.phone(key: 4, [.block], .viewer)
    #expect(try village.heardGet(blob, as: reader).status == nil)
    #expect(try village.begin(missing, as: reader).status?.reason == .roleMayNotWrite)
  }

  @Test func `a revoked device neither puts nor gets, in the middle of a blob too`() throws {
    let village = try BlobVillage()
    let blob = village.page(3_000)
    var put = try village.begin(blob)
    try put.send(1_000)
    _ = try village.bench.operate(.revoke(SteppedBench.block, village.asha.device))
    try put.receive()
    #expect(put.status?.reason == .deviceRevoked)
    #expect(try village.begin(blob).status?.reason == .deviceRevoked)
    #expect(try village.heardGet(blob).reason == .deviceRevoked)
  }

  @Test func `a phone cannot pile up what it never finishes, and what is old is dropped`() throws {
    let village = try BlobVillage()
    for place in 0..<6 {
      var put = try village.begin(village.page(WireLimits.documentBytes - place))
      try put.send(100)
    }
    #expect(village.files().count == 4)
    village.bench.server.wait(milliseconds: 40 * 86_400_000)
    var put = try village.begin(village.page(500), as: village.bench.registered(key: 5))
    try put.send(100)
    #expect(village.files().count == 1)
  }

  @Test func `a block has room for so much, and says so before a byte is sent`() throws {
    var tuning = ServerTuning()
    tuning.blobs.blockBytes = 5_000
    let village = try BlobVillage(tuning: tuning)
    let first = village.page(3_000)
    try village.put(first)
    let refused = try village.begin(village.page(2_001)).status
    #expect(refused?.reason == .blobSpaceFull && refused?.next == .wait && refused?.arguments == [5_000])
    try village.bench.restart()
    #expect(try village.begin(village.page(2_001)).status?.reason == .blobSpaceFull)
    #expect(try village.begin(village.page(2_000)).reply == PutBlobReply(have: 0))
    #expect(try village.begin(first).reply?.isStored == true)
  }

  @Test func `a disk that does not take it is waited for, and nothing is said to be there`() throws {
    let village = try BlobVillage()
    let blob = village.page(1_000)
    let obstacle = village.bench.data.path + "/blobs"
    try Data().write(to: URL(fileURLWithPath: obstacle))
    var put = try village.begin(blob)
    try put.send(600)
    #expect(put.status?.code == .unavailable && put.status?.reason == .storageFailed)
    #expect(put.status?.next == .wait)
    try FileManager.default.removeItem(atPath: obstacle)
    #expect(try village.begin(blob).reply == PutBlobReply(have: 0))
    try village.put(blob)
  }

  @Test func `chunks that break the rules end the call, not the connection`() throws {
    let village = try BlobVillage()
    let blob = village.page(20_000)
    for bytes in [[], Array(blob.prefix(WireLimits.blobChunkBytes + 1))] {
      var put = try village.begin(blob)
      try put.send(bytes: bytes)
      #expect(put.status?.reason == .badRequest)
      #expect(village.bench.server.ending(of: put.line) == nil)
    }
    // Three at once where two may be on their way.
    var put = try village.begin(blob)
    try put.send(together: 3, of: 100)
    #expect(put.status?.reason == .badRequest)
    // Bytes before it is known where to go on.
    let line = try village.bench.line(village.asha)
    let early = PutBlobRequest.bytes([1]).encoded()
    #expect(try village.bench.call(.putBlob, early, on: line, end: false).reason == .badRequest)
  }
}
