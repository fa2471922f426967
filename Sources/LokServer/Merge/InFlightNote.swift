import Foundation
package import LokBooks

/// What a worker is applying, noted in a small file, so that a command that kills the process can be told
/// from the others afterwards.
///
/// The first death leaves a range. At the next start the commands of that range are applied one by one, each
/// with a note of its own; a command whose own note is found a second time is set aside unapplied. A note
/// has to survive the process, not the machine: nothing is fsynced.
package final class InFlightNote {
  package struct Range: Hashable, Sendable {
    package var block: BlockCode
    package var first: LSN
    package var last: LSN
    /// How often the process has died in it.
    package var deaths: Int
    package init(block: BlockCode, first: LSN, last: LSN, deaths: Int) {
      self.block = block
      self.first = first
      self.last = last
      self.deaths = deaths
    }

    /// The one command that killed the process twice.
    package var isPoison: Bool { first == last && deaths >= 2 }
    package func contains(_ lsn: LSN) -> Bool { first <= lsn && lsn <= last }
  }

  private let file: Int32
  /// What a former process was applying when it died; nil once all of it is behind.
  package private(set) var suspect: Range?
  private static let bytes = 80

  /// Without a file there is no protection from poison, and everything else works.
  package init(path: String) {
    file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    suspect = file < 0 ? nil : Self.read(file)
    if let suspect { self.suspect?.deaths = suspect.deaths + 1 }
  }

  deinit { if file >= 0 { close(file) } }

  package func begin(_ block: BlockCode, _ first: LSN, _ last: LSN) {
    let isSuspected = suspect.map { $0.block == block && $0.contains(first) } ?? false
    write("\(block) \(first) \(last) \(isSuspected ? suspect?.deaths ?? 0 : 0)")
  }

  /// Everything noted is applied. The suspicion stays while its range is not behind.
  package func end(_ block: BlockCode, appliedThrough lsn: LSN) {
    if let suspect, suspect.block == block, lsn >= suspect.last { self.suspect = nil }
    if let suspect {
      write("\(suspect.block) \(suspect.first) \(suspect.last) \(suspect.deaths - 1)")
    } else {
      write("")
    }
  }

  /// In one write of a fixed length: a note is there whole or not at all.
  private func write(_ text: String) {
    guard file >= 0 else { return }
    var line = Array(text.utf8.prefix(Self.bytes - 1))
    line += Array(repeating: UInt8(ascii: " "), count: Self.bytes - 1 - line.count)
    line.append(UInt8(ascii: "\n"))
    _ = pwrite(file, line, line.count, 0)
  }

  private static func read(_ file: Int32) -> Range? {
    var line = [UInt8](repeating: 0, count: bytes)
    let count = pread(file, &line, bytes, 0)
    guard count > 0 else { return nil }
    let words = String(decoding: line.prefix(count), as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard words.count == 4, let block = UInt32(words[0]), let first = UInt64(words[1]),
      let last = UInt64(words[2]), let deaths = Int(words[3]), deaths < 1_000
    else { return nil }
    return Range(block: BlockCode(block), first: LSN(first), last: LSN(last), deaths: deaths)
  }
}
