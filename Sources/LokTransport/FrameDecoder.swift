import LokWire

/// Bytes in, whole frames out: the preface once (server side), then 4-byte big-endian lengths and bodies.
///
/// True between calls: nothing above the current maximum was ever kept; of a frame that is open exactly
/// the bytes that came are kept. A stranger's frames come one at a time: what lies behind the first stays
/// with the caller, undecoded and uncounted, until the owner says `authenticated` or `answered`. So a
/// client may send its Hello and its first sets in one flight, and still no stranger's second frame is
/// looked at before the first is judged.
///
/// All errors are the peer's fault; after one, `next` takes nothing more.
package struct FrameDecoder: Sendable {
  private enum Expecting {
    case preface, length
    case body(Int)
    case nothing
  }

  /// What is known of a peer that has not yet said who it is.
  private struct StrangerState {
    let deadline: Instant
    var bytes = 0
    var awaitsAnswer = false
  }

  private let limits: FrameLimits
  private var maximum: Int
  private var expecting: Expecting
  /// Of the preface, length or body that is expected, what came.
  private var partial: [UInt8] = []
  private var stranger: StrangerState?
  private var progress: FrameProgress?
  private var pausedAt: Instant?

  /// `fromClient`: the peer is a client, so a preface is expected, and a stranger until `authenticated`.
  package init(fromClient: Bool, limits: FrameLimits = .standard, openedAt now: Instant) {
    self.limits = limits
    maximum = min(max(limits.frameBytes, 1), WireLimits.frameBytesMaximum)
    expecting = fromClient ? .preface : .length
    stranger = fromClient ? StrangerState(deadline: now + limits.strangerTime) : nil
  }

  /// The next whole frame of `input`, taken from its front with what came before; nil = nothing more can
  /// be decoded now. What is left in `input` then waits for `answered` or `authenticated`.
  package mutating func next<Input: Collection>(
    from input: inout Input, at now: Instant
  ) throws(TransportError) -> [UInt8]?
  where Input.Element == UInt8, Input.SubSequence == Input {
    if let late = deadline, now > late.at { throw failed(late.error) }
    while !waitsForOwner {
      switch expecting {
      case .nothing:
        return nil
      case .preface:
        guard take(WireLimits.preface.count, from: &input) else { return nil }
        guard partial == WireLimits.preface else { throw failed(.notOurPreface(.init(firstBytes: partial))) }
        expect(.length)
      case .length:
        if partial.isEmpty, !input.isEmpty { progress = FrameProgress(began: now) }
        guard take(Self.lengthBytes, from: &input) else { return stillOpen(at: now) }
        expect(.body(try checkedLength()))
      case .body(let length):
        guard let body = takeBody(length, from: &input) else { return stillOpen(at: now) }
        expect(.length)
        progress = nil
        stranger?.awaitsAnswer = true
        return body
      }
    }
    return nil
  }

  /// A stranger's frame was given and not answered yet: reading on has to wait.
  package var waitsForOwner: Bool { stranger?.awaitsAnswer ?? false }

  /// The peer stays a stranger and may send its next frame, within the same bytes and time.
  package mutating func answered() { stranger?.awaitsAnswer = false }

  package mutating func authenticated() { stranger = nil }

  package var isAuthenticated: Bool { stranger == nil }

  /// From the next frame on; at most `WireLimits.frameBytesMaximum`.
  package mutating func setMaximum(frameBytes: Int) {
    maximum = min(max(frameBytes, 1), WireLimits.frameBytesMaximum)
  }

  /// This side stops reading: a frame that is open is given the time back.
  package mutating func pause(at now: Instant) { pausedAt = pausedAt ?? now }

  package mutating func resume(at now: Instant) {
    guard let since = pausedAt else { return }
    pausedAt = nil
    progress?.skip(milliseconds: now.milliseconds - since.milliseconds)
  }

  /// When `check` will fail if nothing comes until then.
  package var deadline: (at: Instant, error: TransportError)? {
    let ofStranger = stranger.map { (at: $0.deadline, error: TransportError.strangerTooLate) }
    let ofFrame = pausedAt == nil ? progress?.deadline(limits: limits) : nil
    guard let ofStranger, let ofFrame else { return ofStranger ?? ofFrame }
    return ofStranger.at < ofFrame.at ? ofStranger : ofFrame
  }

  /// Throws once a deadline is reached.
  package mutating func check(at now: Instant) throws(TransportError) {
    if let late = deadline, now >= late.at { throw failed(late.error) }
  }
}

extension FrameDecoder {
  static let lengthBytes = 4

  /// A stranger's whole allowance is counted as soon as a length is known, before the body is read.
  private mutating func checkedLength() throws(TransportError) -> Int {
    let length = partial.reduce(0) { $0 << 8 | Int($1) }
    guard length > 0 else { throw failed(.emptyFrame) }
    guard length <= maximum else { throw failed(.frameTooLarge(bytes: length, limit: maximum)) }
    if let stranger, stranger.bytes + length > limits.strangerBytes {
      throw failed(.strangerTooLarge(bytes: stranger.bytes + length, limit: limits.strangerBytes))
    }
    return length
  }

  private mutating func failed(_ error: TransportError) -> TransportError {
    expect(.nothing)
    progress = nil
    stranger = nil
    return error
  }

  private mutating func expect(_ next: Expecting) {
    expecting = next
    partial.removeAll(keepingCapacity: partial.capacity <= 64)
  }

  /// Nil, after noting how far the open frame has come.
  private mutating func stillOpen(at now: Instant) -> [UInt8]? {
    var bytes = partial.count
    if case .body = expecting { bytes += Self.lengthBytes }
    progress?.note(bytes: bytes, at: now, limits: limits)
    return nil
  }

  /// Fills `partial` up to `count`; true when it is full.
  private mutating func take<Input: Collection>(_ count: Int, from input: inout Input) -> Bool
  where Input.Element == UInt8, Input.SubSequence == Input {
    let piece = input.prefix(count - partial.count)
    let taken = piece.count
    partial.append(contentsOf: piece)
    input.removeFirst(taken)
    stranger?.bytes += taken
    return partial.count == count
  }

  /// A body that lies whole in the input is copied once, to its exact size.
  private mutating func takeBody<Input: Collection>(_ length: Int, from input: inout Input) -> [UInt8]?
  where Input.Element == UInt8, Input.SubSequence == Input {
    if partial.isEmpty, input.count >= length {
      let body = Array(input.prefix(length))
      input.removeFirst(length)
      stranger?.bytes += length
      return body
    }
    return take(length, from: &input) ? partial : nil
  }
}

extension TransportError.Stranger {
  /// What most often reaches a port by mistake: a browser or probe, and TLS on a plain port (a handshake
  /// record, RFC 8446 section 5.1).
  init(firstBytes: [UInt8]) {
    let methods = ["GET ", "HEAD", "POST", "PUT ", "DELE", "OPTI", "PATC", "CONN", "TRAC", "PRI "]
    if firstBytes.starts(with: [0x16, 0x03]) {
      self = .tls
    } else if methods.contains(where: { firstBytes.starts(with: $0.utf8) }) {
      self = .http
    } else {
      self = .other
    }
  }
}
