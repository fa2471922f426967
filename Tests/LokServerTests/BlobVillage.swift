import Foundation
import LokBooks
import LokServer
import LokWire
import Testing

/// A stepped server, one group, and a phone that puts blobs beside its books.
final class BlobVillage {
  let bench: SteppedBench
  private(set) var asha: TestPhone
  let group: RecordID
  let nobody = RecordID(device: DeviceNumber(99), counter: 1)

  init(tuning: ServerTuning = ServerTuning()) throws {
    bench = try SteppedBench(tuning: tuning)
    var phone = try bench.registered()
    group = RecordID(device: phone.device, counter: phone.counter)
    let set = try phone.writeGroup("Asha")
    let heard = try bench.call(.upload, phone.upload([set]).encoded(), on: bench.line(phone))
    #expect(try heard.committed().count == 1)
    asha = phone
  }

  /// A PDF, as far as anybody looks.
  func page(_ count: Int) -> [UInt8] {
    var state = UInt32(truncatingIfNeeded: count)
    return Array("%PDF-1.7 page ".utf8).prefix(count)
      + (0..<max(0, count - 14)).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return UInt8(truncatingIfNeeded: state >> 24)
      }
  }

  func phone(key: UInt8, _ grants: [Grant], _ role: Role = .bookkeeperSHG) throws -> TestPhone {
    var phone = try TestPhone(key: key)
    let code = try bench.code(role, grants)
    let heard = try bench.call(.register, phone.register(code: code).encoded(), on: bench.server.connect())
    phone.take(try RegisterReply(decoding: try #require(heard.payloads.first)))
    return phone
  }

  var folder: String { bench.data.blobs(of: SteppedBench.block) }

  func files() -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  /// The group's record names the blob from now on.
  func name(_ blob: [UInt8]) throws {
    let hlc = HybridTime(.sometime)
    let patch = Patch([.init(number: CBOField.resolution, value: .bytes(Hash.sha256(blob)))])
    let set = ChangeSet(
      kind: .records, cbo: group, device: asha.device, firstDeviceSeq: asha.next, firstCounter: asha.counter,
      baseSeq: .zero, firstHLC: hlc,
      changes: [Change(entity: .cbo, record: group, isNew: false, hlc: hlc, patch: patch)])
    let written = asha.write(try set.encoded(), count: 1)
    let heard = try bench.call(.upload, asha.upload([written]).encoded(), on: bench.line(asha))
    #expect(try heard.committed().map(\.kind) == [.set])
  }

  func begin(
    _ blob: [UInt8], _ type: BlobType = .resolution, cbo: RecordID? = nil, as phone: TestPhone? = nil
  ) throws -> Putting {
    let line = try bench.line(phone ?? asha)
    let head = BlobHead(cbo: cbo ?? group, hash: Hash.sha256(blob), size: blob.count, type: type)
    let heard = try bench.call(.putBlob, PutBlobRequest.begin(head).encoded(), on: line, end: false)
    return Putting(bench: bench, line: line, call: bench.lastCall(on: line), blob: blob, heard: heard)
  }

  func put(_ blob: [UInt8], _ type: BlobType = .resolution) throws {
    var put = try begin(blob, type)
    while put.reply?.isStored == false { try put.send(WireLimits.blobChunkBytes) }
    #expect(put.reply?.isStored == true)
  }

  func heardGet(
    _ blob: [UInt8], of record: RecordID? = nil, from offset: Int = 0, as phone: TestPhone? = nil
  ) throws -> Heard {
    let request = GetBlobRequest(.record(record ?? group), hash: Hash.sha256(blob), offset: offset)
    return try bench.call(.getBlob, request.encoded(), on: bench.line(phone ?? asha))
  }

  func get(_ blob: [UInt8], from offset: Int) throws -> [BlobPiece] {
    let heard = try heardGet(blob, from: offset)
    #expect(heard.isEnded && heard.status == nil)
    return try heard.payloads.map { try BlobPiece(decoding: $0) }
  }

  /// One call that puts a blob.
  struct Putting {
    let bench: SteppedBench
    let line: SteppedServer.Line
    let call: UInt32
    var blob: [UInt8]
    var heard: Heard

    /// The last one.
    var reply: PutBlobReply? { heard.payloads.last.flatMap { try? PutBlobReply(decoding: $0) } }
    var status: LokWire.Status? { heard.status }

    /// What comes next of it.
    mutating func send(_ count: Int) throws {
      let offset = reply?.have ?? 0
      try send(bytes: Array(blob[offset..<min(blob.count, offset + count)]))
    }

    mutating func send(bytes: [UInt8]) throws {
      let frame = Frame(call: call, payload: PutBlobRequest.bytes(bytes).encoded())
      heard = try bench.heard(bench.server.send([frame.encoded()], on: line), call)
    }

    mutating func send(together frames: Int, of count: Int) throws {
      let frame = Frame(call: call, payload: PutBlobRequest.bytes(Array(blob.prefix(count))).encoded())
      let sent = Array(repeating: frame.encoded(), count: frames)
      heard = try bench.heard(bench.server.sendTogether(sent, on: line), call)
    }

    mutating func receive() throws { heard = try bench.heard(bench.server.receive(on: line), call) }
  }
}
