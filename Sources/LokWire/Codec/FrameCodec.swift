internal import CLokProto
import LokBooks

extension Frame {
  /// - Parameter effort: nil = the payload goes as it is.
  package func encoded(compressing effort: PayloadEffort? = nil) -> [UInt8] {
    encoded(carrying: payload.map { PressedPayload($0, effort) })
  }

  /// With a payload that was pressed before, in place of its own.
  package func encoded(carrying payload: PressedPayload?) -> [UInt8] {
    Loksync__V1__Frame.encode { arena in
      var message = message(in: arena)
      arena.fill(&message.has_payload, &message.payload, payload?.bytes)
      fill(&message.has_plain_bytes, &message.plain_bytes, payload?.plainBytes.map { UInt32($0) })
      return message
    }
  }

  /// An unknown method or status detail is no error: the frame's reader answers it.
  ///
  /// - Throws: `WireError`; also for a payload whose dictionary this side does not have.
  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try Loksync__V1__Frame.decode(bytes) { message throws(WireError) in try Frame(message) }
  }

  private func message(in arena: Arena) -> Loksync__V1__Frame {
    var message = Loksync__V1__Frame.empty
    fillUnlessZero(&message.has_call, &message.call, call)
    fillEnum(&message.has_method, &message.method, method.map { Int($0) })
    arena.fill(&message.has_keys, &message.keys, keys)
    fillIfTrue(&message.has_end, &message.end, end)
    fillIfTrue(&message.has_cancel, &message.cancel, cancel)
    message.status = arena.message(status.map { $0.message(in: arena) })
    fill(&message.has_deadline_ms, &message.deadline_ms, deadline?.wholeMilliseconds)
    return message
  }

  private init(_ message: Loksync__V1__Frame) throws(WireError) {
    self.init(
      call: message.call, payload: try Frame.payload(of: message),
      keys: present(message.has_keys, message.keys).map { load($0) },
      end: message.end != 0,
      status: try load(message.status).flatMap { status throws(WireError) in try Status(status) },
      deadline: present(message.has_deadline_ms, message.deadline_ms).map { .milliseconds(Int64($0)) },
      cancel: message.cancel != 0)
    method = present(message.has_method, message.method.rawValue)
  }

  private static func payload(of message: Loksync__V1__Frame) throws(WireError) -> [UInt8]? {
    guard let bytes = present(message.has_payload, message.payload).map({ load($0) }) else { return nil }
    guard message.has_plain_bytes != 0 else { return bytes }
    return try PayloadCompression.expanded(
      bytes, to: Int(message.plain_bytes), dictionary: message.has_dictionary == 0 ? 1 : message.dictionary)
  }
}

extension Status {
  fileprivate func message(in arena: Arena) -> Loksync__V1__Status {
    var message = Loksync__V1__Status.empty
    fillEnum(&message.has_code, &message.code, code.rawValue)
    fillEnum(&message.has_reason, &message.reason, reason?.rawValue)
    fill(&message.has_retry_after_ms, &message.retry_after_ms, retryAfterMilliseconds)
    fillEnum(&message.has_action, &message.action, next?.rawValue)
    fill(&message.has_next_device_seq, &message.next_device_seq, nextDeviceSeq?.rawValue)
    fill(&message.has_block, &message.block, block?.rawValue)
    arena.fill(&message.n_argument, &message.argument, arguments)
    return message
  }

  /// A code beyond the 17 reads as `.unknown`, a newer peer's reason or action as none.
  fileprivate init(_ message: Loksync__V1__Status) throws(WireError) {
    self.init(
      StatusCode(rawValue: Int(message.code.rawValue)) ?? .unknown,
      known(message.has_reason, message.reason),
      retryAfterMilliseconds: present(message.has_retry_after_ms, message.retry_after_ms),
      next: known(message.has_action, message.action),
      nextDeviceSeq: try present(message.has_next_device_seq, message.next_device_seq)
        .flatMap { value throws(WireError) in try deviceSeq(value, "next_device_seq") },
      block: present(message.has_block, message.block).map { BlockCode($0) },
      arguments: load(message.n_argument, message.argument))
  }
}

extension Duration {
  /// Whole milliseconds as the wire has them, within 0 and 49 days.
  fileprivate var wholeMilliseconds: UInt32 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    let wholeSeconds = min(seconds, Int64(UInt32.max))
    return UInt32(clamping: wholeSeconds * 1000 + attoseconds / 1_000_000_000_000_000)
  }
}
