internal import CLokProto
import LokBooks

/// What a reader of bare bytes has to know: which message lies where the contract says only `bytes`.
enum WireSchema {
  static var frame: MessageSchema { Loksync__V1__Frame.schema }

  static func payload(of method: Method?, _ direction: CapturedFrame.Direction) -> MessageSchema? {
    switch (method, direction) {
    case (.hello, .up): Loksync__V1__HelloRequest.schema
    case (.hello, .down): Loksync__V1__HelloReply.schema
    case (.register, .up): Loksync__V1__RegisterRequest.schema
    case (.register, .down): Loksync__V1__RegisterReply.schema
    case (.upload, .up): Loksync__V1__UploadRequest.schema
    case (.upload, .down): Loksync__V1__UploadReply.schema
    case (.download, .up): Loksync__V1__DownloadRequest.schema
    case (.download, .down): Loksync__V1__DownloadPage.schema
    case (.snapshot, .up): Loksync__V1__SnapshotRequest.schema
    case (.snapshot, .down): Loksync__V1__SnapshotPage.schema
    case (.putBlob, .up): Loksync__V1__PutBlobRequest.schema
    case (.putBlob, .down): Loksync__V1__PutBlobReply.schema
    case (.getBlob, .up): Loksync__V1__GetBlobRequest.schema
    case (.getBlob, .down): Loksync__V1__BlobPiece.schema
    case (.head, .down): Loksync__V1__SignedHead.schema
    case (.digest, .up): Loksync__V1__DigestRequest.schema
    case (.digest, .down): Loksync__V1__DigestReply.schema
    case (.operate, .up): Loksync__V1__OperatorRequest.schema
    case (.operate, .down): Loksync__V1__OperatorReply.schema
    case (.carry, .up): Loksync__V1__CarryRequest.schema
    case (.carry, .down): Loksync__V1__HelloReply.schema
    case (.head, .up), (nil, _): nil
    }
  }

  static func keys(of method: Method?) -> MessageSchema? {
    switch method {
    case .upload: Loksync__V1__UploadKeys.schema
    case .download, .snapshot: Loksync__V1__PageKeys.schema
    default: nil
    }
  }

  /// - Parameter numbers: the fields that stood before it in the same message.
  static func held(
    by number: UInt32, of schema: MessageSchema, beside numbers: [UInt32: UInt64]
  ) -> MessageSchema? {
    switch (schema.name, schema[number]?.name) {
    case ("UploadSet", "set"), ("StoredSet", "set"): Loksync__V1__ChangeSet.schema
    case ("Change", "patch"):
      numbers[1].flatMap { Entity(rawValue: UInt32(truncatingIfNeeded: $0)) }
        .flatMap { EntitySchema.schema(of: $0) }
    case ("StoredSet", "verdicts"), ("Committed", "verdicts"): Loksync__V1__Verdicts.schema
    case ("Committed", "resolution"): Loksync__V1__Resolution.schema
    default: nil
    }
  }
}
