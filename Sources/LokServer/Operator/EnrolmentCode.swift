package import LokBooks
import LokWire

/// A one-time code as it is printed and typed: `6341-K7QF2-9XW3M`, 50 random bits in Crockford's base 32.
/// Read without regard to case, O as 0, I and L as 1.
package struct EnrolmentCode: Hashable, Sendable {
  package let block: BlockCode
  /// Ten characters of the alphabet.
  private let characters: [UInt8]

  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
  /// 32^10 = 2^50.
  private static let length = 10

  /// A new one from random bits, of which the lowest 50 count.
  package init(block: BlockCode, random: UInt64) {
    self.block = block
    characters = (0..<Self.length).map { Self.alphabet[Int(random >> UInt64(5 * $0) & 31)] }
  }

  /// Nil where a person has typed something else than a code.
  package init?(text: String) {
    guard text.utf8.count <= 64 else { return nil }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, let code = UInt32(parts[0]), parts[1].utf8.count == 5, parts[2].utf8.count == 5
    else { return nil }
    let typed = (parts[1] + parts[2]).uppercased().utf8.map { Self.read($0) }
    guard typed.count == Self.length, typed.allSatisfy({ Self.alphabet.contains($0) }) else { return nil }
    block = BlockCode(code)
    characters = typed
  }

  /// As it is printed and hashed.
  package var text: String {
    let half = Self.length / 2
    let text = String(decoding: characters, as: UTF8.self)
    return "\(block)-\(text.prefix(half))-\(text.suffix(half))"
  }

  /// SHA-256 of `text`: what the shard keeps.
  package var hash: [UInt8] { Hash.sha256(Array(text.utf8)) }

  private static func read(_ character: UInt8) -> UInt8 {
    switch character {
    case UInt8(ascii: "O"): UInt8(ascii: "0")
    case UInt8(ascii: "I"), UInt8(ascii: "L"): UInt8(ascii: "1")
    default: character
    }
  }
}
