package import LokDevice
package import LokText
import LokWire

/// What a phone's connections have carried, today and lately, call by call.
package enum TrafficText {
  /// Nil where nothing was carried yet.
  package static func text(_ traffic: DeviceTraffic, in messages: Messages = Speech.messages) -> String? {
    guard traffic.recent.sessions > 0 || !traffic.recent.calls.isEmpty else { return nil }
    let days = Int(DeviceTraffic.recentDays)
    var table = Table([
      .init(messages.text(TrafficKey.call)), .init(messages.text(TrafficKey.upToday), .right),
      .init(messages.text(TrafficKey.downToday), .right),
      .init(messages.text(TrafficKey.upRecent, [.number(days)]), .right),
      .init(messages.text(TrafficKey.downRecent, [.number(days)]), .right),
    ])
    for (method, recent) in traffic.recent.calls.rows {
      let today = traffic.today.calls[method]
      table.append(
        [method.map { "\($0)" } ?? messages.text(TrafficKey.unknownCall)]
          + counts([today.bytesUp, today.bytesDown, recent.bytesUp, recent.bytesDown]))
    }
    let (today, recent) = (traffic.today.calls.total, traffic.recent.calls.total)
    table.append(
      [messages.text(TrafficKey.allCalls)]
        + counts([today.bytesUp, today.bytesDown, recent.bytesUp, recent.bytesDown]))
    table.append(
      [messages.text(TrafficKey.socket)]
        + counts([
          traffic.today.socketBytesUp, traffic.today.socketBytesDown, traffic.recent.socketBytesUp,
          traffic.recent.socketBytesDown,
        ]))
    let sessions = [traffic.today.sessions, traffic.recent.sessions, days]
    return messages.text(TrafficKey.sessions, sessions.map { .number($0) }) + "\n" + table.text
  }

  private static func counts(_ numbers: [Int]) -> [String] { numbers.map { Count.text(Int64($0)) } }

  package struct JSON: Encodable {
    package struct Call: Encodable {
      let calls: Int
      let bytesUp: Int
      let bytesDown: Int

      init(_ sums: CallTraffic.Sums) {
        calls = sums.calls
        bytesUp = sums.bytesUp
        bytesDown = sums.bytesDown
      }
    }
    package struct Days: Encodable {
      /// Only the server counts them.
      let connections: Int?
      let sessions: Int
      /// Frames with their lengths.
      let bytesUp: Int
      let bytesDown: Int
      /// TLS included.
      let socketBytesUp: Int
      let socketBytesDown: Int
      /// Under `other` what belongs to no known call.
      let calls: [String: Call]

      init(_ days: TrafficOfDays) {
        self.init(
          connections: nil, sessions: days.sessions, days.calls, socketUp: days.socketBytesUp,
          socketDown: days.socketBytesDown)
      }

      init(connections: Int?, sessions: Int, _ calls: CallTraffic, socketUp: Int, socketDown: Int) {
        let total = calls.total
        self.connections = connections
        self.sessions = sessions
        bytesUp = total.bytesUp
        bytesDown = total.bytesDown
        socketBytesUp = socketUp
        socketBytesDown = socketDown
        self.calls = TrafficText.json(calls)
      }
    }
    let today: Days
    let recentDays: Int
    let recent: Days

    package init(_ traffic: DeviceTraffic) {
      today = Days(traffic.today)
      recentDays = Int(DeviceTraffic.recentDays)
      recent = Days(traffic.recent)
    }
  }

  static func json(_ calls: CallTraffic) -> [String: JSON.Call] {
    let rows = calls.rows.map { ($0.method.map { "\($0)" } ?? "other", JSON.Call($0.sums)) }
    return Dictionary(rows) { first, _ in first }
  }
}
