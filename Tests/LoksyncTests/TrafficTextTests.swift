import LokDevice
import LokText
import LokWire
import Testing
import loksync

@Suite struct TrafficTextTests {
  private static var traffic: DeviceTraffic {
    var traffic = DeviceTraffic()
    traffic.today.sessions = 1
    traffic.today.calls.add(.init(calls: 1, bytesUp: 218, bytesDown: 104), to: .upload)
    traffic.today.socketBytesUp = 300
    traffic.recent = traffic.today
    traffic.recent.sessions = 12
    traffic.recent.calls.add(.init(calls: 4, bytesUp: 500, bytesDown: 123_456), to: .download)
    traffic.recent.calls.add(.init(bytesUp: 7), to: nil)
    return traffic
  }

  @Test func `bytes stand call by call, today beside thirty days`() {
    #expect(
      TrafficText.text(Self.traffic) == """
        Sessions: 1 today, 12 in 30 days. Bytes:
        CALL       UP TODAY  DOWN TODAY  UP 30 DAYS  DOWN 30 DAYS
        upload          218         104         218           104
        download          0           0         500      1,23,456
        other             0           0           7             0
        all calls       218         104         725      1,23,560
        with TLS        300           0         300             0
        """)
    #expect(TrafficText.text(Self.traffic, in: Messages(.hindi))?.contains("आज ऊपर") == true)
  }

  @Test func `a link is told by its class, round trip and rate, as far as they are known`() {
    var link = DeviceLink()
    #expect(LinkText.text(link) == "Link: not known yet")
    link.roundTripMilliseconds = 400
    #expect(LinkText.text(link) == "Link: slow, 400 ms round trip")
    (link.link, link.roundTripMilliseconds, link.bytesPerSecond) = (.fast, 80, 123_456)
    #expect(LinkText.text(link) == "Link: fast, 80 ms round trip, 1,23,456 B a second down")
  }

  @Test func `a phone that never synced has nothing to tell`() {
    #expect(TrafficText.text(DeviceTraffic()) == nil)
  }
}
