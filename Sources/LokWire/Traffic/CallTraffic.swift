/// What calls have carried, by method: their frames with the 4 bytes of each one's length, before TLS and TCP
/// add theirs. Seen from the device: up is what it sends.
package struct CallTraffic: Hashable, Sendable {
  package struct Sums: Hashable, Sendable {
    /// Opened, answered or not.
    package var calls: Int
    package var bytesUp: Int
    package var bytesDown: Int

    package init(calls: Int = 0, bytesUp: Int = 0, bytesDown: Int = 0) {
      self.calls = calls
      self.bytesUp = bytesUp
      self.bytesDown = bytesDown
    }

    package var isEmpty: Bool { self == Sums() }

    package static func + (a: Sums, b: Sums) -> Sums {
      Sums(
        calls: saturating(a.calls, b.calls), bytesUp: saturating(a.bytesUp, b.bytesUp),
        bytesDown: saturating(a.bytesDown, b.bytesDown))
    }

    /// Counters that come from a file may be anything.
    private static func saturating(_ a: Int, _ b: Int) -> Int {
      let (sum, overflow) = a.addingReportingOverflow(b)
      return overflow ? .max : sum
    }
  }

  /// Nil: frames of no known call. A method without a byte has no row.
  package private(set) var byMethod: [Method?: Sums] = [:]

  package init() {}

  package var isEmpty: Bool { byMethod.isEmpty }
  package var total: Sums { byMethod.values.reduce(Sums(), +) }

  /// In the contract's order; frames of no known call come last.
  package var rows: [(method: Method?, sums: Sums)] {
    byMethod.sorted { ($0.key?.rawValue ?? .max) < ($1.key?.rawValue ?? .max) }
      .map { (method: $0.key, sums: $0.value) }
  }

  package subscript(method: Method?) -> Sums { byMethod[method] ?? Sums() }

  package mutating func add(_ sums: Sums, to method: Method?) {
    guard !sums.isEmpty else { return }
    byMethod[method] = self[method] + sums
  }

  package mutating func add(_ other: CallTraffic) {
    for (method, sums) in other.byMethod { add(sums, to: method) }
  }
}

/// Knows which call of a connection a frame belongs to. Only a call's first frame names its method.
package struct TrafficMeter: Hashable, Sendable {
  /// What a frame takes on the wire beside its own bytes: its length.
  package static let lengthBytes = 4
  /// Calls that have ended and of which frames may still be on their way.
  private static let endedMaximum = WireLimits.callsInFlight
  private var methods: [UInt32: Method] = [:]
  private var ended: [UInt32] = []

  package init() {}

  /// - Parameter bytes: of the encoded frame, without its length.
  /// - Returns: the method of the frame's call; nil = none that is known.
  @discardableResult
  package mutating func count(
    _ frame: Frame, bytes: Int, _ direction: CapturedFrame.Direction, in traffic: inout CallTraffic
  ) -> Method? {
    var sums = CallTraffic.Sums()
    // A number that is used twice opens nothing.
    if let number = frame.method, methods[frame.call] == nil {
      methods[frame.call] = Method(rawValue: number)
      sums.calls = 1
    }
    let method = methods[frame.call]
    switch direction {
    case .up: sums.bytesUp = bytes + Self.lengthBytes
    case .down: sums.bytesDown = bytes + Self.lengthBytes
    }
    traffic.add(sums, to: method)
    if frame.cancel || direction == .down && frame.end { forget(frame.call) }
    return method
  }

  private mutating func forget(_ call: UInt32) {
    guard methods[call] != nil else { return }
    ended.append(call)
    if ended.count > Self.endedMaximum { methods[ended.removeFirst()] = nil }
  }
}
