package import LokBooks
package import LokWire

/// Why an acknowledgement is not believed. Nothing of it is marked committed, and a person sees it.
package enum ReceiptError: Error, Hashable, Sendable {
  /// The server's signature does not cover what the phone computed from its own bytes.
  case signatureDiffers
  /// It names a set that this session did not send.
  case setNotSent(DeviceSeq)
  case verdictsUnreadable(DeviceSeq)
  case empty
}

/// A signed acknowledgement that was verified, in a form that can be shown to a third party.
package struct Receipt: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    package var committed: Committed
    /// 32 bytes, computed from the phone's own bytes unless other bytes are stored under these numbers.
    package var leaf: [UInt8]
    /// The phone's own bytes are what is stored.
    package var isOwnBytes: Bool
    package init(committed: Committed, leaf: [UInt8], isOwnBytes: Bool) {
      self.committed = committed
      self.leaf = leaf
      self.isOwnBytes = isOwnBytes
    }
  }
  package var epoch: Epoch
  package var entries: [Entry]
  package var signature: [UInt8]
  package init(epoch: Epoch, entries: [Entry], signature: [UInt8]) {
    self.epoch = epoch
    self.entries = entries
    self.signature = signature
  }

  /// What the signature stands for: the positions and the leaves.
  package var places: [(seq: Seq, leaf: [UInt8])] { entries.map { ($0.committed.seq, $0.leaf) } }
}

/// What a device needs of its own set to recompute a leaf.
struct AwaitedSet: Hashable, Sendable {
  var firstDeviceSeq: DeviceSeq
  var count: UInt32
  var hash: [UInt8]
  var firstHLC: HybridTime
  var isStored = false
  var next: DeviceSeq { firstDeviceSeq.advanced(by: count) }
}

/// The proof of an acknowledgement, from the phone's own bytes.
struct AcknowledgementCheck {
  let block: BlockCode
  let device: DeviceNumber
  let epoch: Epoch
  let serverKey: [UInt8]

  /// - Throws: `ReceiptError`; then nothing of the acknowledgement counts.
  func receipt(for acknowledgement: Acknowledgement, of sent: [AwaitedSet]) throws(ReceiptError) -> Receipt {
    guard !acknowledgement.committed.isEmpty else { throw .empty }
    var entries: [Receipt.Entry] = []
    for committed in acknowledgement.committed {
      guard let set = sent.first(where: { $0.firstDeviceSeq == committed.firstDeviceSeq }) else {
        throw .setNotSent(committed.firstDeviceSeq)
      }
      guard (try? Verdicts(decoding: committed.verdicts)) != nil else {
        throw .verdictsUnreadable(committed.firstDeviceSeq)
      }
      entries.append(entry(committed, set))
    }
    let receipt = Receipt(epoch: epoch, entries: entries, signature: acknowledgement.signature)
    let signed = SignedBytes.receipt(block: block, epoch: epoch, leaves: receipt.places)
    let key = PublicKey(type: .ed25519, bytes: serverKey)
    guard key.verifies(signature: acknowledgement.signature, over: signed) else { throw .signatureDiffers }
    return receipt
  }

  private func entry(_ committed: Committed, _ set: AwaitedSet) -> Receipt.Entry {
    let envelope = Envelope(
      seq: committed.seq, kind: committed.kind, device: device, firstDeviceSeq: set.firstDeviceSeq,
      count: set.count, received: committed.received, hlc: committed.hlc ?? set.firstHLC,
      rules: committed.rules)
    let computed = Leaf.hash(
      block: block, envelope: envelope, setHash: set.hash, verdicts: committed.verdicts)
    guard let given = committed.leaf, given != computed else {
      return .init(committed: committed, leaf: computed, isOwnBytes: true)
    }
    return .init(committed: committed, leaf: given, isOwnBytes: false)
  }
}
