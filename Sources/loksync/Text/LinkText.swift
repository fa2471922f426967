package import LokDevice
package import LokText
import LokWire

/// What a phone thinks of its link.
package enum LinkText {
  package static func text(_ link: DeviceLink, in messages: Messages = Speech.messages) -> String {
    guard let roundTrip = link.roundTripMilliseconds else { return messages.text(LinkKey.unknown) }
    let rate = link.bytesPerSecond.map { messages.text(LinkKey.rate, [.number($0)]) }
    let key: LinkKey = link.link == .fast ? .fast : .slow
    return messages.text(key, [.number(roundTrip)]) + (rate ?? "")
  }

  package struct JSON: Encodable {
    let linkClass: String
    let roundTripMilliseconds: Int?
    let bytesPerSecond: Int?

    package init(_ link: DeviceLink) {
      linkClass = "\(link.link)"
      roundTripMilliseconds = link.roundTripMilliseconds
      bytesPerSecond = link.bytesPerSecond
    }
  }
}
