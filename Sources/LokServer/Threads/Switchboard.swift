package import LokBooks
package import LokTransport
package import Synchronization

/// Who asked: a call of a session on one of the event loops.
package struct Caller: Hashable, Sendable {
  package var loop: Int
  package var session: UInt64
  package var call: UInt32
  package init(loop: Int, session: UInt64, call: UInt32) {
    self.loop = loop
    self.session = session
    self.call = call
  }
}

/// An answer on its way to the session that asked.
package struct Delivery: Sendable {
  package var caller: Caller
  package var answer: Session.Answer
  package init(_ answer: Session.Answer, to caller: Caller) {
    self.caller = caller
    self.answer = answer
  }
}

/// A device's reads end (or not, with nil), in every session it has.
package struct StandingChange: Hashable, Sendable {
  package var block: BlockCode
  package var device: DeviceNumber
  package var reason: Reason?
  package init(block: BlockCode, device: DeviceNumber, reason: Reason?) {
    self.block = block
    self.device = device
    self.reason = reason
  }
}

/// Takes answers to their sessions.
package protocol Courier: Sendable {
  /// No delivery arrives before every session has heard of the changed standings.
  func deliver(_ deliveries: [Delivery], after standings: [StandingChange])
  /// A block has something new; told after the deliveries before it.
  func moved(_ block: BlockCode)
}

/// Where the parts of a server that run on threads of their own meet.
package final class Switchboard: Sendable {
  package let merge: Mutex<MergeService>
  package let intake: Mailbox<IntakeMessage>
  package let reads: [ReadBox]
  /// Brief ones, by merge worker.
  let briefReads: [ReadBox]
  package let blobs: Mailbox<BlobRequest>
  package let mergeBells: [Bell]
  package let courier: any Courier
  /// Uploads are not taken for want of space.
  package let isStorageLow = Atomic<Bool>(false)
  package let counters = ServerCounters()
  package let traffic = TrafficLedger()

  package init(merge: MergeService, readers: Int, courier: any Courier) {
    let bells = (0..<merge.workers).map { _ in Bell() }
    mergeBells = bells
    briefReads = bells.map { ReadBox(bell: $0) }
    self.merge = Mutex(merge)
    intake = Mailbox()
    blobs = Mailbox()
    reads = (0..<readers).map { _ in ReadBox() }
    self.courier = courier
  }

  /// Reads of one block are answered by a thread that has it open: brief ones by the one that writes it.
  /// Urgent ones go first, and a first download may be told to come again.
  package func post(_ request: ReadRequest) {
    let boxes = request.isBrief ? briefReads : reads
    if boxes[Int(request.block.rawValue) % boxes.count].post(request) { return }
    let status = merge.withLock { $0.busy(request.block, behind: ReadQueue.bulkMaximum) }
    courier.deliver([Delivery(.refused(status, sets: 0), to: request.caller)], after: [])
  }

  package func enqueue(_ items: [(BlockCode, MergeItem)], at now: Instant) {
    guard !items.isEmpty else { return }
    merge.withLock { $0.enqueue(items) }
    for worker in Set(items.map { Int($0.0.rawValue) % mergeBells.count }) { mergeBells[worker].ring() }
  }
}

extension Switchboard {
  /// Hands what a session asks to the part that answers it. Actions that ask nothing of the parts, and
  /// `operate`, are their driver's.
  func ask(_ action: Session.Action, loop: Int, session: UInt64) {
    let caller = { (call: UInt32) in Caller(loop: loop, session: session, call: call) }
    switch action {
    case .lookUpDevice(let call, let block, let device, let claim, let epoch):
      let question = ReadRequest.Question.device(device, claiming: claim, standingIn: epoch)
      post(ReadRequest(question, of: block, for: caller(call)))
    case .checkCode(let call, let block, let hash, let key):
      post(ReadRequest(.code(hash: hash, key: key), of: block, for: caller(call)))
    case .append(let call, let batch):
      intake.post([.sets(batch, caller(call))])
    case .submit(let call, let block, let command):
      intake.post([.commands(block, [command], caller(call))])
    case .readPage(let call, let block, let cursor, let maximumBytes):
      post(ReadRequest(.page(cursor, maximumBytes: maximumBytes), of: block, for: caller(call)))
    case .readHeldBack(let call, let block, let cursor):
      post(ReadRequest(.heldBack(cursor), of: block, for: caller(call)))
    case .readSnapshot(let call, let block, let cursor, let maximumBytes):
      post(ReadRequest(.snapshot(cursor, maximumBytes: maximumBytes), of: block, for: caller(call)))
    case .readHead(let call, let block):
      post(ReadRequest(.head, of: block, for: caller(call)))
    case .readDigests(let call, let block, let device, let cbos):
      post(ReadRequest(.digests(device, cbos), of: block, for: caller(call)))
    case .askBlobs(let call, let block, let device, let question):
      blobs.post([BlobRequest(question, of: block, from: device, for: caller(call))])
    case .operate, .follow, .send, .setMaximumFrame, .markAuthenticated, .close:
      break
    }
  }
}
