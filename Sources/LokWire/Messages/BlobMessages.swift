package import LokBooks

/// What a blob is. Values are those of `loksync.v1.BlobType`.
package enum BlobType: Int, CaseIterable, Sendable {
  /// A member's, sealed under her key (`SealedPhoto`).
  case photo = 1
  case passbookPage = 2
  case resolution = 3
  /// A long set on its way up: no file, and kept for its device only.
  case changeSet = 4

  /// Bytes as they travel and rest.
  package var bytesMaximum: Int {
    switch self {
    case .photo: WireLimits.photoBytes + SealedPhoto.overheadBytes
    case .passbookPage, .resolution: WireLimits.documentBytes
    case .changeSet: WireLimits.setBytes
    }
  }

  /// Its form cannot be looked at but on a phone that has the member's key.
  package var isSealed: Bool { self == .photo }

  /// The bytes begin as a file of a known form does.
  package var hasForm: Bool { self == .passbookPage || self == .resolution }
}

/// Which blob is to go up.
package struct BlobHead: Hashable, Sendable {
  /// In whose book a record names it; of a set, the block's own.
  package var cbo: RecordID
  /// SHA-256 of all its bytes.
  package var hash: [UInt8]
  package var size: Int
  package var type: BlobType
  package init(cbo: RecordID, hash: [UInt8], size: Int, type: BlobType) {
    self.cbo = cbo
    self.hash = hash
    self.size = size
    self.type = type
  }
}

package enum PutBlobRequest: Hashable, Sendable {
  /// Only in the opening frame.
  case begin(BlobHead)
  /// What comes after all that the server has.
  case bytes([UInt8])
}

package struct PutBlobReply: Hashable, Sendable {
  /// So many of its bytes are on the server's disk.
  package var have: Int
  /// All of them, and their hash was compared.
  package var isStored: Bool
  package init(have: Int, isStored: Bool = false) {
    self.have = have
    self.isStored = isStored
  }
}

package struct GetBlobRequest: Hashable, Sendable {
  /// What names it.
  package enum Source: Hashable, Sendable {
    case record(RecordID)
    /// A page, in place of the set's bytes.
    case set(Seq)
  }
  package var source: Source
  package var hash: [UInt8]
  /// Where to go on.
  package var offset: Int
  package init(_ source: Source, hash: [UInt8], offset: Int = 0) {
    self.source = source
    self.hash = hash
    self.offset = offset
  }
}

package struct BlobPiece: Hashable, Sendable {
  /// Of the whole blob; only in the first piece.
  package var size: Int?
  package var bytes: [UInt8]
  package init(size: Int? = nil, bytes: [UInt8]) {
    self.size = size
    self.bytes = bytes
  }
}
