import Foundation
import LokBooks
import LokServer
import LokWire
import Testing

/// Long sets frame by frame: their bytes first, then the set that names them.
@Suite struct LongSetCallTests {
  /// A set of this phone that puts a long name on its group; its numbers are consumed.
  private static func longSet(_ phone: inout TestPhone, _ group: RecordID) throws -> (DeviceSeq, [UInt8]) {
    let hlc = HybridTime(.sometime)
    let name = String(repeating: "Asha ", count: 4_000)
    let set = ChangeSet(
      kind: .records, cbo: group, device: phone.device, firstDeviceSeq: phone.next,
      firstCounter: phone.counter, baseSeq: .zero, firstHLC: hlc,
      changes: [
        Change(
          entity: .cbo, record: group, isNew: false, hlc: hlc,
          patch: Patch([.init(number: CBOField.statusReason, value: .text(name))]))
      ])
    let bytes = try set.encoded()
    return (phone.write(bytes, count: 1).first, bytes)
  }

  private static func naming(_ bytes: [UInt8], at first: DeviceSeq, then more: [UploadSet] = [])
    -> UploadRequest
  {
    UploadRequest(
      firstDeviceSeq: first, sets: [UploadSet(count: 1, bytes: nil, put: Hash.sha256(bytes))] + more)
  }

  @Test func `a set that names what was put is a set as any other, once, also after a crash`() throws {
    let village = try BlobVillage()
    var phone = village.asha
    let (first, bytes) = try Self.longSet(&phone, village.group)
    var put = try village.begin(bytes, .changeSet, cbo: .blockBook, as: phone)
    while put.reply?.isStored == false { try put.send(WireLimits.blobChunkBytes) }
    try village.bench.restart()
    // Its number is its own: what follows in the same request goes with it.
    let next = try phone.writeGroup("Usha")
    let request = Self.naming(bytes, at: first, then: [next.set]).encoded()
    let line = try village.bench.line(phone)
    let heard = try village.bench.call(.upload, request, on: line)
    #expect(try heard.committed().map(\.firstDeviceSeq) == [first, next.first] && heard.status == nil)
    #expect(village.files() == [])
    // Told again it is known by its bytes, which the server has dropped beside the log: they are asked for.
    let again = try village.bench.call(.upload, request, on: line)
    #expect(again.reason == .blobNotThere && again.status?.next == .repair)
    put = try village.begin(bytes, .changeSet, cbo: .blockBook, as: phone)
    while put.reply?.isStored == false { try put.send(WireLimits.blobChunkBytes) }
    let told = try village.bench.call(.upload, request, on: village.bench.line(phone)).committed()
    #expect(told.map(\.duplicate) == [true, true])
    // And what it was told by is dropped again.
    #expect(village.files() == [])
  }

  @Test func `another device cannot name it, and what names nothing consumes nothing`() throws {
    let village = try BlobVillage()
    var phone = village.asha
    let (first, bytes) = try Self.longSet(&phone, village.group)
    let request = Self.naming(bytes, at: first).encoded()
    #expect(try village.bench.call(.upload, request, on: village.bench.line(phone)).reason == .blobNotThere)
    let other = try village.bench.registered(key: 2)
    var put = try village.begin(bytes, .changeSet, cbo: .blockBook, as: other)
    while put.reply?.isStored == false { try put.send(WireLimits.blobChunkBytes) }
    let heard = try village.bench.call(.upload, request, on: village.bench.line(phone))
    #expect(heard.reason == .blobNotThere)
    // Nobody gets one that is on its way.
    #expect(try village.heardGet(bytes, as: other).reason == .blobNotThere)
    #expect(village.bench.server.counters.setsStored == 1)
  }

  @Test func `requests behind a set whose bytes are asked for keep their order`() throws {
    let village = try BlobVillage()
    var phone = village.asha
    let (first, bytes) = try Self.longSet(&phone, village.group)
    var put = try village.begin(bytes, .changeSet, cbo: .blockBook, as: phone)
    while put.reply?.isStored == false { try put.send(WireLimits.blobChunkBytes) }
    let next = try phone.writeGroup("Usha")
    let line = try village.bench.line(phone)
    let call = village.bench.lastCall(on: line) + 2
    let frames = [
      Frame(call: call, method: .upload, payload: Self.naming(bytes, at: first).encoded()),
      Frame(call: call, payload: phone.upload([next]).encoded(), end: true),
    ]
    let heard = try village.bench.heard(
      village.bench.server.sendTogether(frames.map { $0.encoded() }, on: line), call)
    #expect(try heard.committed().map(\.firstDeviceSeq) == [first, next.first])
    #expect(heard.isEnded && heard.status == nil)
  }

  @Test func `a page names a long set, and its bytes come from any offset, to who may see its group`() throws
  {
    let village = try BlobVillage()
    var phone = village.asha
    let (first, bytes) = try Self.longSet(&phone, village.group)
    let set = UploadSet(count: 1, bytes: bytes)
    _ = try village.bench.call(.upload, phone.upload([(first, set)]).encoded(), on: village.bench.line(phone))
    let reader = try village.bench.registered(key: 2)
    let line = try village.bench.line(reader)
    let request = DownloadRequest(epoch: reader.epoch, after: .zero, scopeVersion: 0)
    let named = try village.bench.call(.download, request.encoded(), on: line).pages().flatMap(\.sets)
    let last = try #require(named.last)
    #expect(last.bytes == nil && last.named == Hash.sha256(bytes) && named.first?.bytes != nil)
    for offset in [0, 9_000, bytes.count - 1] {
      let get = GetBlobRequest(.set(last.envelope.seq), hash: Hash.sha256(bytes), offset: offset)
      let heard = try village.bench.call(.getBlob, get.encoded(), on: line)
      #expect(try heard.payloads.flatMap { try BlobPiece(decoding: $0).bytes } == Array(bytes[offset...]))
    }
    let stranger = try village.phone(key: 3, [.cbo(village.nobody)])
    let get = GetBlobRequest(.set(last.envelope.seq), hash: Hash.sha256(bytes))
    let heard = try village.bench.call(.getBlob, get.encoded(), on: village.bench.line(stranger))
    #expect(heard.reason == .blobNotThere)
  }
}
