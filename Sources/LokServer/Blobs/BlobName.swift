import LokBooks
import LokWire

/// What a file in a block's folder of blobs is called.
enum BlobName: Hashable {
  /// The SHA-256 of its bytes in hexadecimal.
  case whole([UInt8])
  /// On its way up: whose, how long it will be, and the day it was begun.
  case part([UInt8], device: DeviceNumber, size: Int, begun: Day)
  /// What was found under this name and is something else: kept for who looks into it, given to nobody.
  case damaged([UInt8])

  /// Nil = no such name.
  init?(_ text: String) {
    let words = text.split(separator: ".", omittingEmptySubsequences: false)
    guard let first = words.first, let hash = [UInt8](hexadecimal: first), hash.count == Hash.length else {
      return nil
    }
    if words.count == 1 {
      self = .whole(hash)
    } else if words.count == 2, words[1] == "damaged" {
      self = .damaged(hash)
    } else if words.count == 5, words[4] == "part", let device = UInt32(words[1]), let size = Int(words[2]),
      let day = Int32(words[3])
    {
      self = .part(hash, device: DeviceNumber(device), size: size, begun: Day(number: day))
    } else {
      return nil
    }
    guard self.text == text else { return nil }
  }

  var text: String {
    switch self {
    case .whole(let hash): hash.hexadecimal
    case .damaged(let hash): hash.hexadecimal + ".damaged"
    case .part(let hash, let device, let size, let begun):
      hash.hexadecimal + ".\(device.rawValue).\(size).\(begun.number).part"
    }
  }
}
