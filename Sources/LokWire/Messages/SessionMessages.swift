package import LokBooks

package enum KeyType: Int, CaseIterable, Sendable {
  case ed25519 = 1
  case p256 = 2
}

/// The roles of LokOS. Values are those of `loksync.v1.Role`.
package enum Role: Int, CaseIterable, Sendable {
  case bookkeeperSHG = 1
  case bookkeeperVO = 2
  case bookkeeperCLF = 3
  case approver = 4
  case blockAdmin = 5
  case auditor = 6
  case viewer = 7

  /// As the command line writes it.
  package var text: String {
    switch self {
    case .bookkeeperSHG: "EBK_SHG"
    case .bookkeeperVO: "EBK_VO"
    case .bookkeeperCLF: "EBK_CLF"
    case .approver: "TXN_APPROVER"
    case .blockAdmin: "BLOCK_ADMIN"
    case .auditor: "AUDITOR"
    case .viewer: "VIEWER"
    }
  }
  package init?(text: String) {
    guard let role = Self.allCases.first(where: { $0.text == text.uppercased() }) else { return nil }
    self = role
  }
}

/// What a device may see and write.
package enum Grant: Hashable, Sendable {
  case block
  /// One CBO with all that is below it.
  case cbo(RecordID)
}

/// A public key as it was registered.
package struct PublicKey: Hashable, Sendable {
  package var type: KeyType
  package var bytes: [UInt8]
  package init(type: KeyType, bytes: [UInt8]) {
    self.type = type
    self.bytes = bytes
  }
}

package struct RegisterRequest: Hashable, Sendable {
  package var block: BlockCode
  /// Empty with a predecessor.
  package var code: String
  package var key: PublicKey
  package var proof: [UInt8]
  package var appBuild: String
  package var predecessor: Predecessor?

  package struct Predecessor: Hashable, Sendable {
    package var device: DeviceNumber
    package var signature: [UInt8]
    /// Of the first set whose fate this store does not know.
    package var firstUnproven: DeviceSeq
    package init(device: DeviceNumber, signature: [UInt8], firstUnproven: DeviceSeq) {
      self.device = device
      self.signature = signature
      self.firstUnproven = firstUnproven
    }
  }

  package init(
    block: BlockCode, code: String, key: PublicKey, proof: [UInt8], appBuild: String,
    predecessor: Predecessor? = nil
  ) {
    self.block = block
    self.code = code
    self.key = key
    self.proof = proof
    self.appBuild = appBuild
    self.predecessor = predecessor
  }
}

