import LokBooks
import LokServer
import LokWire
import Testing

/// Hello that leaves out what both sides know, and sets that go in its flight, on a whole stepped server.
@Suite struct CompactHelloTests {
  /// As a phone says it that has been here before.
  private func hello(_ phone: TestPhone, chain: [UInt8]? = nil) throws -> HelloRequest {
    var hello = try phone.hello(chain: chain, frame: UInt32(WireLimits.frameBytesDefault))
    (hello.appBuild, hello.nonce) = ("", nil)
    return hello
  }

  /// Two calls in one flight: the server hears of the second before it has looked the device up.
  private func together(
    _ hello: HelloRequest, _ upload: UploadRequest, _ bench: SteppedBench, _ line: SteppedServer.Line
  ) throws -> (hello: Heard, upload: Heard) {
    let frames = try bench.server.sendTogether(
      [
        Frame(call: 1, method: .hello, payload: hello.encoded(), end: true).encoded(),
        Frame(call: 3, method: .upload, payload: upload.encoded(), end: true).encoded(),
      ], on: line
    ).map { try Frame(decoding: $0) }
    return (Heard(frames, call: 1), Heard(frames, call: 3))
  }

  private func reply(_ heard: Heard) throws -> HelloReply {
    try HelloReply(decoding: try #require(heard.payloads.first))
  }

  @Test func `with nothing new both ways together are under 200 bytes`() throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    let set = try phone.writeGroup("Asha")
    _ = try bench.call(.upload, phone.upload([set]).encoded(), on: bench.line(phone))
    let line = bench.server.connect()
    var hello = try hello(phone)
    hello.outboxChain = nil
    let first = try reply(try bench.call(.hello, hello.encoded(), on: line))
    (hello.cursor, hello.scopeVersion) = (try #require(first.head), try #require(first.scopeVersion))
    let frame = Frame(call: 1, method: .hello, payload: hello.encoded(), end: true).encoded()
    let answered = bench.server.send([frame], on: bench.server.connect())
    let told = try HelloReply(decoding: try #require(try Frame(decoding: answered[0]).payload))
    #expect(answered.count == 1 && told.head == nil && told.chain == nil && told.nonce == nil)
    // LOK1 and a length of four bytes before each frame.
    let bytes = 4 + (4 + frame.count) + (4 + answered[0].count)
    #expect(bytes <= 200, "\(bytes) bytes")
  }

  @Test func `a set in Hello's flight is stored and has its receipt after one round trip`() throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    var upload = phone.upload([try phone.writeGroup("Asha")])
    upload.isWithHello = true
    let heard = try together(try hello(phone), upload, bench, bench.server.connect())
    #expect(heard.hello.status == nil && heard.upload.status == nil)
    #expect(try heard.upload.committed().map(\.kind) == [.set])
  }

  @Test func `what was stored before is sent in Hello's flight once more, for its receipt`() throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    let first = try phone.writeGroup("Asha")
    _ = try bench.call(.upload, phone.upload([first]).encoded(), on: bench.line(phone))
    var upload = phone.upload([first, try phone.writeGroup("Usha")])
    upload.isWithHello = true
    let heard = try together(try hello(phone), upload, bench, bench.server.connect())
    #expect(try heard.upload.committed().map(\.duplicate) == [true, false])
  }

  @Test func `sets that do not lead to the signed chain are not stored, and the device keeps its number`()
    throws
  {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    let first = try phone.writeGroup("Asha")
    var twin = phone
    twin.outbox = []
    let other = try twin.writeGroup("Usha")
    _ = try phone.writeGroup("Nisha")
    for sets in [[first], [(first.first, other.set)]] {
      var upload = phone.upload(sets)
      upload.isWithHello = true
      let line = bench.server.connect()
      let heard = try together(try hello(phone), upload, bench, line)
      #expect(heard.hello.status == nil)
      #expect(heard.upload.reason == .deviceSeqAhead && heard.upload.status?.nextDeviceSeq == DeviceSeq(1))
      #expect(bench.server.ending(of: line) == nil)
    }
    #expect(bench.server.counters.setsStored == 0 && bench.server.counters.setsQuarantined == 0)
  }

  @Test func `yesterday's nonce is good and today's is told`() throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    let old = phone.nonce
    bench.server.wait(milliseconds: 86_400_000)
    let told = try reply(try bench.call(.hello, hello(phone).encoded(), on: bench.server.connect()))
    #expect(told.nonce != nil && told.nonce != old)
    phone.nonce = told.nonce
    let again = try reply(try bench.call(.hello, hello(phone).encoded(), on: bench.server.connect()))
    #expect(again.nonce == nil)
  }

  @Test func `after an older nonce a challenge comes, nothing is stored, and the line is kept`() throws {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    let sets = [try phone.writeGroup("Asha")]
    bench.server.wait(milliseconds: 2 * 86_400_000)
    var upload = phone.upload(sets)
    upload.isWithHello = true
    let line = bench.server.connect()
    let heard = try together(try hello(phone), upload, bench, line)
    #expect(heard.hello.reason == .challenge && heard.upload.reason == .callBeforeHello)
    #expect(bench.server.counters.setsStored == 0 && bench.server.ending(of: line) == nil)
    phone.nonce = try reply(heard.hello).nonce
    let frame = Frame(call: 5, method: .hello, payload: try phone.hello().encoded(), end: true)
    let second = try bench.heard(bench.server.send([frame.encoded()], on: line), 5)
    #expect(second.isEnded && second.status == nil)
  }

  @Test func `a copy of a store that wrote something else under the same numbers is told to enrol again`()
    throws
  {
    let bench = try SteppedBench()
    var phone = try bench.registered()
    var twin = phone
    let first = try phone.writeGroup("Asha")
    _ = try bench.call(.upload, phone.upload([first]).encoded(), on: bench.line(phone))
    var upload = twin.upload([try twin.writeGroup("Usha")])
    upload.isWithHello = true
    let heard = try together(try hello(twin), upload, bench, bench.server.connect())
    #expect(heard.hello.reason == .reenroll && heard.upload.reason == .callBeforeHello)
    #expect(bench.server.counters.setsQuarantined == 0)
  }

  @Test func `only a few calls wait for Hello`() throws {
    let bench = try SteppedBench()
    let phone = try bench.registered()
    let calls = [3, 5, 7].map { Frame(call: $0, method: .head, end: true).encoded() }
    let greeting = Frame(call: 1, method: .hello, payload: try hello(phone).encoded(), end: true)
    let frames = try bench.server.sendTogether([greeting.encoded()] + calls, on: bench.server.connect())
      .map { try Frame(decoding: $0) }
    let reasons = [3, 5, 7].map { Heard(frames, call: $0).reason }
    #expect(reasons == [nil, nil, .callBeforeHello])
    #expect(Heard(frames, call: 3).isEnded && Heard(frames, call: 5).isEnded)
  }
}
