package import LokBooks

/// A message's text with its places for arguments.
package struct MessageTemplate: Hashable, Sendable {
  /// How an argument is shown.
  package enum Kind: String, CaseIterable, Hashable, Sendable {
    /// Paise as `₹1,00,000.00`.
    case money
    /// Days since 1970 as the language writes a date.
    case day
    /// A number that names something: digits only, `100000`.
    case number
    /// A number that counts: `1,00,000`.
    case count
    case text
  }

  package enum Placeholder: Hashable, Sendable {
    case argument(Int, Kind)
    /// `{record}` brings its own space and brackets, ` (12-9)`, so that a sentence reads well without it.
    case record
  }

  package enum Part: Hashable, Sendable {
    case text(String)
    case placeholder(Placeholder)
  }

  package let parts: [Part]

  package var placeholders: Set<Placeholder> {
    Set(
      parts.compactMap { part in
        if case .placeholder(let placeholder) = part { placeholder } else { nil }
      })
  }

  /// Arguments are shown as they are: braces in them mean nothing. Where one is missing stands `?`.
  package func text(_ arguments: [MessageArgument], record: RecordID?, in language: Language) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .placeholder(.record): record.map { " (\($0))" } ?? ""
      case .placeholder(.argument(let index, let kind)):
        Self.text(index < arguments.count ? arguments[index] : nil, kind, language)
      }
    }.joined()
  }

  private static func text(_ argument: MessageArgument?, _ kind: Kind, _ language: Language) -> String {
    switch (argument, kind) {
    case (.text(let text)?, _): text
    case (.integer(let paise)?, .money): Rupees.text(Paise(paise))
    case (.integer(let day)?, .day): Int32(exactly: day).map { Day(number: $0).text(in: language) } ?? "?"
    case (.integer(let number)?, .count): Count.text(number)
    case (.integer(let number)?, .number), (.integer(let number)?, .text): String(number)
    case (nil, .money): "₹?"
    case (nil, _): "?"
    }
  }
}

/// What stands in a message's place. How an integer is shown is said by the message: paise, a day or a
/// number.
package enum MessageArgument: Hashable, Sendable {
  case integer(Int64)
  case text(String)

  package static func money(_ amount: Paise) -> Self { .integer(amount.rawValue) }
  package static func day(_ day: Day) -> Self { .integer(Int64(day.number)) }
  package static func number(_ number: some BinaryInteger) -> Self { .integer(Int64(clamping: number)) }
}

/// In JSON a number or a text.
extension MessageArgument: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    self =
      if let integer = try? container.decode(Int64.self) { .integer(integer) } else {
        .text(try container.decode(String.self))
      }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .integer(let integer): try container.encode(integer)
    case .text(let text): try container.encode(text)
    }
  }
}
