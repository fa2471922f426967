import LokBooks
import LokShard

/// The changes of one record, a line each.
enum HistoryText {
  static func text(_ lines: [RecordHistoryLine], _ block: BlockCode) -> String {
    var table = Table([
      .init("CHANGE"), .init("RECEIVED"), .init("DEVICE", .right), .init("WHAT"), .init("BECAME"),
    ])
    for line in lines {
      let fields = line.fields.map { field in
        "\(field.name)=\(FieldWords.text(field.value, of: field.name, line.entity))"
      }.joined(separator: " ")
      table.append([
        place(line, block), Moment.text(line.received), "\(line.device)",
        (line.isNew ? "new: " : "") + fields, fate(line),
      ])
    }
    return table.text
  }

  private static func place(_ line: RecordHistoryLine, _ block: BlockCode) -> String {
    SetReference(block: block, seq: line.seq, index: line.index).description
  }

  private static func fate(_ line: RecordHistoryLine) -> String {
    let first = line.verdict.map { VerdictText.text($0) } ?? "accepted"
    return line.resolution.map { "\(first) Then: \(VerdictText.text($0.verdict))" } ?? first
  }

  struct JSON: Encodable {
    struct Field: Encodable {
      let name: String
      let value: String
    }
    let change: String
    let device: UInt32
    let receivedMilliseconds: Int64
    let isNew: Bool
    let fields: [Field]
    let verdict: VerdictText.JSON?
    let resolution: VerdictText.JSON?

    init(_ line: RecordHistoryLine, _ block: BlockCode) {
      change = HistoryText.place(line, block)
      device = line.device.rawValue
      receivedMilliseconds = line.received.milliseconds
      isNew = line.isNew
      fields = line.fields.map { Field(name: $0.name, value: $0.value) }
      verdict = line.verdict.map(VerdictText.JSON.init)
      resolution = (line.resolution?.verdict).map(VerdictText.JSON.init)
    }
  }
}

/// Each field with its candidates: the one that stands, and those that do not.
enum ExplanationText {
  static func text(_ fields: [FieldExplanation], _ block: BlockCode) -> String {
    var table = Table([
      .init("FIELD"), .init("RULE"), .init("VALUE"), .init("FATE"), .init("DEVICE", .right), .init("SET"),
      .init("WRITTEN"),
    ])
    for field in fields {
      for (place, candidate) in field.candidates.enumerated() {
        table.append([
          place == 0 ? field.field : "", place == 0 ? field.rule.rawValue : "",
          FieldWords.text(candidate.value, of: field.field, field.entity), words(candidate.fate),
          "\(candidate.device)",
          SetReference(block: block, seq: candidate.seq).description, Moment.text(candidate.written),
        ])
      }
    }
    return table.text
  }

  private static func words(_ fate: FieldExplanation.Fate) -> String {
    switch fate {
    case .stands: "stands"
    case .lost: "lost"
    case .underReview: "awaits the checker"
    }
  }

  struct JSON: Encodable {
    struct Candidate: Encodable {
      let value: String
      let fate: String
      let device: UInt32
      let seq: UInt64
      let writtenMilliseconds: Int64
    }
    let field: String
    let rule: String
    let candidates: [Candidate]

    init(_ field: FieldExplanation) {
      self.field = field.field
      rule = field.rule.rawValue
      candidates = field.candidates.map {
        Candidate(
          value: $0.value, fate: $0.fate.rawValue, device: $0.device.rawValue, seq: $0.seq.rawValue,
          writtenMilliseconds: $0.written.milliseconds)
      }
    }
  }
}
