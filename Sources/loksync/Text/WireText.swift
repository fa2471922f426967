package import LokWire

/// Explained frames as a tree of fields with their bytes.
package enum WireText {
  /// One line: which frame, how large, how large before compression.
  package static func frame(_ frame: ExplainedFrame) -> String {
    let call = frame.call.map { "call \($0)" } ?? "no call"
    let plain = frame.plainBytes == frame.bytes ? "" : ", \(frame.plainBytes) before compression"
    return "\(direction(frame.direction))  \(call)  \(name(frame.method))  \(frame.bytes) bytes\(plain)"
  }

  /// All frames of each direction and method together.
  package static func table(_ frames: [ExplainedFrame]) -> String {
    var table = Table([
      .init("Field"), .init("Times", .right), .init("Plain", .right), .init("Sent", .right),
    ])
    for row in rows(frames) {
      table.append([
        String(repeating: "  ", count: row.depth) + row.name, String(row.times), String(row.plainBytes),
        String(Int(row.sentBytes.rounded())),
      ])
    }
    return table.text
  }

  struct Row {
    var depth: Int
    var name: String
    var times: Int
    var plainBytes: Int
    var sentBytes: Double
  }

  /// Depth first, fields in the order in which they were first met; each holds what is below it.
  static func rows(_ frames: [ExplainedFrame]) -> [Row] {
    var root = Node()
    for frame in frames {
      root.times += 1
      for share in frame.shares {
        root.add(share, [direction(frame.direction), name(frame.method)] + share.path)
      }
    }
    var rows: [Row] = []
    root.list("all", depth: 0, into: &rows)
    return rows
  }

  private struct Node {
    var times = 0
    var plainBytes = 0
    var sentBytes = 0.0
    var order: [String] = []
    var children: [String: Node] = [:]

    mutating func add(_ share: ExplainedFrame.Share, _ path: some Collection<String>) {
      plainBytes += share.plainBytes
      sentBytes += share.sentBytes
      guard let name = path.first else { return }
      if children[name] == nil { order.append(name) }
      children[name, default: Node()].times += 1
      children[name]?.add(share, path.dropFirst())
    }

    func list(_ name: String, depth: Int, into rows: inout [Row]) {
      rows.append(
        Row(
          depth: depth, name: name == "·" ? "tags and lengths" : name, times: times,
          plainBytes: plainBytes, sentBytes: sentBytes))
      for name in order { children[name]?.list(name, depth: depth + 1, into: &rows) }
    }
  }

  private static func direction(_ direction: CapturedFrame.Direction) -> String {
    direction == .up ? "up" : "down"
  }

  private static func name(_ method: Method?) -> String { method.map { "\($0)" } ?? "unknown" }

  package struct JSON: Encodable {
    let bytesUp: Int
    let bytesDown: Int
    let frames: [Frame]

    struct Frame: Encodable {
      let direction: String
      let call: UInt32?
      let method: String
      let bytes: Int
      let plainBytes: Int
      let fields: [Field]
    }

    struct Field: Encodable {
      let path: String
      let plainBytes: Int
      let sentBytes: Double
    }

    package init(_ frames: [ExplainedFrame]) {
      func sum(_ direction: CapturedFrame.Direction) -> Int {
        frames.filter { $0.direction == direction }.reduce(0) { $0 + $1.bytes }
      }
      (bytesUp, bytesDown) = (sum(.up), sum(.down))
      self.frames = frames.map { frame in
        Frame(
          direction: WireText.direction(frame.direction), call: frame.call, method: name(frame.method),
          bytes: frame.bytes, plainBytes: frame.plainBytes,
          fields: frame.shares.map {
            Field(
              path: $0.path.joined(separator: "."), plainBytes: $0.plainBytes, sentBytes: $0.sentBytes)
          })
      }
    }
  }
}
