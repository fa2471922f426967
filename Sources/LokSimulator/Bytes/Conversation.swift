import LokBooks
import LokWire
import Synchronization

/// The frames of one connection.
struct Conversation: Sendable {
  var frames: [CapturedFrame] = []

  /// Each with its length; the connection's preface with the first.
  var explained: [ExplainedFrame] {
    var explainer = WireExplainer()
    return frames.map { explainer.explain($0) }
  }

  var bytes: Int { explained.reduce(0) { $0 + $1.bytes } }

  func bytes(of method: Method, _ direction: CapturedFrame.Direction) -> Int {
    explained.filter { $0.method == method && $0.direction == direction }.reduce(0) { $0 + $1.bytes }
  }

  /// How often the talk turns from the phone to the server: what the link's delay is paid for.
  var roundTrips: Int {
    zip([CapturedFrame.Direction.down] + frames.map(\.direction), frames.map(\.direction))
      .count { $0 == .down && $1 == .up }
  }

  /// What it took until all groups could be looked at and written on: up to the last piece of a preview.
  var untilBooksAreThere: Conversation {
    var ends: [RecordID: Int] = [:]
    var last = frames.endIndex
    for (place, (frame, told)) in zip(frames, explained).enumerated()
    where told.method == .snapshot && told.direction == .down {
      guard let frame = try? Frame(decoding: frame.bytes), let payload = frame.payload,
        let page = try? SnapshotPage(decoding: payload, keys: frame.keys)
      else { continue }
      for part in page.parts {
        if let file = part.file { ends[part.cbo] = file.preview?.bytes ?? file.bytes }
        if part.offset < ends[part.cbo] ?? 0 { last = place + 1 }
      }
    }
    return Conversation(frames: Array(frames[..<last]))
  }

  /// The sets that went up.
  var uploaded: [ChangeSet] {
    get throws {
      try zip(frames, explained).filter { $1.method == .upload && $1.direction == .up }.flatMap { frame, _ in
        let frame = try Frame(decoding: frame.bytes)
        let request = try UploadRequest(decoding: frame.payload ?? [], keys: frame.keys)
        return try request.sets.compactMap(\.bytes).map { try ChangeSet(decoding: $0) }
      }
    }
  }

  /// The sets that came down with their bytes.
  var downloaded: [ChangeSet] {
    get throws {
      try zip(frames, explained).filter { $1.method == .download && $1.direction == .down }
        .flatMap { frame, _ in
          let frame = try Frame(decoding: frame.bytes)
          guard let payload = frame.payload else { return [ChangeSet]() }
          let page = try DownloadPage(decoding: payload, keys: frame.keys)
          return try page.sets.compactMap(\.bytes).map { try ChangeSet(decoding: $0) }
        }
    }
  }
}

/// Keeps what connections carry until somebody asks for it.
final class ConversationRecorder: Sendable {
  private let kept = Mutex<[Conversation]>([])

  func note(_ frame: CapturedFrame?) {
    kept.withLock { kept in
      guard let frame else { return kept.append(Conversation()) }
      if kept.isEmpty { kept.append(Conversation()) }
      kept[kept.count - 1].frames.append(frame)
    }
  }

  func take() -> [Conversation] {
    kept.withLock { kept in
      defer { kept = [] }
      return kept
    }
  }
}
