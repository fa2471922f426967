package import LokBooks

package struct UploadRequest: Hashable, Sendable {
  /// Of the first set here; the next ones follow on.
  package var firstDeviceSeq: DeviceSeq
  package var sets: [UploadSet]
  /// Sent before Hello was answered.
  package var isWithHello: Bool
  package init(firstDeviceSeq: DeviceSeq, sets: [UploadSet], isWithHello: Bool = false) {
    self.firstDeviceSeq = firstDeviceSeq
    self.sets = sets
    self.isWithHello = isWithHello
  }
}

package struct UploadSet: Hashable, Sendable {
  /// How many numbers it consumes, readable or not.
  package var count: UInt32
  /// Nil: the server has it on disk, and only its word for it is asked for.
  package var bytes: [UInt8]?
  /// SHA-256 of bytes that were put before, in their place.
  package var put: [UInt8]?
  package var keys: [WrappedKey]
  package init(count: UInt32, bytes: [UInt8]?, put: [UInt8]? = nil, keys: [WrappedKey] = []) {
    self.count = count
    self.bytes = bytes
    self.put = put
    self.keys = keys
  }
}

/// A member's key, wrapped for the server's vault.
package struct WrappedKey: Hashable, Sendable {
  package var member: RecordID
  package var wrapped: [UInt8]
  package init(member: RecordID, wrapped: [UInt8]) {
    self.member = member
    self.wrapped = wrapped
  }
}

package struct UploadReply: Hashable, Sendable {
  /// Every set up to this number is on disk.
  package var storedThrough: DeviceSeq?
  package var acknowledgement: Acknowledgement?
  package init(storedThrough: DeviceSeq? = nil, acknowledgement: Acknowledgement? = nil) {
    self.storedThrough = storedThrough
    self.acknowledgement = acknowledgement
  }
}

/// One signature for all that is acknowledged in one frame.
package struct Acknowledgement: Hashable, Sendable {
  package var committed: [Committed]
  package var signature: [UInt8]
  package init(committed: [Committed], signature: [UInt8]) {
    self.committed = committed
    self.signature = signature
  }
}

/// A set is merged: its place and its verdicts.
package struct Committed: Hashable, Sendable {
  package var firstDeviceSeq: DeviceSeq
  package var seq: Seq
  package var received: Timestamp
  /// Effective; nil = as sent.
  package var hlc: HybridTime?
  package var rules: RulesVersion
  /// `Verdicts` as stored; empty = all accepted.
  package var verdicts: [UInt8]
  package var duplicate: Bool
  /// The latest `Resolution` of this set, encoded; empty = none.
  package var resolution: [UInt8]
  package var kind: Envelope.Kind
  /// Only where the device cannot compute it: other bytes than its own are stored.
  package var leaf: [UInt8]?

  package init(
    firstDeviceSeq: DeviceSeq, seq: Seq, received: Timestamp, hlc: HybridTime? = nil,
    rules: RulesVersion, verdicts: [UInt8] = [], duplicate: Bool = false, resolution: [UInt8] = [],
    kind: Envelope.Kind = .set, leaf: [UInt8]? = nil
  ) {
    self.firstDeviceSeq = firstDeviceSeq
    self.seq = seq
    self.received = received
    self.hlc = hlc
    self.rules = rules
    self.verdicts = verdicts
    self.duplicate = duplicate
    self.resolution = resolution
    self.kind = kind
    self.leaf = leaf
  }
}

package struct DownloadRequest: Hashable, Sendable {
  package var epoch: Epoch?
  package var after: Seq
  package var scopeVersion: UInt32
  /// All CBOs the device holds; only where the scope versions differ.
  package var have: [Have]
  package var pageBytes: UInt32?
  /// The call stays open after the last page, and what comes later is sent at once.
  package var follows: Bool
  /// Older sets of these CBOs, and nothing else.
  package var history: [History]

  /// A CBO's sets above `after`, up to `through`.
  package struct History: Hashable, Sendable {
    package var cbo: RecordID
    package var after: Seq
    package var through: Seq
    package init(cbo: RecordID, after: Seq, through: Seq) {
      self.cbo = cbo
      self.after = after
      self.through = through
    }
  }

  package struct Have: Hashable, Sendable {
    package var cbo: RecordID
    package var through: Seq
    package init(cbo: RecordID, through: Seq) {
      self.cbo = cbo
      self.through = through
    }
  }

  package init(
    epoch: Epoch?, after: Seq, scopeVersion: UInt32, have: [Have] = [], pageBytes: UInt32? = nil,
    follows: Bool = false, history: [History] = []
  ) {
    self.epoch = epoch
    self.after = after
    self.scopeVersion = scopeVersion
    self.have = have
    self.pageBytes = pageBytes
    self.follows = follows
    self.history = history
  }
}

