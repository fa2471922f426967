import Synchronization

/// Phones that wait for their next call, each in its line: she who called last calls last again. And
/// what came of the calls so far.
final class DayYard: Sendable {
  enum Line: Int, Sendable, CaseIterable {
    /// Bookkeepers, one in each block.
    case writers
    /// Those who see all groups of a block.
    case readers
    /// Those of blocks with years of books.
    case newcomers
    /// Who wrote those books, and does not call any more.
    case elders
  }

  private struct Waiting {
    var phones: [DayPhone] = []
    var first = 0

    mutating func take(andStays: Bool) -> DayPhone? {
      guard first < phones.count else { return nil }
      if andStays { phones.append(phones[first]) }
      defer { first += 1 }
      if first > 4_096 {
        phones.removeFirst(first)
        first = 0
      }
      return phones[first]
    }
  }
  private let lines: Mutex<[Line: Waiting]>
  private let calls = Mutex<[DayVisit.Outcome]>([])
  var outcomes: [DayVisit.Outcome] { calls.withLock { $0 } }

  /// Connections that were dialled anew until all had gathered.
  let reconnected: Int

  init(_ phones: [Line: [DayPhone]], reconnected: Int) {
    self.reconnected = reconnected
    lines = Mutex(phones.mapValues { Waiting(phones: $0) })
  }

  /// Nil while all of them are calling. Who begins with nothing each time may call many times at once.
  func take(from line: Line) -> DayPhone? {
    lines.withLock { $0[line]?.take(andStays: line == .newcomers) }
  }

  func give(_ phone: DayPhone, to line: Line, with outcome: DayVisit.Outcome) {
    calls.withLock { $0.append(outcome) }
    guard line != .newcomers else { return }
    lines.withLock { $0[line, default: Waiting()].phones.append(phone) }
  }

  /// Everybody who waits.
  var all: [DayPhone] {
    lines.withLock { lines in lines.values.flatMap { $0.phones[$0.first...] } }
  }
}
