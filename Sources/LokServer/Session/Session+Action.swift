package import LokBooks
package import LokShard
package import LokTransport
package import LokWire

extension Session {
  /// When something happens: durations are measured by `instant`, dates are told by `wall`.
  package struct Now: Hashable, Sendable {
    package var instant: Instant
    package var wall: Timestamp
    package init(instant: Instant, wall: Timestamp) {
      self.instant = instant
      self.wall = wall
    }
  }

  /// What a session knows of its server: keys and functions of bytes, nothing that waits.
  package struct Surroundings: Sendable {
    /// Ed25519, 32 bytes: signs receipts and heads.
    package var serverKey: [UInt8]
    /// X25519, 32 bytes: members' keys are wrapped for it.
    package var vaultKey: [UInt8]
    /// Ed25519 over the bytes; 64 bytes.
    package var sign: @Sendable ([UInt8]) -> [UInt8]
    /// The session nonce of a device on the day of `Timestamp`.
    package var nonce: @Sendable (BlockCode, DeviceNumber, Timestamp) -> [UInt8]
    /// A nonce is one of today's or yesterday's.
    package var isGoodNonce: @Sendable ([UInt8], BlockCode, DeviceNumber, Timestamp) -> Bool

    /// Today's and yesterday's.
    func goodNonces(_ block: BlockCode, _ device: DeviceNumber, _ now: Timestamp) -> [[UInt8]] {
      let yesterday = Timestamp(milliseconds: now.milliseconds - 86_400_000)
      return [nonce(block, device, now), nonce(block, device, yesterday)]
    }

    package init(
      serverKey: [UInt8], vaultKey: [UInt8], sign: @escaping @Sendable ([UInt8]) -> [UInt8],
      nonce: @escaping @Sendable (BlockCode, DeviceNumber, Timestamp) -> [UInt8],
      isGoodNonce: @escaping @Sendable ([UInt8], BlockCode, DeviceNumber, Timestamp) -> Bool
    ) {
      self.serverKey = serverKey
      self.vaultKey = vaultKey
      self.sign = sign
      self.nonce = nonce
      self.isGoodNonce = isGoodNonce
    }
  }

  /// What the session wants done, in this order. Each that names a call is answered by `answered(_:to:at:)`.
  package enum Action: Sendable {
    /// One whole frame.
    case send([UInt8])
    /// From the next frame on, the peer may send frames of this size.
    case setMaximumFrame(Int)
    /// The peer is known: it may send as fast as it likes.
    case markAuthenticated
    /// From now on revocations of this device concern this session; then look it up. Answer: `.device`.
    case lookUpDevice(
      call: UInt32, BlockCode, DeviceNumber, claiming: BooksClaim? = nil, standingIn: Epoch? = nil)
    /// Answer: `.code`.
    case checkCode(call: UInt32, BlockCode, codeHash: [UInt8], key: PublicKey)
    /// Answers: `.stored`, `.committed`, `.refused`, one or more for each set.
    case append(call: UInt32, UploadBatch)
    /// One command of this session. Answer: `.outcome`.
    case submit(call: UInt32, BlockCode, Command)
    /// Answer: `.page`.
    case readPage(call: UInt32, BlockCode, DownloadCursor, maximumBytes: Int)
    /// Answer: `.heldBack`.
    case readHeldBack(call: UInt32, BlockCode, DownloadCursor)
    /// Answer: `.snapshot`.
    case readSnapshot(call: UInt32, BlockCode, SnapshotCursor, maximumBytes: Int)
    /// From now on `moved` tells this session of the block.
    case follow(BlockCode)
    /// Answer: `.head`.
    case readHead(call: UInt32, BlockCode)
    /// Answer: `.digests`.
    case readDigests(call: UInt32, BlockCode, DeviceNumber, [RecordID])
    /// Answer: `.blob`.
    case askBlobs(call: UInt32, BlockCode, DeviceNumber, BlobQuestion)
    /// Answer: `.operated`.
    case operate(call: UInt32, OperatorRequest)
    /// After what was sent has left.
    case close(Ending)
  }

  /// Why a session ended.
  package enum Ending: Hashable, Sendable {
    case notAFrame
    case callBeforeHello
    case badSignature
    /// More answers than a stranger may make us give.
    case tooManyAttempts
    /// The server stops, and nothing is in flight.
    case stopped
  }

  /// What comes back from the parts that may wait.
  package enum Answer: Sendable {
    case device(DeviceFound?)
    /// Nil = the code can be used.
    case code(Reason?)
    /// The intake has answered for so many sets of the window; `through` is nil where it has only taken
    /// up what their numbers carried before.
    case stored(through: DeviceSeq?, sets: Int)
    case committed([Acknowledged], epoch: Epoch)
    /// An upload's sets that were not taken, or any call that failed (no sets).
    case refused(Status, sets: Int)
    /// Sets for which `stored` was said already and which end their call: reused numbers, a chain that
    /// does not fit. Their bytes are kept aside.
    case setAside(Status, sets: Int)
    case outcome(CommandOutcome.Result, epoch: Epoch?)
    /// Nil = the download is complete.
    case page(ReadPage?, DownloadCursor)
    /// A page as a download without budget goes on to give it, without sets: nil = it brings nothing else.
    case heldBack(ReadPage?, DownloadCursor, HeldBack)
    case snapshot(ReadPage, SnapshotCursor)
    case head(epoch: Epoch, size: Seq, root: [UInt8])
    case digests([CboDigest])
    case blob(BlobAnswer)
    case operated(OperatorReply)
  }

  /// A device as its shard has it, with the numbers of what is stored and not merged yet.
  package struct DeviceFound: Sendable {
    package var state: DeviceState
    package var epoch: Epoch
    package var head: Seq
    package var scopeVersion: UInt32
    /// They are not what it claims.
    package var booksDiffer: Bool
    /// Where the epoch that it stands in ended; nil where it goes on, or never was this shard's.
    package var fork: Seq?
    package init(
      state: DeviceState, epoch: Epoch, head: Seq, scopeVersion: UInt32, booksDiffer: Bool = false,
      fork: Seq? = nil
    ) {
      self.state = state
      self.epoch = epoch
      self.head = head
      self.scopeVersion = scopeVersion
      self.booksDiffer = booksDiffer
      self.fork = fork
    }
  }

  /// A merged set with what its receipt signs.
  package struct Acknowledged: Sendable {
    package var committed: Committed
    package var leaf: [UInt8]
    package init(_ committed: Committed, leaf: [UInt8]) {
      self.committed = committed
      self.leaf = leaf
    }
  }

  /// Sets of one frame on their way into the intake.
  package struct UploadBatch: Sendable {
    package var block: BlockCode
    package var device: DeviceNumber
    package var commitment: Commitment
    package var items: [SetItem]
    package init(block: BlockCode, device: DeviceNumber, commitment: Commitment, items: [SetItem]) {
      self.block = block
      self.device = device
      self.commitment = commitment
      self.items = items
    }
  }

  /// What a device signed in its last Hello: everything in its outbox up to here is its own.
  package struct Commitment: Hashable, Sendable {
    package var last: DeviceSeq
    /// 32 bytes: the outbox chain at `last`.
    package var chain: [UInt8]
    /// The epoch in which these sets were written, where it is not the shard's.
    package var olderEpoch: Epoch?
    package init(last: DeviceSeq, chain: [UInt8], olderEpoch: Epoch? = nil) {
      self.last = last
      self.chain = chain
      self.olderEpoch = olderEpoch
    }
  }
}
