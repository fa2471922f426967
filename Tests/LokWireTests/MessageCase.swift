import LokBooks
import LokTestSupport
import LokWire
import Testing

/// One row a message: what every decoder has to hold is written once.
struct MessageCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let limit: Int
  /// Encodes a random value, decodes it, and expects the same.
  let roundTrip: @Sendable (inout SeededGenerator) throws -> [UInt8]
  let decode: @Sendable ([UInt8]) throws(WireError) -> Void

  init<Value: Equatable & SendableMetatype>(
    _ name: String, limit: Int = WireLimits.frameBytesMaximum,
    _ random: @escaping @Sendable (inout SeededGenerator) -> Value,
    _ encode: @escaping @Sendable (Value) throws -> [UInt8],
    _ decode: @escaping @Sendable ([UInt8]) throws(WireError) -> Value
  ) {
    testDescription = name
    self.limit = limit
    roundTrip = { generator in
      let value = random(&generator)
      let bytes = try encode(value)
      #expect(try decode(bytes) == value, "seed \(generator.seed)")
      return bytes
    }
    self.decode = { bytes throws(WireError) in _ = try decode(bytes) }
  }

  static let all: [MessageCase] = [
    .init("Frame", { $0.frame() }, { $0.encoded() }, Frame.init(decoding:)),
    .init("RegisterRequest", { $0.registerRequest() }, { $0.encoded() }, RegisterRequest.init(decoding:)),
    .init("RegisterReply", { $0.registerReply() }, { $0.encoded() }, RegisterReply.init(decoding:)),
    .init("HelloRequest", { $0.helloRequest() }, { $0.encoded() }, HelloRequest.init(decoding:)),
    .init("HelloReply", { $0.helloReply() }, { $0.encoded() }, HelloReply.init(decoding:)),
    .init(
      "UploadRequest", { $0.uploadRequest(keysUpTo: 0) }, { $0.encoded() },
      { bytes throws(WireError) in try UploadRequest(decoding: bytes) }),
    .init("UploadReply", { $0.uploadReply() }, { $0.encoded() }, UploadReply.init(decoding:)),
    .init("DownloadRequest", { $0.downloadRequest() }, { $0.encoded() }, DownloadRequest.init(decoding:)),
    .init(
      "DownloadPage", { $0.downloadPage(keysUpTo: 0) }, { $0.encoded() },
      { bytes throws(WireError) in try DownloadPage(decoding: bytes) }),
    .init("SnapshotRequest", { $0.snapshotRequest() }, { $0.encoded() }, SnapshotRequest.init(decoding:)),
    .init(
      "SnapshotPage", { $0.snapshotPage(keysUpTo: 0) }, { $0.encoded() },
      { bytes throws(WireError) in try SnapshotPage(decoding: bytes) }),
    .init("PutBlobRequest", { $0.putBlobRequest() }, { $0.encoded() }, PutBlobRequest.init(decoding:)),
    .init("PutBlobReply", { $0.putBlobReply() }, { $0.encoded() }, PutBlobReply.init(decoding:)),
    .init("GetBlobRequest", { $0.getBlobRequest() }, { $0.encoded() }, GetBlobRequest.init(decoding:)),
    .init("BlobPiece", { $0.blobPiece() }, { $0.encoded() }, BlobPiece.init(decoding:)),
    .init("SignedHead", { $0.signedHead() }, { $0.encoded() }, SignedHead.init(decoding:)),
    .init("Acknowledgement", { $0.acknowledgement() }, { $0.encoded() }, Acknowledgement.init(decoding:)),
    .init("Command", { $0.command() }, { $0.encoded() }, Command.init(decoding:)),
    .init("OperatorRequest", { $0.operatorRequest() }, { $0.encoded() }, OperatorRequest.init(decoding:)),
    .init("OperatorReply", { $0.operatorReply() }, { $0.encoded() }, OperatorReply.init(decoding:)),
    .init("CarryRequest", { $0.carryRequest() }, { $0.encoded() }, CarryRequest.init(decoding:)),
    .init(
      "DigestRequest", { $0.list(upTo: 64) { $0.record() } }, CboDigest.encodeRequest,
      CboDigest.decodeRequest),
    .init(
      "DigestReply", { $0.list(upTo: 5) { $0.digest() } }, CboDigest.encodeReply, CboDigest.decodeReply),
    .init("Verdicts", { $0.verdicts() }, { $0.encoded() }, Verdicts.init(decoding:)),
    .init("Resolution", { $0.resolution() }, { $0.encoded() }, Resolution.init(decoding:)),
    .init(
      "ChangeSet", limit: WireLimits.setBytes, { $0.changeSet() }, { try $0.encoded() },
      ChangeSet.init(decoding:)),
  ]
}
