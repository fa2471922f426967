import ArgumentParser
package import LokBooks
package import LokDevice
package import LokSimulator
import LokText
package import LokTransport
package import LokWire

// How the words of a command line become values. What cannot be read is refused by the parser, which
// names the option and shows the help of that value.

extension BlockCode: ExpressibleByArgument {
  package init?(argument: String) {
    guard let code = UInt32(argument), code > 0 else { return nil }
    self.init(code)
  }
}

extension DeviceNumber: ExpressibleByArgument {
  package init?(argument: String) {
    guard let number = UInt32(argument), number > 0, number <= DeviceNumber.max.rawValue else { return nil }
    self.init(number)
  }
}

extension RecordID: ExpressibleByArgument {
  /// `DEVICE-COUNTER`, as every table prints it.
  package init?(argument: String) { self.init(text: Digits.ascii(argument)) }
}

extension Day: ExpressibleByArgument {
  /// `YYYY-MM-DD`, the digits in ASCII or an Indian script.
  package init?(argument: String) { self.init(text: Digits.ascii(argument)) }
}

extension Paise: ExpressibleByArgument {
  /// Rupees: `1250`, `1,250.50`, `१२५०`.
  package init?(argument: String) {
    guard let amount = Rupees.amount(from: argument) else { return nil }
    self = amount
  }
}

extension Role: ExpressibleByArgument {
  package init?(argument: String) { self.init(text: argument) }
  package static var allValueStrings: [String] { allCases.map(\.text) }
  package var defaultValueDescription: String { text }
}

extension Tier: ExpressibleByArgument {
  package init?(argument: String) {
    guard let tier = Self.allCases.first(where: { $0.name == argument.uppercased() }) else { return nil }
    self = tier
  }
  package static var allValueStrings: [String] { allCases.map(\.name) }
  package var defaultValueDescription: String { name }
}

extension MeetingDraft.Kind: Choice {
  package static let allCases: [Self] = [.regular, .zero, .special, .cutoff, .closing]
}

extension HostPort: ExpressibleByArgument {
  /// `HOST:PORT`, an IPv6 address in brackets. Port 0 = any free one, to listen on.
  package init?(argument: String) { self.init(argument) }

  /// Nothing but this computer can reach it.
  package var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
}

extension LinkProfile: ExpressibleByArgument {
  package init?(argument: String) {
    guard let profile = Self.named(argument) else { return nil }
    self = profile
  }
  package static var allValueStrings: [String] { names }
  package var defaultValueDescription: String { name }
}

extension EntryKind {
  /// As the command line writes it: `saving-compulsory`, `loan-principal`, `meeting-expense`.
  package var text: String {
    var text = ""
    for character in String(describing: self) {
      if character.isUppercase { text.append("-") }
      text.append(contentsOf: character.lowercased())
    }
    return text
  }

  package init?(text: String) {
    guard let kind = Self.allCases.first(where: { $0.text == text.lowercased() }) else { return nil }
    self = kind
  }
}

/// A yearly rate: `12`, `18.5`; kept in hundredths of a percent.
package struct Percent: ExpressibleByArgument, Hashable, Sendable {
  package var basisPoints: UInt32

  package init?(argument: String) {
    guard let hundredths = Rupees.amount(from: argument), hundredths.rawValue <= 10_000 else { return nil }
    basisPoints = UInt32(hundredths.rawValue)
  }
}
