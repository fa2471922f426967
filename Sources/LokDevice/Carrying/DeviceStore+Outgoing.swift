package import LokBooks
import LokShard
import LokWire

/// What a phone gives somebody to carry to its server.
package struct OutgoingBundle: Hashable, Sendable {
  package var file: [UInt8]
  package var sets: Int
  package var changes: Int
  /// The last number that went in, or was written before.
  package var last: DeviceSeq
  /// Nothing was left for another bundle.
  package var isWhole: Bool
}

extension DeviceStore {
  /// Everything that has no receipt, as it would go up over a connection, with the question what is new:
  /// signed by this store, sealed for its server.
  ///
  /// It changes nothing but that its sets are `sent` from now on. It may be made again and again, carried
  /// twice, and be overtaken by a sync: the server knows each set by its number and its bytes.
  ///
  /// - Parameter bytes: of content; after these the rest waits for the next bundle.
  /// - Throws: `DeviceError.notRegistered`, `.sealFailed`; `SealingError` for a server without a good key.
  package func exportBundle(contentBytes bytes: Int = WireLimits.bundleContentBytes) throws
    -> OutgoingBundle
  {
    let start = try sessionStart(appBuild: "")
    let identity = try identity()
    guard let replyKey = identity.key.replyKey else { throw DeviceError.sealFailed }
    var content: [[UInt8]] = []
    var room = bytes
    var bundle = OutgoingBundle(file: [], sets: 0, changes: 0, last: start.outboxLast, isWhole: true)
    var next = start.firstUnproven
    while next <= start.outboxLast, room > 0 {
      let sets = try outbox(from: next, sets: WireLimits.setsInFlight, bytes: Self.frameBytes)
      guard let last = sets.last else { break }
      content.append(Self.frame(of: sets, call: UInt32(content.count) * 2 + 3))
      room -= content.last?.count ?? 0
      try recordSent(sets)
      bundle.sets += sets.count
      bundle.changes += sets.reduce(0) { $0 + Int($1.count) }
      next = last.next
    }
    bundle.last = DeviceSeq(next.rawValue - 1)
    bundle.isWhole = next > start.outboxLast
    content.append(
      Frame(
        call: UInt32(content.count) * 2 + 3, method: .download, payload: try downloadRequest().encoded(),
        end: true
      ).encoded())
    let behind = FrameSequence.encoded(content)
    var request = CarryRequest(
      block: block, device: identity.number, outboxLast: bundle.last,
      outboxChain: try chain(before: next) ?? start.outboxChain, replyKey: replyKey.publicKey,
      contentHash: Hash.sha256(behind), signature: [])
    request.signature = identity.key.signature(
      over: SignedBytes.bundle(request, serverKey: identity.serverKey))
    let first = Frame(call: 1, method: .carry, payload: request.encoded(), end: true).encoded()
    bundle.file = try SealedBundle.seal(
      FrameSequence.encoded([first]) + behind, as: .outbox, block: block, device: identity.number,
      serverKey: identity.serverKey, for: identity.vaultKey)
    return bundle
  }

  /// What is new since this phone's place in its books. All that it holds is named: nobody can ask it again.
  func downloadRequest() throws -> DownloadRequest {
    let (cursor, have) = try place()
    return DownloadRequest(
      epoch: cursor.epoch, after: cursor.seq, scopeVersion: cursor.scopeVersion, have: have)
  }

  /// As frames of a connection are at most, but for a set that needs one of its own.
  private static var frameBytes: Int { WireLimits.frameBytesDefault - 64 }

  private static func frame(of sets: [OutboxSet], call: UInt32) -> [UInt8] {
    let request = UploadRequest(
      firstDeviceSeq: sets[0].firstDeviceSeq,
      sets: sets.map { UploadSet(count: $0.count, bytes: $0.bytes, keys: $0.keys) })
    return Frame(
      call: call, method: .upload, payload: request.encoded(), keys: request.encodedKeys(), end: true
    ).encoded(compressing: .small)
  }
}
