package import LokBooks
import LokShard
package import LokWire

/// What a session asks of the world around it.
package enum SyncAction: Hashable, Sendable {
  case send(Frame)
  /// Keep what Hello's reply brought: the next session's nonce and the shard's epoch.
  case remember(nonce: [UInt8], epoch: Epoch)
  /// Answer with `.ownChain`: the outbox chain before this number, nil where no set ends there.
  case loadChain(before: DeviceSeq)
  /// The shard is in another epoch since. Answer with `.wentBack`, after forgetting what the server said
  /// beyond the end of the older one; of own sets it has those before this number.
  case goBack(to: Seq, before: DeviceSeq)
  /// Stand in the epoch that Hello's reply named.
  case enterEpoch
  /// Answer with `.outbox`: sets from this number on, at most so many and, after the first, so many bytes.
  case loadOutbox(from: DeviceSeq, sets: Int, bytes: Int)
  /// These sets are in the frame that goes next.
  case recordSent([OutboxSet])
  /// The server has every set before this number on disk.
  case recordStored(before: DeviceSeq)
  case recordCommitted(Receipt)
  /// Answer with `.place`.
  case loadPlace
  /// Answer with `.pageApplied`. A version is adopted with the last page only: until then the phone does
  /// not hold all of the scope it stands for.
  case apply(DownloadPage, adopting: UInt32?)
  /// Answer with `.snapshotRequest`. `only`: these CBOs, held or not; empty = what is new in the scope.
  case loadSnapshots(only: [RecordID])
  /// Answer with `.snapshotApplied`. A seq comes with the last page.
  case applySnapshot(SnapshotPage, adopting: Seq?)
  /// Answer with `.held`: every CBO that is here whole.
  case loadHeld
  /// Answer with `.digestsCompared`.
  case compareDigests([CboDigest], of: [RecordID])
  /// This CBO's books led to another chain, and are here anew.
  case noteFetchedAnew(RecordID)
  case noteRepair(RepairReport)
  /// All that is new in this scope has been taken up: after a cut the download goes on by itself.
  case rememberTaken(scope: UInt32)
  /// Answer with `.blobWork`.
  case loadBlobWork
  /// Answer with `.blobBytes`: so many of an own blob.
  case loadBlob(hash: [UInt8], offset: Int, count: Int)
  /// The server has so many of its bytes on disk, or all of them.
  case recordBlob(hash: [UInt8], PutBlobReply)
  /// The server does not take or does not give it.
  case refuseBlob(hash: [UInt8], Reason?)
  /// Answer with `.pieceKept`. `offset`: where the piece begins.
  case keepPiece(BlobPiece, of: [UInt8], offset: Int)
  /// Answer with `.namedSet`: the first of the page's long sets that is not here whole.
  case loadNamedSet(DownloadPage)
  /// All there was is down, and the server goes on to send what comes.
  case caughtUp
  case finish(SyncOutcome)
}

/// What happens to a session.
package enum SyncEvent: Sendable {
  case connected
  case frame(Frame)
  case ownChain([UInt8]?)
  case wentBack(to: ForkPlace)
  case outbox([OutboxSet])
  case place(Cursor, have: [DownloadRequest.Have])
  case pageApplied(PageResult)
  case snapshotRequest(SnapshotRequest)
  case snapshotApplied(SnapshotResult)
  case held([RecordID])
  /// Which of them differ, and how many could be compared.
  case digestsCompared(differing: [RecordID], count: Int)
  /// Nil = nothing is left to send or fetch.
  case blobWork(BlobWork?)
  /// Empty = the blob is no longer wanted.
  case blobBytes([UInt8])
  /// The budget has nothing left for files: what is on its way stays where it is.
  case filesHeldBack
  case pieceKept(PieceResult)
  /// Nil = all of them are here.
  case namedSet(GetBlobRequest?)
  /// Ends a `.follow` that is caught up; ignored by any other.
  case leave
  case deadline
  case closed
}

package enum PageResult: Hashable, Sendable {
  case applied
  case diverged(Divergence)
}

/// One blob that is to go up or to come down.
package enum BlobWork: Hashable, Sendable {
  case put(BlobHead)
  case get(GetBlobRequest)
}

package enum PieceResult: Hashable, Sendable {
  /// It is on this phone, up to this offset of `size`.
  case kept(through: Int, of: Int)
  case whole
  /// The bytes are not what the record names; nothing of them is kept.
  case refused
}

package enum SnapshotResult: Hashable, Sendable {
  case applied
  /// This CBO's snapshot is not what it says; nothing of its page is kept.
  case refused(RecordID)
}

/// A CBO's chain on this phone is not the server's: the page was not applied.
package struct Divergence: Error, Hashable, Sendable {
  package var cbo: RecordID
  package var seq: Seq
  package var server: [UInt8]
  package var own: [UInt8]
  package init(cbo: RecordID, seq: Seq, server: [UInt8], own: [UInt8]) {
    self.cbo = cbo
    self.seq = seq
    self.server = server
    self.own = own
  }
}

extension Divergence {
  /// Older sets that do not lead to what the snapshot said.
  init(_ error: SnapshotError) {
    switch error {
    case .chainDiffers(let cbo, let seq), .historyDiffers(let cbo, let seq), .stateDiffers(let cbo, let seq):
      self.init(cbo: cbo, seq: seq, server: [], own: [])
    }
  }
}

/// How a session ended.
package enum SyncOutcome: Hashable, Sendable {
  /// All that was signed for is up, all there was is down.
  case done
  /// The answer to the one call that the session was opened for.
  case answered([UInt8])
  /// Come back after this time (without jitter).
  case later(milliseconds: UInt32?, Reason?)
  /// All that was signed for is up, and so much came down as the phone was ready to pay for.
  case budgetSpent(HeldBack)
  /// The connection ended, or time ran out, before all was done. What was acknowledged stays so.
  case brokenOff
  /// This store needs a number of its own; nothing is lost by it.
  case reenrol(Reason)
  /// It lacks what it has confirmed: an older copy of its data was put in place. Its operator has to say so.
  case putBack(server: String, block: BlockCode)
  /// Uploads went up as far as the server took them; reading is over.
  case revoked
  /// The server does not take it; a person has to see it.
  case refused(Status)
  /// An acknowledgement that does not verify; a person has to see it.
  case unproven(ReceiptError)
  case diverged(Divergence)
  case violated(ProtocolViolation)
}

/// What the server may not do: its fault or a broken restore, shown to a person.
package enum ProtocolViolation: Error, Hashable, Sendable {
  case unreadable(Method)
  case incompleteHello
  case challengedTwice
  case unexpectedEnd(Method)
  case pageGap(expected: Seq, found: Seq)
  case pageCountDiffers(stated: UInt32, found: UInt32)
  case pageOutOfOrder(Seq)
  /// Another scope than Hello told, over and over.
  case scopeUnsettled(UInt32)
  /// The shard is another one than before.
  case epochChanged(from: Epoch, to: Epoch)
  case setAboveFrame(bytes: Int, limit: Int)
  case registrationUnproven
  /// The bytes given for a blob are others than those that were named.
  case blobDiffers
  /// A snapshot that is not what its hash or its chain says.
  case snapshotDiffers(RecordID)
}
