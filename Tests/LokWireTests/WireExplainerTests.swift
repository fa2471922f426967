import LokBooks
import LokTestSupport
import LokWire
import Testing

/// Explaining is an account of bytes: it adds up, and it names what it accounts for.
@Suite struct WireExplainerTests {
  private func upload(_ random: inout SeededGenerator) throws -> (ChangeSet, Frame) {
    let set = random.changeSet()
    let request = UploadRequest(
      firstDeviceSeq: set.firstDeviceSeq,
      sets: [UploadSet(count: UInt32(set.changes.count), bytes: try set.encoded())])
    return (set, Frame(call: 3, method: .upload, payload: request.encoded(), end: true))
  }

  @Test(arguments: [nil, .fast, .small] as [PayloadEffort?])
  func `shares of any frame add up to its bytes`(_ effort: PayloadEffort?) throws {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<100 {
      let (_, frame) = try upload(&random)
      let bytes = frame.encoded(compressing: effort)
      var explainer = WireExplainer()
      let first = explainer.explain(CapturedFrame(.up, bytes))
      let second = explainer.explain(CapturedFrame(.up, bytes))
      // The preface and a length of four bytes, then a length.
      #expect(first.bytes == bytes.count + 8 && second.bytes == bytes.count + 4)
      #expect(abs(first.shares.reduce(0) { $0 + $1.sentBytes } - Double(first.bytes)) < 0.01)
      #expect(first.method == .upload && first.call == 3)
      let isPressed = effort != nil && first.plainBytes > first.bytes
      #expect(isPressed || first.plainBytes == first.bytes)
    }
  }

  @Test func `fields of records are named through all that holds them`() throws {
    let group = RecordID(device: DeviceNumber(1), counter: 1)
    let hlc = HybridTime(Timestamp(milliseconds: 1_700_000_000_000))
    let set = ChangeSet(
      kind: .records, cbo: group, device: DeviceNumber(1), firstDeviceSeq: DeviceSeq(1), firstCounter: 1,
      baseSeq: .zero, firstHLC: hlc,
      changes: [
        Change(
          entity: .cbo, record: group, isNew: true, hlc: hlc,
          patch: Patch([.init(number: 2, value: .text("Pragati"))]))
      ])
    let request = UploadRequest(
      firstDeviceSeq: DeviceSeq(1), sets: [UploadSet(count: 1, bytes: try set.encoded())])
    var explainer = WireExplainer()
    let explained = explainer.explain(
      CapturedFrame(.up, Frame(call: 1, method: .upload, payload: request.encoded(), end: true).encoded()))
    let name = explained.shares.filter { $0.path == ["payload", "set", "set", "change", "patch", "name"] }
    // A tag, a length, seven letters.
    #expect(name.map(\.plainBytes) == [9])
    #expect(
      explained.shares.contains { $0.path == ["payload", "set", "set", "first_hlc"] && $0.plainBytes == 9 })
    #expect(!explained.shares.contains { $0.path.contains("unknown") || $0.path.contains("unreadable") })
  }

  @Test func `an answer is read as its call's, and what cannot be read is counted`() throws {
    var explainer = WireExplainer()
    _ = explainer.explain(
      CapturedFrame(.up, Frame(call: 1, method: .hello, payload: [], end: true).encoded()))
    var reply = HelloReply(serverTime: Timestamp(milliseconds: 5), nonce: nil)
    reply.head = Seq(300)
    let answer = Frame(call: 1, payload: reply.encoded(), end: true).encoded()
    let explained = explainer.explain(CapturedFrame(.down, answer))
    #expect(explained.method == .hello)
    #expect(explained.shares.contains { $0.path == ["payload", "head_seq"] && $0.plainBytes == 3 })
    let broken = explainer.explain(CapturedFrame(.down, [0xFF, 0xFF]))
    #expect(broken.call == nil && broken.bytes == 6)
    #expect(broken.shares.map(\.path) == [["frame length"], ["unreadable"]])
  }

  @Test func `a capture's lines are read as they were written, and other lines refused`() {
    let frame = CapturedFrame(.down, [0, 1, 0xAB])
    #expect(CaptureFile.line(frame) == "< 0001ab")
    #expect(CaptureFile.read(CaptureFile.line(frame)) == .frame(frame))
    #expect(CaptureFile.read(CaptureFile.heading) == .connection)
    for line in ["", "<", "< ", "< 0", "< 0g", "= 00", "<  00", "< 00 ", "LOKSYNC CAPTURE 2"] {
      #expect(CaptureFile.read(line) == nil, "\(line)")
    }
  }
}
