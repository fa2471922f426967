package import LokBooks
package import LokWire
import Synchronization

/// What a device's connections have carried since the last note of it.
package struct TrafficNote: Hashable, Sendable {
  package var connections = 0
  /// Hellos that were welcomed.
  package var sessions = 0
  /// Frames with their lengths; up is from the device.
  package var calls = CallTraffic()
  /// TLS included, TCP and IP not.
  package var socketBytesUp = 0
  package var socketBytesDown = 0
  package var lastContact = Timestamp(milliseconds: 0)

  package init() {}

  var isEmpty: Bool {
    connections == 0 && sessions == 0 && calls.isEmpty && socketBytesUp == 0 && socketBytesDown == 0
  }

  mutating func add(_ other: TrafficNote) {
    connections += other.connections
    sessions += other.sessions
    calls.add(other.calls)
    socketBytesUp += other.socketBytesUp
    socketBytesDown += other.socketBytesDown
    lastContact = max(lastContact, other.lastContact)
  }
}

/// Whose note it is.
package struct TrafficNoteKey: Hashable, Comparable, Sendable {
  package var block: BlockCode
  package var device: DeviceNumber
  /// In India, when it was noted.
  package var day: Day
  package init(block: BlockCode, device: DeviceNumber, day: Day) {
    self.block = block
    self.device = device
    self.day = day
  }

  package static func < (a: Self, b: Self) -> Bool {
    (a.block, a.day, a.device) < (b.block, b.day, b.device)
  }
}

/// Notes on their way from the event loops to the files of `TrafficDesk`, one a device and day however often
/// it calls. Nothing of it survives the process.
package final class TrafficLedger: Sendable {
  /// Devices that call between two writings; what comes beyond them, where no disk takes the notes, is not
  /// counted.
  private static let notesMaximum = 100_000
  private let notes = Mutex<[TrafficNoteKey: TrafficNote]>([:])

  package init() {}

  package func add(_ note: TrafficNote, to key: TrafficNoteKey) {
    notes.withLock { notes in
      guard notes[key] != nil || notes.count < Self.notesMaximum else { return }
      notes[key, default: TrafficNote()].add(note)
    }
  }

  /// Everything there is.
  package func take() -> [TrafficNoteKey: TrafficNote] {
    notes.withLock { notes in
      defer { notes = [:] }
      return notes
    }
  }

  package var isEmpty: Bool { notes.withLock { $0.isEmpty } }
}

/// What one connection has carried and has not posted yet. Before it is known whose it is, it waits; a
/// stranger's bytes stand in the server's totals only.
struct ConnectionAccount {
  private let ledger: TrafficLedger
  private var device: (block: BlockCode, number: DeviceNumber)?
  private var unposted = TrafficNote()
  private var socket = (up: 0, down: 0)
  private var isCounted = false

  init(_ ledger: TrafficLedger) { self.ledger = ledger }

  mutating func add(_ tally: Session.Tally, of device: (block: BlockCode, number: DeviceNumber)?) {
    unposted.calls.add(tally.traffic)
    unposted.sessions += tally.sessions
    if let device { self.device = device }
  }

  /// - Parameters:
  ///   - up, down: what the socket carried since it was opened.
  mutating func post(socketUp up: Int = 0, socketDown down: Int = 0, at now: Timestamp) {
    guard let device else { return }
    unposted.socketBytesUp += up - socket.up
    unposted.socketBytesDown += down - socket.down
    socket = (up, down)
    guard !unposted.isEmpty else { return }
    if !isCounted { unposted.connections = 1 }
    isCounted = true
    unposted.lastContact = now
    ledger.add(
      unposted, to: TrafficNoteKey(block: device.block, device: device.number, day: Day(of: now)))
    unposted = TrafficNote()
  }
}
