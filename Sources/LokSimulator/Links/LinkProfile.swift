/// A link as villages have it: the same ones, by the same names and with the same figures, as
/// `tools/poor-link` makes between network namespaces.
package struct LinkProfile: Hashable, Sendable {
  package var name: String
  /// Of IP packets, each way.
  package var bitsPerSecond: Int
  /// There and back, of an empty link.
  package var roundTripMilliseconds: Int64
  /// Of packets, each way.
  package var lostPerThousand: Int
  package var cuts: Cuts?
  /// Longer IP packets vanish, and nobody is told.
  package var packetBytesMaximum: Int?

  /// It goes down, again and again: seconds up and seconds down, shortest and longest.
  package struct Cuts: Hashable, Sendable {
    package var up: ClosedRange<Int64>
    package var down: ClosedRange<Int64>
    package init(up: ClosedRange<Int64>, down: ClosedRange<Int64>) {
      self.up = up
      self.down = down
    }
  }

  package init(
    name: String, bitsPerSecond: Int, roundTripMilliseconds: Int64, lostPerThousand: Int, cuts: Cuts? = nil,
    packetBytesMaximum: Int? = nil
  ) {
    self.name = name
    self.bitsPerSecond = bitsPerSecond
    self.roundTripMilliseconds = roundTripMilliseconds
    self.lostPerThousand = lostPerThousand
    self.cuts = cuts
    self.packetBytesMaximum = packetBytesMaximum
  }

  func carries(packet bytes: Int) -> Bool { packetBytesMaximum.map { bytes <= $0 } ?? true }

  package static let edge = LinkProfile(
    name: "edge", bitsPerSecond: 200_000, roundTripMilliseconds: 400, lostPerThousand: 10)
  package static let secondGeneration = LinkProfile(
    name: "2g", bitsPerSecond: 40_000, roundTripMilliseconds: 800, lostPerThousand: 30)
  package static let hill = LinkProfile(
    name: "hill", bitsPerSecond: 20_000, roundTripMilliseconds: 1_500, lostPerThousand: 150,
    cuts: Cuts(up: 20...60, down: 5...20))
  package static let mtuHole = LinkProfile(
    name: "mtu-hole", bitsPerSecond: 40_000, roundTripMilliseconds: 800, lostPerThousand: 30,
    packetBytesMaximum: 600)
  /// Those that carry packets of every size.
  package static let all = [edge, secondGeneration, hill]
  private static let every = all + [mtuHole]
  package static let names = every.map(\.name)
  package static func named(_ name: String) -> LinkProfile? { every.first { $0.name == name } }
}
