package import LokBooks
import LokSQLite
import LokShard
import LokWire

/// What an answer that was brought has told a phone.
package struct AnswerReport: Hashable, Sendable {
  /// Sets of which it was not known that the server has them.
  package var setsStored = 0
  /// Sets that have their receipt now.
  package var setsCommitted = 0
  package var setsReceived = 0
  /// It brought pages that stand on another place than this phone's by now. Others bring the same.
  package var isElsewhere = false
  package var outcome = SyncOutcome.done
}

/// The reading of one answer. Every step of it may be done twice: an answer that comes again, or after a sync
/// that knew more, tells nothing new and takes nothing back.
struct AnswerReading {
  let store: DeviceStore
  let identity: DeviceIdentity
  var report = AnswerReport()
  private var epoch: Epoch?
  private var uploadOutcome: SyncOutcome?

  init(_ store: DeviceStore, _ identity: DeviceIdentity) {
    self.store = store
    self.identity = identity
  }

  /// - Throws: what the store throws. What was read until then is kept.
  mutating func read(_ frames: [Frame]) throws {
    guard let first = frames.first, first.method == Method.carry.rawValue else {
      return report.outcome = .violated(.unreadable(.carry))
    }
    guard try begin(first) else { return }
    let downloads = frames.filter { $0.method == Method.download.rawValue }
    for frame in frames where frame.method == Method.upload.rawValue {
      guard try readUpload(frame) else { return }
    }
    report.outcome = uploadOutcome ?? .done
    try readDownload(downloads)
  }

  /// False = it says no more, or is not believed.
  private mutating func begin(_ frame: Frame) throws -> Bool {
    if let status = frame.status, status.code != .ok {
      report.outcome = SyncEngine.outcome(of: status)
      return false
    }
    guard let reply = frame.payload.flatMap({ try? HelloReply(decoding: $0) }), let epoch = reply.epoch,
      let next = reply.nextDeviceSeq, let chain = reply.chain
    else {
      report.outcome = .violated(.incompleteHello)
      return false
    }
    if let known = try store.place().cursor.epoch, known != epoch {
      report.outcome = .violated(.epochChanged(from: known, to: epoch))
      return false
    }
    guard try store.chain(before: next, of: identity.number) == chain else {
      report.outcome = .reenrol(.reenroll)
      return false
    }
    self.epoch = epoch
    try stored(before: next)
    return true
  }

  private mutating func stored(before bound: DeviceSeq) throws {
    let before = try unstored()
    try store.raise(.stored, identity.number, where: "first_device_seq + count <= ?", bound)
    report.setsStored += try before - unstored()
  }

  private func unstored() throws -> Int {
    try store.connection.statement("SELECT count(*) FROM device_outbox WHERE device = ? AND state < ?")
      .bind(identity.number.rawValue, OutboxState.stored.rawValue).first { Int($0.integer(0)) } ?? 0
  }

  private mutating func readUpload(_ frame: Frame) throws -> Bool {
    if let payload = frame.payload {
      guard let reply = try? UploadReply(decoding: payload) else {
        report.outcome = .violated(.unreadable(.upload))
        return false
      }
      if let through = reply.storedThrough { try stored(before: through.advanced(by: 1)) }
      if let acknowledgement = reply.acknowledgement, try !readReceipt(acknowledgement) { return false }
    }
    if let status = frame.status, status.code != .ok { uploadOutcome = SyncEngine.outcome(of: status) }
    return true
  }

  private mutating func readReceipt(_ acknowledgement: Acknowledgement) throws -> Bool {
    guard let epoch else { return false }
    let check = AcknowledgementCheck(
      block: store.block, device: identity.number, epoch: epoch, serverKey: identity.serverKey)
    let awaited = try acknowledgement.committed.compactMap { try own($0.firstDeviceSeq) }
    let receipt: Receipt
    do throws(ReceiptError) {
      receipt = try check.receipt(for: acknowledgement, of: awaited.map(\.set))
    } catch {
      report.outcome = .unproven(error)
      return false
    }
    // A set that has its receipt keeps it: this answer may be older than a sync.
    let news = Set(awaited.filter(\.isOpen).map(\.set.firstDeviceSeq))
    guard !news.isEmpty else { return true }
    let before = try unstored()
    try store.recordCommitted(receipt, of: identity) { news.contains($0) }
    report.setsCommitted += news.count
    report.setsStored += try before - unstored()
    return true
  }

