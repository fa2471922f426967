package import LokBooks
package import LokServer
import LokShard
import LokText
import LokWire

/// The devices of a block as tables.
package struct DevicesText {
  private let now: Timestamp
  private let days: Int32

  package init(now: Timestamp, days: Int32) {
    self.now = now
    self.days = days
  }

  package func text(_ devices: [DeviceActivity], withCalls: Bool = false) -> String {
    guard !devices.isEmpty else { return "No devices" }
    return withCalls ? table(devices) + "\n\n" + calls(devices) : table(devices)
  }

  private func table(_ devices: [DeviceActivity]) -> String {
    var table = Table([
      .init("DEVICE", .right), .init("ROLE"), .init("STANDING"), .init("ENROLLED"), .init("LAST CONTACT"),
      .init("NEXT DEVICE SEQ", .right), .init("SESSIONS TODAY", .right), .init("UP", .right),
      .init("DOWN", .right), .init("SESSIONS \(days) D", .right), .init("UP", .right), .init("DOWN", .right),
    ])
    for activity in devices {
      let device = activity.device
      table.append(
        [
          "\(device.number)", device.role, device.status,
          Moment.text(Timestamp(milliseconds: device.registered)), contact(activity),
          Count.text(device.nextDeviceSeq),
        ] + Self.cells(activity.today) + Self.cells(activity.recent))
    }
    return table.text
  }

  private func contact(_ activity: DeviceActivity) -> String {
    let contact = activity.lastContact.milliseconds
    return contact == 0 ? "never" : Moment.age(milliseconds: now.milliseconds - contact) + " ago"
  }

  private static func cells(_ note: TrafficNote) -> [String] {
    let total = note.calls.total
    return [note.sessions, total.bytesUp, total.bytesDown].map { Count.text(Int64($0)) }
  }

  private func calls(_ devices: [DeviceActivity]) -> String {
    var table = Table([
      .init("DEVICE", .right), .init("CALL"), .init("CALLS TODAY", .right), .init("UP", .right),
      .init("DOWN", .right), .init("CALLS \(days) D", .right), .init("UP", .right), .init("DOWN", .right),
    ])
    for activity in devices {
      for (method, recent) in activity.recent.calls.rows {
        let today = activity.today.calls[method]
        let counts = [
          today.calls, today.bytesUp, today.bytesDown, recent.calls, recent.bytesUp, recent.bytesDown,
        ]
        table.append(
          ["\(activity.device.number)", method.map { "\($0)" } ?? "other"]
            + counts.map { Count.text(Int64($0)) })
      }
    }
    return table.isEmpty ? "No call was counted" : table.text
  }

  package struct JSON: Encodable {
    let device: UInt32
    let role: String
    let standing: String
    let scope: String
    let enrolledMilliseconds: Int64
    let lastContactMilliseconds: Int64?
    let nextDeviceSeq: Int64
    let today: TrafficText.JSON.Days
    let recentDays: Int32
    let recent: TrafficText.JSON.Days

    package init(_ activity: DeviceActivity, days: Int32) {
      device = activity.device.number
      role = activity.device.role
      standing = activity.device.status
      scope = activity.device.scope
      enrolledMilliseconds = activity.device.registered
      let contact = activity.lastContact.milliseconds
      lastContactMilliseconds = contact == 0 ? nil : contact
      nextDeviceSeq = activity.device.nextDeviceSeq
      today = .init(activity.today)
      recentDays = days
      recent = .init(activity.recent)
    }
  }
}

extension TrafficText.JSON.Days {
  fileprivate init(_ note: TrafficNote) {
    self.init(
      connections: note.connections, sessions: note.sessions, note.calls, socketUp: note.socketBytesUp,
      socketDown: note.socketBytesDown)
  }
}
