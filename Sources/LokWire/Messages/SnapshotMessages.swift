package import LokBooks

/// Which snapshots a device wants: those of the CBOs in its scope that it does not hold, or `only` those.
package struct SnapshotRequest: Hashable, Sendable {
  package var have: [RecordID]
  package var only: [RecordID]
  /// Files that are here in part.
  package var begun: [Begun]
  package var pageBytes: UInt32?

  package struct Begun: Hashable, Sendable {
    package var cbo: RecordID
    package var seq: Seq
    /// The first 8 bytes of the file's hash, big-endian.
    package var hash: UInt64
    /// Where it goes on.
    package var offset: Int
    package init(cbo: RecordID, seq: Seq, hash: UInt64, offset: Int) {
      self.cbo = cbo
      self.seq = seq
      self.hash = hash
      self.offset = offset
    }
  }

  package init(
    have: [RecordID] = [], only: [RecordID] = [], begun: [Begun] = [], pageBytes: UInt32? = nil
  ) {
    self.have = have
    self.only = only
    self.begun = begun
    self.pageBytes = pageBytes
  }
}

package struct SnapshotPage: Hashable, Sendable {
  /// Only in the first page: the block's last seq before any of it was read.
  package var head: Seq?
  package var parts: [SnapshotPart]
  /// A share of those of the CBOs' members: with a file's last piece all have come.
  package var keys: [DownloadPage.PersonKey]
  package var isLast: Bool
  /// Previews and rests of files that are not through after this page.
  package var left: UInt32
  package init(
    head: Seq? = nil, parts: [SnapshotPart] = [], keys: [DownloadPage.PersonKey] = [], isLast: Bool = false,
    left: UInt32 = 0
  ) {
    self.head = head
    self.parts = parts
    self.keys = keys
    self.isLast = isLast
    self.left = left
  }
}

/// A piece of a snapshot's file.
package struct SnapshotPart: Hashable, Sendable {
  package var cbo: RecordID
  /// The CBO's last set in it.
  package var seq: Seq
  /// What is said once, with offset 0.
  package var file: File?
  package var offset: Int
  package var bytes: [UInt8]

  package struct File: Hashable, Sendable {
    /// SHA-256 of the file's bytes.
    package var hash: [UInt8]
    package var bytes: Int
    /// Before compression; nil = it is not compressed.
    package var plainBytes: Int?
    /// What its first bytes are; nil = there is none.
    package var preview: Preview?
    package init(hash: [UInt8], bytes: Int, plainBytes: Int?, preview: Preview? = nil) {
      self.hash = hash
      self.bytes = bytes
      self.plainBytes = plainBytes
      self.preview = preview
    }

    /// As `SnapshotRequest.Begun` names it.
    package var hashNumber: UInt64 { hash.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }
  }

  package struct Preview: Hashable, Sendable {
    package var bytes: Int
    /// Before compression.
    package var plainBytes: Int
    package init(bytes: Int, plainBytes: Int) {
      self.bytes = bytes
      self.plainBytes = plainBytes
    }
  }

  package init(cbo: RecordID, seq: Seq, file: File? = nil, offset: Int, bytes: [UInt8]) {
    self.cbo = cbo
    self.seq = seq
    self.file = file
    self.offset = offset
    self.bytes = bytes
  }
}
