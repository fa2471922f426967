import LokBooks
import LokTestSupport
import LokWire
import Testing

@Suite struct SessionTermsTests {
  @Test func `what a reply leaves out is what the request said`() throws {
    var random = SeededGenerator(seed: 12)
    for _ in 0..<500 {
      let request = random.helloRequest()
      let (nonce, chain) = (random.bytes(16), random.bytes(32))
      func either<Value>(_ known: Value, _ other: Value) -> Value { random.maybe { _ in known } ?? other }
      let next = request.outboxLast.advanced(by: 1)
      let isAllStored = random.maybe { _ in true } ?? false
      let terms = SessionTerms(
        maximumFrameBytes: either(request.maximumFrameBytes, random.u32()),
        nextDeviceSeq: isAllStored ? next : random.deviceSeq(), chain: either(chain, random.bytes(32)),
        nonce: either(nonce, random.bytes(16)),
        epoch: either(request.epoch ?? random.epoch(), random.epoch()),
        head: either(request.cursor, random.seq()), scopeVersion: either(request.scopeVersion, random.u32()),
        serverTime: random.time(), backedUp: random.seq(), setsInFlight: random.u32())
      let reply = try HelloReply(decoding: terms.reply(to: request, signed: nonce, chain).encoded())
      #expect(SessionTerms(reply, to: request, signed: nonce, chain) == terms)
    }
  }

  @Test func `nothing new is said in the time alone`() {
    let (nonce, chain) = ([UInt8](repeating: 1, count: 16), [UInt8](repeating: 2, count: 32))
    let epoch = Epoch([1, 2, 3, 4, 5, 6, 7, 8])
    let request = HelloRequest(
      block: BlockCode(900_001), device: DeviceNumber(2), outboxLast: DeviceSeq(4), outboxChain: nil,
      signature: [], epoch: epoch, cursor: Seq(9), scopeVersion: 5)
    let terms = SessionTerms(
      maximumFrameBytes: request.maximumFrameBytes, nextDeviceSeq: DeviceSeq(5), chain: chain, nonce: nonce,
      epoch: Epoch([1, 2, 3, 4, 5, 6, 7, 8])!, head: Seq(9), scopeVersion: 5,
      serverTime: Timestamp(milliseconds: 1_790_000_000_000))
    #expect(terms.reply(to: request, signed: nonce, chain).encoded().count == 7)
  }

  @Test func `a reply that leaves out what was never said is none`() {
    let request = HelloRequest(
      block: BlockCode(900_001), device: DeviceNumber(2), outboxLast: DeviceSeq(4), outboxChain: nil,
      signature: [], epoch: nil, cursor: .zero, scopeVersion: 0)
    let reply = HelloReply(serverTime: Timestamp(milliseconds: 1))
    #expect(SessionTerms(reply, to: request, signed: [], []) == nil)
    var next = reply
    (next.epoch, next.nextDeviceSeq) = (Epoch([1, 2, 3, 4, 5, 6, 7, 8]), DeviceSeq(3))
    #expect(SessionTerms(next, to: request, signed: [], []) == nil)
  }
}
