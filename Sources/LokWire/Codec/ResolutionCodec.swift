internal import CLokProto
package import LokBooks

extension Resolution {
  package func encoded() -> [UInt8] {
    Loksync__V1__Resolution.encode { arena in
      var message = Loksync__V1__Resolution.empty
      fillUnlessZero(&message.has_target_seq, &message.target_seq, target.rawValue)
      fill(&message.has_index, &message.index, index)
      fillEnum(&message.has_word, &message.word, verdict.word.rawValue)
      fillEnum(&message.has_reason, &message.reason, verdict.reason?.rawValue)
      fill(&message.has_record, &message.record, verdict.record?.rawValue)
      arena.fill(&message.n_argument, &message.argument, verdict.arguments)
      fillUnlessZero(&message.has_cause_seq, &message.cause_seq, cause.rawValue)
      fill(&message.has_line, &message.line, index == nil ? verdict.index : nil)
      return message
    }
  }

  /// The verdict's index is the resolution's own where that names a change, else the line it names.
  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try Loksync__V1__Resolution.decode(bytes) { message throws(WireError) in
      let index = present(message.has_index, message.index)
      return Resolution(
        target: try seq(message.target_seq, "target_seq"), index: index,
        verdict: Verdict(
          index: index ?? present(message.has_line, message.line),
          try required(message.has_word, message.word, "word"),
          known(message.has_reason, message.reason),
          record: try present(message.has_record, message.record)
            .flatMap { value throws(WireError) in try recordID(value, "record") },
          arguments: load(message.n_argument, message.argument)),
        cause: try seq(message.cause_seq, "cause_seq"))
    }
  }
}

/// A resolution as it stands in a journal and travels: a set of kind SERVER, written by the block itself,
/// with one change whose patch is the `Resolution`.
package enum ResolutionSet {
  /// `cbo` is that of the set it resolves.
  package static func encoded(_ resolution: Resolution, cbo: RecordID) -> [UInt8] {
    SentSet(
      kind: .server, cbo: cbo, device: .block, firstDeviceSeq: DeviceSeq(0), firstCounter: 0,
      baseSeq: .zero, baseEpoch: nil, firstHLC: .zero, sealNonce: nil, author: nil,
      changes: [
        SentSet.Change(entity: .resolution, record: nil, hlcStepMilliseconds: 0, patch: resolution.encoded())
      ]
    ).encoded()
  }

  /// `.unknownValue` where it is another kind of set.
  package static func decode(
    _ bytes: [UInt8]
  ) throws(WireError) -> (resolution: Resolution, cbo: RecordID) {
    let sent = try SentSet(decoding: bytes)
    guard sent.kind == .server else { throw .unknownValue(field: "kind") }
    guard sent.changes.count == 1, sent.changes[0].entity == .resolution else {
      throw .unknownValue(field: "change.entity")
    }
    return (try Resolution(decoding: sent.changes[0].patch), sent.cbo)
  }
}