package struct DownloadPage: Hashable, Sendable {
  package var epoch: Epoch?
  package var previous: Seq
  package var last: Seq
  package var count: UInt32
  package var sets: [StoredSet]
  package var chains: [ChainMark]
  package var scope: ScopeChange?
  /// A page of one gained CBO: `previous` and `last` are the CBO's own.
  package var backfill: RecordID?
  package var keys: [PersonKey]
  /// The device has all there was when this page was read.
  package var isLast: Bool

  /// The first half of a CBO's chain value: a difference shows with it as with the whole, at half the bytes.
  package struct ChainMark: Hashable, Sendable {
    package static let bytes = 16

    package let cbo: RecordID
    /// 16 bytes.
    package let chain: [UInt8]

    /// - Parameter chain: the whole value, or its first 16 bytes.
    package init(cbo: RecordID, chain: [UInt8]) {
      self.cbo = cbo
      self.chain = Array(chain.prefix(Self.bytes))
    }

    package func matches(_ own: [UInt8]) -> Bool { own.starts(with: chain) && chain.count == Self.bytes }
  }

  package struct ScopeChange: Hashable, Sendable {
    package var version: UInt32
    package var add: [RecordID]
    package var drop: [RecordID]
    package init(version: UInt32, add: [RecordID], drop: [RecordID]) {
      self.version = version
      self.add = add
      self.drop = drop
    }
  }

  package struct PersonKey: Hashable, Sendable {
    package var member: RecordID
    package var key: [UInt8]
    package init(member: RecordID, key: [UInt8]) {
      self.member = member
      self.key = key
    }
  }

  package init(
    epoch: Epoch? = nil, previous: Seq, last: Seq, sets: [StoredSet], chains: [ChainMark] = [],
    scope: ScopeChange? = nil, backfill: RecordID? = nil, keys: [PersonKey] = [], isLast: Bool = false
  ) {
    self.epoch = epoch
    self.previous = previous
    self.last = last
    self.count = UInt32(sets.count)
    self.sets = sets
    self.chains = chains
    self.scope = scope
    self.backfill = backfill
    self.keys = keys
    self.isLast = isLast
  }
}

/// A set as it stands in the journal.
package struct StoredSet: Hashable, Sendable {
  package var envelope: Envelope
  package var verdicts: [UInt8]
  /// Nil = the asking device wrote it and has it, or `named` says which they are.
  package var bytes: [UInt8]?
  /// SHA-256 of the bytes of a long set, which are asked for one piece after the other.
  package var named: [UInt8]?
  package init(envelope: Envelope, verdicts: [UInt8], bytes: [UInt8]?, named: [UInt8]? = nil) {
    self.envelope = envelope
    self.verdicts = verdicts
    self.bytes = bytes
    self.named = named
  }
}

package struct SignedHead: Hashable, Sendable {
  package var block: BlockCode
  package var epoch: Epoch
  /// Leaves = the last seq.
  package var size: Seq
  package var root: [UInt8]
  package var time: Timestamp
  package var signature: [UInt8]
  package init(
    block: BlockCode, epoch: Epoch, size: Seq, root: [UInt8], time: Timestamp, signature: [UInt8]
  ) {
    self.block = block
    self.epoch = epoch
    self.size = size
    self.root = root
    self.time = time
    self.signature = signature
  }
}

package struct CboDigest: Hashable, Sendable {
  package var cbo: RecordID
  package var seq: Seq
  package var chain: [UInt8]
  package var state: [UInt8]
  package var rules: RulesVersion
  package init(cbo: RecordID, seq: Seq, chain: [UInt8], state: [UInt8], rules: RulesVersion) {
    self.cbo = cbo
    self.seq = seq
    self.chain = chain
    self.state = state
    self.rules = rules
  }
}
