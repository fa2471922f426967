import LokWire
import Testing

@Suite struct TrafficMeterTests {
  private static let opening = Frame(call: 3, method: .download, payload: [1, 2], end: true)
  private static let page = Frame(call: 3, payload: [1, 2, 3])

  @Test func `a call's frames are counted under the method that its first frame names`() {
    var meter = TrafficMeter()
    var traffic = CallTraffic()
    meter.count(Self.opening, bytes: 10, .up, in: &traffic)
    #expect(meter.count(Self.page, bytes: 100, .down, in: &traffic) == .download)
    meter.count(Frame(call: 1, method: .hello), bytes: 50, .up, in: &traffic)
    #expect(traffic[.download] == .init(calls: 1, bytesUp: 14, bytesDown: 104))
    #expect(traffic[.hello] == .init(calls: 1, bytesUp: 54))
    #expect(traffic.total == .init(calls: 2, bytesUp: 68, bytesDown: 104))
    #expect(traffic.rows.map(\.method) == [.hello, .download])
  }

  @Test func `what is still on its way when a call ends is the call's, and strangers' frames are nobody's`() {
    var meter = TrafficMeter()
    var traffic = CallTraffic()
    meter.count(Self.opening, bytes: 10, .up, in: &traffic)
    meter.count(Frame(call: 3, end: true), bytes: 6, .down, in: &traffic)
    #expect(meter.count(Frame(call: 3, payload: [1]), bytes: 6, .up, in: &traffic) == .download)
    #expect(meter.count(Frame(call: 9, payload: [1]), bytes: 6, .up, in: &traffic) == nil)
    #expect(traffic[nil] == .init(bytesUp: 10))
    #expect(traffic.rows.last?.method == nil)
  }

  @Test func `a connection that opens calls for ever is remembered in bounds`() {
    var meter = TrafficMeter()
    var traffic = CallTraffic()
    for call in stride(from: UInt32(1), to: 1_001, by: 2) {
      meter.count(Frame(call: call, method: .head, end: true), bytes: 6, .up, in: &traffic)
      meter.count(Frame(call: call, end: true), bytes: 6, .down, in: &traffic)
    }
    #expect(traffic[.head] == .init(calls: 500, bytesUp: 5_000, bytesDown: 5_000))
    // The first calls are forgotten, the last ones are not.
    #expect(meter.count(Frame(call: 1), bytes: 6, .down, in: &traffic) == nil)
    #expect(meter.count(Frame(call: 999), bytes: 6, .down, in: &traffic) == .head)
  }

  @Test func `sums of what a file says do not trap`() {
    var traffic = CallTraffic()
    traffic.add(.init(bytesUp: .max), to: .head)
    traffic.add(.init(bytesUp: 5), to: .head)
    #expect(traffic[.head].bytesUp == .max)
  }
}
