import LokBooks
import LokDevice
import LokWire
import Testing

/// What a phone says first, and what goes in the same flight.
@Suite struct SyncEngineHelloTests {
  @Test func `a challenge is signed and Hello said again, once`() throws {
    var rig = EngineRig(nonce: nil)
    _ = rig.engine.event(.connected)
    let challenge = Frame(
      call: 1, payload: rig.reply().encoded(), end: true,
      status: Status(.unauthenticated, .challenge, next: .repair))
    let again = rig.engine.event(.frame(challenge))
    guard let frame = sentFrame(again) else {
      Issue.record("no Hello")
      return
    }
    let hello = try HelloRequest(decoding: try #require(frame.payload))
    #expect(hello.nonce == [UInt8](repeating: 2, count: 16))
    #expect(hello.signature.count == 64)
    let third = rig.engine.event(
      .frame(Frame(call: frame.call, payload: rig.reply().encoded(), end: true, status: challenge.status)))
    #expect(outcome(third) == .violated(.challengedTwice))
  }

  /// Hello, and what is asked of the outbox with it, answered.
  private func greetedWith(_ sets: [OutboxSet], _ rig: inout EngineRig) throws -> Frame? {
    let actions = rig.engine.event(.connected)
    #expect(actions.last == .loadOutbox(from: DeviceSeq(1), sets: 8, bytes: 3_072))
    guard let frame = sentFrame(rig.engine.event(.outbox(sets))) else { return nil }
    return frame
  }

  @Test func `a short outbox goes up in Hello's flight`() throws {
    var rig = EngineRig()
    let frame = try #require(try greetedWith(rig.sets, &rig))
    let request = try UploadRequest(decoding: try #require(frame.payload))
    #expect(frame.method == LokWire.Method.upload.rawValue && frame.end && request.isWithHello)
    #expect(request.sets.map(\.bytes) == rig.sets.map(\.bytes))
    _ = rig.engine.event(.frame(Frame(call: 1, payload: rig.reply().encoded(), end: true)))
    #expect(rig.engine.event(.ownChain(OutboxChain.start)) == [.recordStored(before: DeviceSeq(1))])
    let reply = UploadReply(acknowledgement: rig.server.acknowledgement(of: rig.sets, from: DeviceNumber(12)))
    let answered = rig.engine.event(.frame(Frame(call: frame.call, payload: reply.encoded(), end: true)))
    guard case .recordCommitted(let receipt)? = answered.first else {
      Issue.record("no receipt")
      return
    }
    #expect(receipt.entries.count == 2 && answered.last == .loadPlace)
  }

  @Test func `what went with a Hello that was challenged goes up again after the next`() throws {
    var rig = EngineRig()
    let early = try #require(try greetedWith(rig.sets, &rig))
    let challenge = Status(.unauthenticated, .challenge, next: .repair)
    let again = rig.engine.event(
      .frame(Frame(call: 1, payload: rig.reply().encoded(), end: true, status: challenge)))
    guard let hello = sentFrame(again) else {
      Issue.record("no second Hello")
      return
    }
    let refusal = Status(.failedPrecondition, .callBeforeHello, next: .repair)
    #expect(rig.engine.event(.frame(Frame(call: early.call, end: true, status: refusal))).isEmpty)
    _ = rig.engine.event(.frame(Frame(call: hello.call, payload: rig.reply().encoded(), end: true)))
    let actions = rig.engine.event(.ownChain(OutboxChain.start))
    #expect(actions.last == .loadOutbox(from: DeviceSeq(1), sets: 8, bytes: ChunkGrowth.firstBytes))
    guard let frame = sentFrame(rig.engine.event(.outbox(rig.sets))) else {
      Issue.record("not sent again")
      return
    }
    #expect(try UploadRequest(decoding: try #require(frame.payload)).isWithHello == false)
  }

  @Test func `part of an outbox does not go with Hello`() throws {
    var many = EngineRig(sets: 9)
    #expect(try greetedWith(Array(many.sets.prefix(8)), &many) == nil)
    var large = EngineRig(sets: 1)
    var set = large.sets[0]
    set.bytes = [UInt8](repeating: 1, count: 3_072)
    #expect(try greetedWith([set], &large) == nil)
    let actions = large.greet()
    #expect(actions.last == .loadOutbox(from: DeviceSeq(1), sets: 8, bytes: ChunkGrowth.firstBytes))
  }

  @Test func `Hello is short until it is challenged`() throws {
    for count in [0, 2] {
      var rig = EngineRig(sets: count)
      guard let frame = sentFrame(rig.engine.event(.connected)) else {
        Issue.record("no Hello")
        return
      }
      let hello = try HelloRequest(decoding: try #require(frame.payload))
      #expect(hello.nonce == nil && hello.appBuild.isEmpty && hello.signature.count == 64)
      // The server has the chain of an outbox of which every set has its receipt.
      #expect((hello.outboxChain == nil) == (count == 0))
    }
  }
}
