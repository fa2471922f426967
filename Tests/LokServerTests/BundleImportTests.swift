import Crypto
import LokBooks
import LokServer
import LokWire
import Testing

/// Bundles as no library of ours would write them, and what the control socket lets pass.
@Suite struct BundleImportTests {
  /// How a bundle is wrong.
  struct Wrong: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var reason: Reason
    var isThrown = false
    var change: @Sendable (inout CarryRequest) -> Void = { _ in }
    var hides: @Sendable (inout [[UInt8]]) -> Void = { _ in }
    var resigns = true
  }

  static let wrongs: [Wrong] = [
    Wrong(
      testDescription: "a device that is not there", reason: .deviceUnknown,
      change: { $0.device = DeviceNumber(77) }),
    Wrong(
      testDescription: "a block that is not opened", reason: .blockUnknown,
      change: { $0.block = BlockCode(900_002) }),
    Wrong(testDescription: "a block of nowhere", reason: .blockUnknown, change: { $0.block = BlockCode(5) }),
    Wrong(
      testDescription: "another signature", reason: .badSignature, change: { $0.signature[9] ^= 1 },
      resigns: false),
    Wrong(
      testDescription: "another chain than was signed", reason: .badSignature,
      change: { $0.outboxChain[0] ^= 1 }, resigns: false),
    Wrong(
      testDescription: "another reply key than was signed", reason: .badSignature,
      change: { $0.replyKey[0] ^= 1 }, resigns: false),
    Wrong(
      testDescription: "sets that do not lead to the chain", reason: .reenroll,
      change: { $0.outboxChain[0] ^= 1 }),
    Wrong(
      testDescription: "fewer sets than the last number tells", reason: .reenroll,
      change: { $0.outboxLast = DeviceSeq(9) }),
    Wrong(
      testDescription: "another content", reason: .bundleDamaged, isThrown: true,
      change: { $0.contentHash[0] ^= 1 }),
    Wrong(
      testDescription: "a frame that is none", reason: .bundleDamaged, isThrown: true,
      hides: { $0.append([0xFF]) }),
    Wrong(
      testDescription: "an operator's frame", reason: .bundleDamaged, isThrown: true,
      hides: {
        $0.append(
          Frame(call: 9, method: .operate, payload: OperatorRequest.status.encoded(), end: true).encoded())
      }),
  ]

  @Test(arguments: wrongs)
  func `a bundle that is wrong stores nothing and says why`(wrong: Wrong) throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    let sets = [try phone.writeGroup("Asha"), try phone.writeGroup("Usha")]
    let secrets = try ServerSecrets.load(from: bench.data)
    let file = try phone.bundle([phone.upload(sets)], for: secrets, wrong)
    do {
      let outcome = try bench.server.take(BundleImport(file, secrets: secrets))
      #expect(
        !wrong.isThrown && outcome.status?.reason == wrong.reason, "\(String(describing: outcome.status))")
      #expect(outcome.setsNew == 0)
      // An answer is only for who has proved to be that device.
      #expect((outcome.answer != nil) == (wrong.reason == .reenroll))
    } catch let status as LokWire.Status {
      #expect(wrong.isThrown && status.reason == wrong.reason)
    }
    #expect(bench.server.counters.setsStored == 0)
    // Nothing stands in the way of the phone itself.
    let committed = try bench.call(.upload, phone.upload(sets).encoded(), on: bench.line(phone)).committed()
    #expect(committed.map(\.kind) == [.set, .set])
  }

  @Test func `used numbers with other bytes are kept aside, as on a connection`() throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    let first = try phone.writeGroup("Asha")
    var twin = phone
    twin.outbox = []
    let other = try twin.writeGroup("Usha")
    _ = try bench.call(.upload, phone.upload([first]).encoded(), on: bench.line(phone))
    let secrets = try ServerSecrets.load(from: bench.data)
    for _ in 0..<2 {
      let file = try twin.bundle([twin.upload([other])], for: secrets)
      let outcome = try bench.server.take(BundleImport(file, secrets: secrets))
      #expect(outcome.status?.reason == .idReused && outcome.setsNew == 0)
    }
    #expect(bench.server.counters.setsQuarantined == 1)
    #expect(bench.server.counters.setsStored == 1)
  }

  @Test func `a suspended number gets its answer and stores nothing`() throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    let old = phone
    let first = try phone.writeGroup("Asha")
    _ = try bench.call(.upload, phone.upload([first]).encoded(), on: bench.line(phone))
    _ = try bench.call(.hello, old.hello().encoded(), on: bench.server.connect())
    let second = try phone.writeGroup("Usha")
    let secrets = try ServerSecrets.load(from: bench.data)
    let file = try phone.bundle([phone.upload([second])], for: secrets)
    let outcome = try bench.server.take(BundleImport(file, secrets: secrets))
    #expect(outcome.status?.reason == .deviceSuspended && outcome.answer != nil)
    #expect(bench.server.counters.setsStored == 1)
  }

  @Test func `the control socket takes a phone's calls behind a bundle only`() throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    let set = try phone.writeGroup("Asha")
    let line = bench.server.connect(.control)
    let upload = try bench.call(.upload, phone.upload([set]).encoded(), on: line)
    #expect(upload.reason == .callBeforeHello)
    for method in [LokWire.Method.hello, .head, .digest, .register] {
      #expect(try bench.call(method, [], on: line).reason == .unknownMethod)
    }
    #expect(bench.server.counters.setsStored == 0)
  }

  @Test func `a phone cannot carry over the network`() throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    let set = try phone.writeGroup("Asha")
    let request = try phone.carry([phone.upload([set])], for: ServerSecrets.load(from: bench.data))
    let heard = try bench.call(.carry, request.encoded(), on: bench.line(phone))
    #expect(heard.reason == .unknownMethod)
  }
}

extension TestPhone {
  fileprivate func carry(
    _ requests: [UploadRequest], for secrets: ServerSecrets, _ wrong: BundleImportTests.Wrong? = nil
  ) throws -> CarryRequest {
    var request = CarryRequest(
      block: block, device: device, outboxLast: last, outboxChain: chain(through: outbox.count),
      replyKey: try VaultKey().publicKey.bytes,
      contentHash: Hash.sha256(FrameSequence.encoded(frames(requests, wrong))), signature: [])
    if wrong?.resigns != false { wrong?.change(&request) }
    request.signature = try sign(SignedBytes.bundle(request, serverKey: secrets.receiptSigner.publicKey))
    if wrong?.resigns == false { wrong?.change(&request) }
    return request
  }

  private func frames(_ requests: [UploadRequest], _ wrong: BundleImportTests.Wrong?) -> [[UInt8]] {
    var frames = requests.map { Frame(call: 3, method: .upload, payload: $0.encoded(), end: true).encoded() }
    wrong?.hides(&frames)
    return frames
  }

  fileprivate func bundle(
    _ requests: [UploadRequest], for secrets: ServerSecrets, _ wrong: BundleImportTests.Wrong? = nil
  ) throws -> [UInt8] {
    let request = try carry(requests, for: secrets, wrong)
    let first = Frame(call: 1, method: .carry, payload: request.encoded(), end: true).encoded()
    return try SealedBundle.seal(
      FrameSequence.encoded([first] + frames(requests, wrong)), as: .outbox, block: request.block,
      device: request.device, serverKey: secrets.receiptSigner.publicKey,
      for: secrets.vaultKey.publicKey.bytes)
  }
}