/// A set that is held under a number, by the first eight bytes of its hash.
package struct HeldSet: Hashable, Sendable {
  package var firstDeviceSeq: DeviceSeq
  package var hashStart: UInt64
  package init(firstDeviceSeq: DeviceSeq, hash: [UInt8]) {
    self.firstDeviceSeq = firstDeviceSeq
    hashStart = hash.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
  package init(firstDeviceSeq: DeviceSeq, hashStart: UInt64) {
    self.firstDeviceSeq = firstDeviceSeq
    self.hashStart = hashStart
  }
}

package struct RegisterReply: Hashable, Sendable {
  package var device: DeviceNumber
  package var role: Role
  package var grants: [Grant]
  package var epoch: Epoch
  /// Ed25519, 32 bytes: signs receipts and heads.
  package var serverKey: [UInt8]
  /// X25519, 32 bytes: members' keys are wrapped for it.
  package var vaultKey: [UInt8]
  package var nonce: [UInt8]
  package var receipt: Acknowledgement
  /// What is held under the predecessor's number, ascending.
  package var predecessorSets: [HeldSet]

  package init(
    device: DeviceNumber, role: Role, grants: [Grant], epoch: Epoch, serverKey: [UInt8], vaultKey: [UInt8],
    nonce: [UInt8], receipt: Acknowledgement, predecessorSets: [HeldSet] = []
  ) {
    self.device = device
    self.role = role
    self.grants = grants
    self.epoch = epoch
    self.serverKey = serverKey
    self.vaultKey = vaultKey
    self.nonce = nonce
    self.receipt = receipt
    self.predecessorSets = predecessorSets
  }
}

/// In full after CHALLENGE only; in short it leaves to the server what the server knows.
package struct HelloRequest: Hashable, Sendable {
  package var protocolMinimum: UInt32
  package var protocolMaximum: UInt32
  package var schemaVersion: UInt32
  package var appBuild: String
  package var block: BlockCode
  package var device: DeviceNumber
  /// Nil = that of the last session.
  package var nonce: [UInt8]?
  /// The last number written on this store; 0 = none.
  package var outboxLast: DeviceSeq
  /// 32 bytes: the outbox chain at `outboxLast`; nil = what the server has there.
  package var outboxChain: [UInt8]?
  /// Empty = there is no nonce to sign yet.
  package var signature: [UInt8]
  package var epoch: Epoch?
  package var cursor: Seq
  package var scopeVersion: UInt32
  package var maximumFrameBytes: UInt32
  /// What the session may cost down, beside what always goes; nil = no bound.
  package var byteBudget: UInt32?
  /// `BooksMark` of all that the device holds at `cursor`; nil = it holds something in part.
  package var books: UInt64?
  package var link: LinkClass

  package init(
    protocolMinimum: UInt32 = WireLimits.protocolVersion,
    protocolMaximum: UInt32 = WireLimits.protocolVersion,
    schemaVersion: UInt32 = WireLimits.schemaVersion, appBuild: String = "", block: BlockCode,
    device: DeviceNumber, nonce: [UInt8]? = nil, outboxLast: DeviceSeq, outboxChain: [UInt8]?,
    signature: [UInt8], epoch: Epoch?, cursor: Seq, scopeVersion: UInt32,
    maximumFrameBytes: UInt32 = UInt32(WireLimits.frameBytesMaximum), byteBudget: UInt32? = nil,
    link: LinkClass = .slow, books: UInt64? = nil
  ) {
    self.protocolMinimum = protocolMinimum
    self.protocolMaximum = protocolMaximum
    self.schemaVersion = schemaVersion
    self.appBuild = appBuild
    self.block = block
    self.device = device
    self.nonce = nonce
    self.outboxLast = outboxLast
    self.outboxChain = outboxChain
    self.signature = signature
    self.epoch = epoch
    self.cursor = cursor
    self.scopeVersion = scopeVersion
    self.maximumFrameBytes = maximumFrameBytes
    self.byteBudget = byteBudget
    self.link = link
    self.books = books
  }

  package var claim: BooksClaim? {
    books.map { BooksClaim(mark: $0, cursor: cursor, scopeVersion: scopeVersion) }
  }
}

/// As it travels: nil = as the request has it. `SessionTerms` is what it says.
package struct HelloReply: Hashable, Sendable {
  package var protocolVersion: UInt32 = WireLimits.protocolVersion
  package var maximumFrameBytes: UInt32?
  package var nextDeviceSeq: DeviceSeq?
  /// 32 bytes.
  package var chain: [UInt8]?
  /// 16 bytes. With status CHALLENGE only this counts.
  package var nonce: [UInt8]?
  package var epoch: Epoch?
  package var head: Seq?
  package var scopeVersion: UInt32?
  package var serverTime: Timestamp
  package var backedUp = Seq.zero
  package var setsInFlight = UInt32(WireLimits.setsInFlight)
  /// The device's books are not what the server has there.
  package var booksDiffer = false
  /// Where the epoch of the device's cursor ended; nil where it goes on, or never was this shard's.
  package var fork: Seq?

  package init(serverTime: Timestamp, nonce: [UInt8]? = nil) {
    self.serverTime = serverTime
    self.nonce = nonce
  }
}
