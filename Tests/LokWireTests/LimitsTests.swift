import LokBooks
import LokWire
import Testing

@Suite struct LimitsTests {
  @Test func `the largest set with its keys fits the largest frame`() throws {
    let largest = UploadRequest(
      firstDeviceSeq: DeviceSeq(WireLimits.sequenceMaximum),
      sets: [
        UploadSet(
          count: .max, bytes: Array(repeating: 1, count: WireLimits.setBytes),
          keys: Array(
            repeating: WrappedKey(
              member: RecordID(rawValue: 1 << 62), wrapped: Array(repeating: 1, count: 80)),
            count: WireLimits.changesPerSet))
      ])
    let frame = Frame(
      call: .max, method: .upload, payload: largest.encoded(), keys: largest.encodedKeys(), end: true
    ).encoded()
    #expect(frame.count <= WireLimits.frameBytesMaximum)
    let read = try Frame(decoding: frame)
    #expect(try UploadRequest(decoding: #require(read.payload), keys: read.keys) == largest)
  }

  @Test func `a Hello fits what is read from a stranger`() {
    let hello = HelloRequest(
      protocolMinimum: .max, protocolMaximum: .max, schemaVersion: .max,
      appBuild: String(repeating: "9", count: 64), block: BlockCode(.max), device: .max,
      nonce: Array(repeating: 1, count: 16), outboxLast: DeviceSeq(WireLimits.sequenceMaximum),
      outboxChain: Array(repeating: 1, count: 32), signature: Array(repeating: 1, count: 64),
      epoch: Epoch(Array(repeating: 1, count: 8)), cursor: Seq(WireLimits.sequenceMaximum),
      scopeVersion: .max, maximumFrameBytes: .max)
    #expect(Frame(call: 1, method: .hello, payload: hello.encoded()).encoded().count <= 1024)
    #expect(WireLimits.unauthenticatedBytes < WireLimits.frameBytesDefault)
    #expect(WireLimits.frameBytesDefault <= WireLimits.frameBytesMaximum)
  }

  @Test func `a blob's chunk fits every frame that may be agreed with what stands around it`() {
    #expect(ChunkGrowth.firstBytes < WireLimits.unauthenticatedBytes - 64)
    let bytes = Array(repeating: UInt8(1), count: WireLimits.blobChunkBytes)
    let frame = Frame(call: .max, payload: PutBlobRequest.bytes(bytes).encoded(), end: true)
    #expect(frame.encoded().count <= WireLimits.blobChunkBytes + 64)
    #expect(frame.encoded().count <= WireLimits.frameBytesDefault)
    let piece = Frame(call: .max, payload: BlobPiece(size: .max, bytes: bytes).encoded(), end: true)
    #expect(piece.encoded().count <= WireLimits.blobChunkBytes + 64)
  }

  @Test func `decoding takes memory in proportion, or is refused`() throws {
    // Two bytes each; as C structs some 200.
    let empty: [UInt8] = [0x0A, 0]
    let many = Array(repeating: empty, count: WireLimits.frameBytesMaximum / 2).flatMap(\.self)
    let error = #expect(throws: WireError.self) { try Acknowledgement(decoding: many) }
    guard case .overLimit(_, WireLimits.decodingBytesMaximum)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `a set of the smallest changes decodes`() throws {
    let change: [UInt8] = [0x5A, 6, 0x08, 6, 0x22, 2, 0x08, 1]
    let set = [0x08, 2] + Array(repeating: change, count: WireLimits.changesPerSet).flatMap(\.self)
    #expect(try ChangeSet(decoding: set).changes.count == WireLimits.changesPerSet)
  }
}
