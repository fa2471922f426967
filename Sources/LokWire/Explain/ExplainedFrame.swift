/// Where the bytes of one frame go.
package struct ExplainedFrame: Hashable, Sendable {
  /// Some bytes and what they are for. Those of one frame add up to it.
  package struct Share: Hashable, Sendable {
    /// From the frame inwards: fields by their names in Proto/, `·` for tags and lengths.
    package var path: [String]
    /// Before compression.
    package var plainBytes: Int
    /// On the wire. In a compressed payload its part of the whole, in proportion: no byte there stands for
    /// one field.
    package var sentBytes: Double
  }

  package var direction: CapturedFrame.Direction
  /// Nil in an unreadable frame.
  package var call: UInt32?
  /// Of the call that it belongs to, also where the frame does not open it.
  package var method: Method?
  /// With its length, and with the connection's preface in the first frame up.
  package var bytes: Int
  /// With everything uncompressed.
  package var plainBytes: Int
  package var shares: [Share]
}

/// Tags and lengths, in a path.
private let overhead = "·"

/// Explains the frames of one connection, in their order.
package struct WireExplainer {
  private var methods: [UInt32: Method] = [:]
  private var hasPreface = false

  package init() {}

  package mutating func explain(_ frame: CapturedFrame) -> ExplainedFrame {
    var shares = [share(["frame length"], 4)]
    if frame.direction == .up, !hasPreface {
      hasPreface = true
      shares.insert(share(["preface"], WireLimits.preface.count), at: 0)
    }
    let decoded = try? Frame(decoding: frame.bytes)
    if let decoded, let method = decoded.method { methods[decoded.call] = Method(rawValue: method) }
    let method = decoded.flatMap { methods[$0.call] }
    var walk = FrameWalk(direction: frame.direction, method: method, plain: decoded?.payload)
    let inner = decoded.flatMap { _ in try? walk.shares(of: frame.bytes) }
    shares += inner ?? [share(["unreadable"], frame.bytes.count)]
    return ExplainedFrame(
      direction: frame.direction, call: decoded?.call, method: method,
      bytes: Int(shares.reduce(0) { $0 + $1.sentBytes }.rounded()),
      plainBytes: shares.reduce(0) { $0 + $1.plainBytes }, shares: shares)
  }

  private func share(_ path: [String], _ bytes: Int) -> ExplainedFrame.Share {
    ExplainedFrame.Share(path: path, plainBytes: bytes, sentBytes: Double(bytes))
  }
}

/// Walks over a frame that can be read, and over the messages in it.
private struct FrameWalk {
  let direction: CapturedFrame.Direction
  let method: Method?
  /// The payload before compression.
  let plain: [UInt8]?
  private var found: [ExplainedFrame.Share] = []

  init(direction: CapturedFrame.Direction, method: Method?, plain: [UInt8]?) {
    (self.direction, self.method, self.plain) = (direction, method, plain)
  }

  mutating func shares(of bytes: [UInt8]) throws(WireError) -> [ExplainedFrame.Share] {
    found = []
    let schema = WireSchema.frame
    var reader = FieldReader(bytes)
    var begin = 0
    while let field = try reader.next() {
      let path = [schema[field.number]?.name ?? "unknown"]
      switch path[0] {
      case "payload":
        add(path + [overhead], field.payload.lowerBound - begin, 1)
        try walkPayload(sent: field.payload.count, path)
      case "keys":
        add(path + [overhead], field.payload.lowerBound - begin, 1)
        try walk(bytes, field.payload, WireSchema.keys(of: method), path, 1)
      default: try walk(field, from: begin, in: bytes, schema, path, 1)
      }
      begin = field.sent.upperBound
    }
    return found
  }

  private mutating func walkPayload(sent: Int, _ path: [String]) throws(WireError) {
    guard let plain, !plain.isEmpty else { return }
    let message = WireSchema.payload(of: method, direction)
    let scale = Double(sent) / Double(plain.count)
    try walk(plain, plain.indices, message, path, scale)
  }

  /// One field: its tag and length count with its value, or apart where the value is a message.
  private mutating func walk(
    _ field: FieldReader.Field, from begin: Int, in bytes: [UInt8], _ schema: MessageSchema,
    _ path: [String], _ scale: Double
  ) throws(WireError) {
    guard case .message(let inner)? = schema[field.number]?.kind, field.type == .lengthPrefixed else {
      return add(path, field.sent.upperBound - begin, scale)
    }
    add(path + [overhead], field.payload.lowerBound - begin, scale)
    try walk(bytes, field.payload, inner, path, scale)
  }

  private mutating func walk(
    _ bytes: [UInt8], _ range: Range<Int>, _ schema: MessageSchema?, _ path: [String], _ scale: Double
  ) throws(WireError) {
    guard let schema else { return add(path, range.count, scale) }
    var reader = FieldReader(bytes, in: range)
    var begin = range.lowerBound
    var numbers: [UInt32: UInt64] = [:]
    while let field = try reader.next() {
      numbers[field.number] = field.bits
      let name = path + [schema[field.number]?.name ?? "unknown"]
      if let inner = WireSchema.held(by: field.number, of: schema, beside: numbers) {
        add(name + [overhead], field.payload.lowerBound - begin, scale)
        try walk(bytes, field.payload, inner, name, scale)
      } else {
        try walk(field, from: begin, in: bytes, schema, name, scale)
      }
      begin = field.sent.upperBound
    }
  }

  private mutating func add(_ path: [String], _ bytes: Int, _ scale: Double) {
    guard bytes > 0 else { return }
    found.append(.init(path: path, plainBytes: bytes, sentBytes: Double(bytes) * scale))
  }
}