  private func own(_ first: DeviceSeq) throws -> (set: AwaitedSet, isOpen: Bool)? {
    try store.connection.statement(
      "SELECT count, hash, first_hlc, state FROM device_outbox WHERE device = ? AND first_device_seq = ?"
    ).bind(identity.number.rawValue, first.rawValue).first { row in
      let set = AwaitedSet(
        firstDeviceSeq: first, count: UInt32(truncatingIfNeeded: row.integer(0)), hash: row.bytes(1),
        firstHLC: HybridTime(rawValue: row.unsigned(2)))
      return (set, row.integer(3) < OutboxState.committed.rawValue)
    }
  }

  /// The pages stand on the place at which this phone asked. The server says which that was.
  private mutating func readDownload(_ frames: [Frame]) throws {
    guard let asked = frames.first?.payload.flatMap({ try? DownloadRequest(decoding: $0) }) else { return }
    guard try store.identity().number == identity.number, try store.downloadRequest() == asked else {
      report.isElsewhere = frames.count > 1
      return
    }
    var progress = DownloadProgress(
      expected: asked.after,
      through: Dictionary(asked.have.map { ($0.cbo, $0.through) }, uniquingKeysWith: { first, _ in first }),
      saysHave: true)
    for frame in frames.dropFirst() {
      if let payload = frame.payload {
        guard let page = try? DownloadPage(decoding: payload, keys: frame.keys) else {
          return report.outcome = .violated(.unreadable(.download))
        }
        if let violation = progress.misfit(page) { return report.outcome = .violated(violation) }
        if case .diverged(let divergence) = try store.apply(page, adopting: progress.pass(page)) {
          return report.outcome = .diverged(divergence)
        }
        report.setsReceived += page.sets.count
      }
      if let status = frame.status, status.code != .ok {
        let outcome = SyncEngine.outcome(of: status)
        report.outcome = outcome == .revoked ? outcome : uploadOutcome ?? outcome
      }
    }
  }
}

extension DeviceStore {
  /// Takes the server's answer to a bundle of this store: which sets it has, the receipts, what others wrote.
  ///
  /// - Throws: `DeviceError.bundle` for a file that is not this store's answer: nothing of it is taken.
  ///   What the store throws.
  package func importAnswer(_ file: [UInt8], at now: Timestamp) throws -> AnswerReport {
    let (identity, content) = try opened(file)
    var reading = AnswerReading(self, identity)
    let signature = Array(content.prefix(SignedBytes.length))
    let behind = Array(content.dropFirst(SignedBytes.length))
    let signed = SignedBytes.answer(block: block, device: identity.number, content: behind)
    let key = PublicKey(type: .ed25519, bytes: identity.serverKey)
    if key.verifies(signature: signature, over: signed) {
      guard let frames = try? FrameSequence.decode(behind).map({ try Frame(decoding: $0) }) else {
        throw DeviceError.bundle(SealedBundle.damaged)
      }
      try reading.read(frames)
    } else {
      reading.report.outcome = .unproven(.signatureDiffers)
    }
    // What an answer does not complain of may have changed since it was written.
    if reading.report.outcome != .done { try noteOutcome(reading.report.outcome, at: now) }
    return reading.report
  }

  private func opened(_ file: [UInt8]) throws -> (DeviceIdentity, [UInt8]) {
    let own = try identities(where: "1 = 1")
    if own.isEmpty { throw DeviceError.notRegistered }
    do throws(Status) {
      let bundle = try SealedBundle(file, expecting: .answer)
      guard bundle.block == block, let identity = own.first(where: { $0.number == bundle.device }) else {
        throw Status(
          .invalidArgument, .bundleForOtherDevice, next: .showPerson,
          arguments: [Int64(bundle.block.rawValue), Int64(bundle.device.rawValue)])
      }
      guard bundle.serverKey == identity.serverKey else {
        throw Status(.invalidArgument, .bundleForOtherServer, next: .showPerson)
      }
      guard let key = identity.key.replyKey else { throw SealedBundle.damaged }
      return (identity, try bundle.open(with: key.secret))
    } catch {
      throw DeviceError.bundle(error)
    }
  }
}
