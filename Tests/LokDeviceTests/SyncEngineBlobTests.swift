import LokBooks
import LokDevice
import LokWire
import Testing

/// Blobs and long sets of a session against a scripted server: what goes wrong ends in one of the known ways.
@Suite struct SyncEngineBlobTests {
  private static let hash = [UInt8](repeating: 5, count: 32)

  /// One set of 20 KB, and the call that puts its bytes.
  private static func putting() throws -> (rig: EngineRig, call: UInt32) {
    var rig = EngineRig(sets: 1, setBytes: 20_000)
    _ = rig.greet()
    let frame = try #require(sentFrame(rig.engine.event(.outbox(rig.sets))))
    #expect(frame.method == Method.putBlob.rawValue && !frame.end)
    return (rig, frame.call)
  }

  private static func answer(_ call: UInt32, _ status: Status) -> SyncEvent {
    .frame(Frame(call: call, end: true, status: status))
  }

  private static func stored(_ call: UInt32) -> SyncEvent {
    .frame(Frame(call: call, payload: PutBlobReply(have: 20_000, isStored: true).encoded(), end: true))
  }

  @Test func `an older server gets a long set as any other`() throws {
    var (rig, call) = try Self.putting()
    _ = rig.engine.event(Self.answer(call, Status(.unimplemented, .unknownMethod, next: .showPerson)))
    let frame = try #require(sentFrame(rig.engine.event(.outbox(rig.sets))))
    #expect(frame.method == Method.upload.rawValue && frame.call > call)
    let request = try UploadRequest(decoding: try #require(frame.payload))
    #expect(request.sets.map(\.bytes) == [rig.sets[0].bytes])
  }

  @Test func `a long set that the server has dropped is put again, and not for ever`() throws {
    var (rig, call) = try Self.putting()
    for round in 1...4 {
      _ = rig.engine.event(Self.stored(call))
      let frame = try #require(sentFrame(rig.engine.event(.outbox(rig.sets))))
      let request = try UploadRequest(decoding: try #require(frame.payload))
      #expect(request.sets.map(\.put) == [rig.sets[0].hash] && request.sets[0].bytes == nil)
      let status = Status(.notFound, .blobNotThere, next: .repair)
      let actions = rig.engine.event(Self.answer(frame.call, status))
      guard round < 4 else {
        #expect(outcome(actions) == .refused(status))
        break
      }
      call = try #require(sentFrame(rig.engine.event(.outbox(rig.sets)))).call
    }
  }

  @Test func `bytes that were damaged on the way are put anew twice`() throws {
    var (rig, call) = try Self.putting()
    let status = Status(.dataLoss, .blobDamaged, next: .repair)
    for _ in 1...2 {
      _ = rig.engine.event(Self.answer(call, status))
      let frame = try #require(sentFrame(rig.engine.event(.outbox(rig.sets))))
      #expect(frame.method == Method.putBlob.rawValue && frame.call > call)
      call = frame.call
    }
    #expect(outcome(rig.engine.event(Self.answer(call, status))) == .later(milliseconds: nil, .blobDamaged))
  }

  @Test func `a server without room for a long set is come back to`() throws {
    var (rig, call) = try Self.putting()
    let full = Status(.unavailable, .storageFailed, retryAfterMilliseconds: 7, next: .wait)
    #expect(outcome(rig.engine.event(Self.answer(call, full))) == .later(milliseconds: 7, .storageFailed))
  }

  @Test func `a page that names a set waits for its bytes, and for the right ones`() throws {
    let envelope = CannedServer().envelope(
      of: EngineRig(sets: 1).sets[0], from: DeviceNumber(3), seq: Seq(6))
    let page = DownloadPage(
      previous: Seq(5), last: Seq(6),
      sets: [StoredSet(envelope: envelope, verdicts: [], bytes: nil, named: Self.hash)], isLast: true)
    let request = GetBlobRequest(.set(Seq(6)), hash: Self.hash, offset: 0)
    func waiting() throws -> (EngineRig, UInt32) {
      var rig = EngineRig(sets: 0)
      _ = rig.greet(head: 6)
      let place = rig.engine.event(.place(Cursor(epoch: epoch, seq: Seq(5)), have: []))
      let call = try #require(sentFrame(place)).call
      let held = rig.engine.event(.frame(Frame(call: call, payload: page.encoded(), end: true)))
      #expect(held == [.loadNamedSet(page)])
      let get = try #require(sentFrame(rig.engine.event(.namedSet(request))))
      #expect(get.method == Method.getBlob.rawValue)
      return (rig, get.call)
    }
    let piece = BlobPiece(size: 3, bytes: [1, 2, 3])
    var (rig, call) = try waiting()
    let kept = rig.engine.event(.frame(Frame(call: call, payload: piece.encoded(), end: true)))
    #expect(kept == [.keepPiece(piece, of: Self.hash, offset: 0)])
    #expect(rig.engine.event(.pieceKept(.whole)) == [.loadNamedSet(page)])
    #expect(rig.engine.event(.namedSet(nil)) == [.apply(page, adopting: nil)])
    #expect(outcome(rig.engine.event(.pageApplied(.applied))) == .done)

    (rig, call) = try waiting()
    _ = rig.engine.event(.frame(Frame(call: call, payload: piece.encoded(), end: true)))
    #expect(outcome(rig.engine.event(.pieceKept(.refused))) == .violated(.blobDiffers))

    (rig, call) = try waiting()
    let gone = rig.engine.event(Self.answer(call, Status(.notFound, .blobNotThere, next: .showPerson)))
    #expect(outcome(gone) == .later(milliseconds: nil, .blobNotThere))
  }

  @Test func `a budget that is spent ends the session when the server has answered for what it was sent`()
    throws
  {
    let head = BlobHead(cbo: RecordID(rawValue: 1), hash: Self.hash, size: 9_000, type: .photo)
    func sending() throws -> (EngineRig, UInt32) {
      var rig = EngineRig(sets: 0, hasBlobs: true)
      _ = rig.greet()
      let call = try #require(sentFrame(rig.engine.event(.blobWork(.put(head))))).call
      let begun = Frame(call: call, payload: PutBlobReply(have: 0).encoded())
      #expect(rig.engine.event(.frame(begun)).last == .loadBlob(hash: Self.hash, offset: 0, count: 384))
      return (rig, call)
    }
    // Nothing is on its way.
    var (rig, call) = try sending()
    #expect(outcome(rig.engine.event(.filesHeldBack)) == .budgetSpent(HeldBack()))
    // One chunk is.
    (rig, call) = try sending()
    let sent = rig.engine.event(.blobBytes([UInt8](repeating: 1, count: 384)))
    #expect(sent.last == .loadBlob(hash: Self.hash, offset: 384, count: 768))
    #expect(rig.engine.event(.filesHeldBack) == [])
    let reply = PutBlobReply(have: 384)
    let answered = rig.engine.event(.frame(Frame(call: call, payload: reply.encoded())))
    #expect(answered == [.recordBlob(hash: Self.hash, reply), .finish(.budgetSpent(HeldBack()))])
    // The server says so itself of what it gives.
    rig = EngineRig(sets: 0, hasBlobs: true)
    _ = rig.greet()
    let get = GetBlobRequest(.record(RecordID(rawValue: 1)), hash: Self.hash, offset: 7)
    call = try #require(sentFrame(rig.engine.event(.blobWork(.get(get))))).call
    #expect(outcome(rig.engine.event(Self.answer(call, HeldBack().status))) == .budgetSpent(HeldBack()))
  }

  @Test func `what happens to a photo is no fault of the sync`() throws {
    let head = BlobHead(cbo: RecordID(rawValue: 1), hash: Self.hash, size: 900, type: .photo)
    func sending() throws -> (EngineRig, UInt32) {
      var rig = EngineRig(sets: 0, hasBlobs: true)
      let greeted = rig.greet()
      #expect(greeted.last == .loadBlobWork)
      let frame = try #require(sentFrame(rig.engine.event(.blobWork(.put(head)))))
      return (rig, frame.call)
    }
    for status in [
      Status(.unavailable, .storageFailed, next: .wait), Status(.unimplemented, .unknownMethod),
      Status(.aborted, next: .wait),
    ] {
      var (rig, call) = try sending()
      #expect(outcome(rig.engine.event(Self.answer(call, status))) == .done)
    }
    var (rig, call) = try sending()
    let refused = rig.engine.event(
      Self.answer(call, Status(.permissionDenied, .notInScope, next: .showPerson)))
    #expect(refused == [.refuseBlob(hash: Self.hash, .notInScope), .loadBlobWork])
    #expect(outcome(rig.engine.event(.blobWork(nil))) == .done)

    // Damaged however often it is sent, it is so on this phone: those behind it do not wait for it.
    (rig, call) = try sending()
    let damaged = Status(.dataLoss, .blobDamaged, next: .repair)
    for _ in 1...2 {
      #expect(rig.engine.event(Self.answer(call, damaged)) == [.loadBlobWork])
      call = try #require(sentFrame(rig.engine.event(.blobWork(.put(head))))).call
    }
    let givenUp = rig.engine.event(Self.answer(call, damaged))
    #expect(givenUp == [.refuseBlob(hash: Self.hash, .blobDamaged), .loadBlobWork])

    (rig, call) = try sending()
    let revoked = Status(.permissionDenied, .deviceRevoked, next: .showPerson)
    #expect(outcome(rig.engine.event(Self.answer(call, revoked))) == .revoked)

    (rig, call) = try sending()
    #expect(outcome(rig.engine.event(.closed)) == .brokenOff)
  }
}
