import LokBooks
import LokDevice
import LokWire
import Testing

@Suite struct DeviceTrafficTests {
  private static func report(_ method: LokWire.Method, up: Int, down: Int) -> SyncReport {
    var report = SyncReport()
    report.sessions = 1
    report.calls.add(.init(calls: 1, bytesUp: up, bytesDown: down), to: method)
    (report.bytesUp, report.bytesDown) = (up + 100, down + 100)
    return report
  }

  private static func day(_ distance: Int32) -> Timestamp {
    let start = Day(of: noon).advanced(by: distance).start
    return Timestamp(milliseconds: start.milliseconds + 3_600_000)
  }

  @Test func `registration and sync are counted by call, and only on the day they are of`() async throws {
    let village = try Village()
    let phone = try await village.enrol("asha")
    let registered = try await phone.traffic().today
    #expect(registered.sessions == 0)
    #expect(registered.calls.rows.map(\.method) == [.register])
    let (group, member) = try await phone.makeGroup()
    try await phone.meet(group, saving: member, 1_000)
    let report = try await phone.sync()
    let traffic = try await phone.traffic()
    #expect(traffic.today == traffic.recent && traffic.today.sessions == 1 && report.sessions == 1)
    for method in [LokWire.Method.hello, .upload, .download] {
      let sums = traffic.today.calls[method]
      #expect(sums.calls > 0 && sums.bytesUp > 0 && sums.bytesDown > 0, "\(method)")
      #expect(sums == report.calls[method])
    }
    let later = try await phone.with { store, _ in try store.traffic(at: Self.day(31)) }
    #expect(later == DeviceTraffic())
  }

  @Test func `a session that breaks off is counted too`() async throws {
    let village = try Village()
    let phone = try await village.enrol("asha")
    _ = try await phone.makeGroup()
    village.server.breakAfter(uploads: 0)
    let report = try await phone.sync()
    #expect(report.outcome == .brokenOff)
    #expect(try await phone.traffic().today.calls[.upload].bytesUp > 0)
  }

  @Test func `thirty days are today and those before it, and old days go`() async throws {
    let village = try Village()
    let phone = try await village.enrol("asha")
    try await phone.with { store, _ in
      // The days end in India's midnight; a year of others' days stays.
      for distance in [-500, 0, 1, 29, 30] as [Int32] {
        try store.noteTraffic(Self.report(.upload, up: 10, down: 20), at: Self.day(distance))
      }
      let traffic = try store.traffic(at: Self.day(30))
      #expect(traffic.today.calls[.upload] == .init(calls: 1, bytesUp: 10, bytesDown: 20))
      #expect(traffic.today.socketBytesUp == 110 && traffic.today.sessions == 1)
      #expect(traffic.recent.calls[.upload] == .init(calls: 3, bytesUp: 30, bytesDown: 60))
      #expect(traffic.recent.socketBytesDown == 360)
      #expect(try store.traffic(at: Self.day(-500)).today == TrafficOfDays())
    }
  }
}
