package import LokBooks
package import LokWire

/// A phone's place in its shard's history.
package struct Cursor: Hashable, Sendable {
  /// Nil before the first session.
  package var epoch: Epoch?
  package var seq: Seq
  package var scopeVersion: UInt32
  package init(epoch: Epoch? = nil, seq: Seq = .zero, scopeVersion: UInt32 = 0) {
    self.epoch = epoch
    self.seq = seq
    self.scopeVersion = scopeVersion
  }
}

/// What the store knows when a session begins.
package struct SessionStart: Sendable {
  package var block: BlockCode
  package var device: DeviceNumber
  package var appBuild: String
  package var key: DeviceKey
  /// Ed25519, 32 bytes: the server's receipts verify with it.
  package var serverKey: [UInt8]
  package var nonce: [UInt8]?
  /// The last number written; 0 = none. The session sends nothing beyond it.
  package var outboxLast: DeviceSeq
  package var outboxChain: [UInt8]
  /// The first own set without a receipt; one beyond `outboxLast` where all have theirs.
  package var firstUnproven: DeviceSeq
  /// The first own set that the server has not said it has on disk.
  package var firstUnstored: DeviceSeq
  package var cursor: Cursor
  /// The epoch that the server named last: what it said of own sets is of it where nothing has come down yet.
  package var heardEpoch: Epoch?
  package var maximumFrameBytes: UInt32
  /// What is new in the scope is asked for as it stands, before the download.
  package var takesSnapshots: Bool
  /// The scope version of which all that was new has been taken up so; nil = none.
  package var takenScope: UInt32?
  /// Own sets without a receipt.
  package var setsToGo = 0
  /// What the session may cost down, beside what always goes; nil = no bound.
  package var byteBudget: UInt32?
  /// `BooksMark` of all that is held at the cursor; nil = some of it is of another moment.
  package var books: UInt64?
  /// All books are compared with the server's, whatever the marks say.
  package var comparesBooks = false
  /// As the last sessions found it.
  package var link = LinkClass.slow
  /// Files that were asked for once come in this session too: somebody asks for them now, or bytes are not
  /// dear.
  package var fetchesFiles = true
  /// Blobs wait to be sent or fetched.
  package var hasBlobs: Bool
  /// Its address, for people.
  package var server = ""

  package init(
    block: BlockCode, device: DeviceNumber, appBuild: String, key: DeviceKey, serverKey: [UInt8],
    nonce: [UInt8]?, outboxLast: DeviceSeq, outboxChain: [UInt8], firstUnproven: DeviceSeq,
    firstUnstored: DeviceSeq, cursor: Cursor,
    maximumFrameBytes: UInt32 = UInt32(WireLimits.frameBytesMaximum), takesSnapshots: Bool = false,
    takenScope: UInt32? = nil, hasBlobs: Bool = false
  ) {
    self.block = block
    self.device = device
    self.appBuild = appBuild
    self.key = key
    self.serverKey = serverKey
    self.nonce = nonce
    self.outboxLast = outboxLast
    self.outboxChain = outboxChain
    self.firstUnproven = firstUnproven
    self.firstUnstored = firstUnstored
    self.cursor = cursor
    self.maximumFrameBytes = maximumFrameBytes
    self.takesSnapshots = takesSnapshots
    self.takenScope = takenScope
    self.hasBlobs = hasBlobs
  }
}

/// A set as the outbox gives it to a session.
package struct OutboxSet: Hashable, Sendable {
  package var firstDeviceSeq: DeviceSeq
  package var count: UInt32
  package var bytes: [UInt8]
  /// SHA-256 of the bytes.
  package var hash: [UInt8]
  package var firstHLC: HybridTime
  package var keys: [WrappedKey]

  package init(
    firstDeviceSeq: DeviceSeq, count: UInt32, bytes: [UInt8], hash: [UInt8], firstHLC: HybridTime,
    keys: [WrappedKey] = []
  ) {
    self.firstDeviceSeq = firstDeviceSeq
    self.count = count
    self.bytes = bytes
    self.hash = hash
    self.firstHLC = firstHLC
    self.keys = keys
  }

  /// The first number after it.
  package var next: DeviceSeq { firstDeviceSeq.advanced(by: count) }

  /// An upper bound of what it takes in an upload frame.
  package var frameBytes: Int { bytes.count + 24 + keys.reduce(0) { $0 + $1.wrapped.count + 24 } }
}
