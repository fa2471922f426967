package import LokBooks

/// Every text for people, by key, in one language.
package struct Messages: Sendable {
  package let language: Language
  private let own: MessageFile
  private let english: MessageFile

  /// Those that are built in: nothing is read when the program runs.
  package init(_ language: Language) {
    self.init(language, own: Self.builtIn(language), english: Self.builtInEnglish)
  }

  package init(_ language: Language, own: MessageFile, english: MessageFile) {
    self.language = language
    self.own = own
    self.english = english
  }

  package static let english = Messages(.english)

  /// Where the language lacks the key, the English text; where that lacks it too, the key.
  package func text(
    _ key: some MessageKey, _ arguments: [MessageArgument] = [], record: RecordID? = nil
  ) -> String {
    text(named: key.name, arguments, record: record)
  }

  package func text(
    named key: String, _ arguments: [MessageArgument] = [], record: RecordID? = nil
  ) -> String {
    if let template = own.templates[key] { return template.text(arguments, record: record, in: language) }
    return english.templates[key]?.text(arguments, record: record, in: .english) ?? key
  }

  /// The file of a language as it was built in, for the tests that hold it whole.
  package static func bytes(_ language: Language) -> [UInt8] {
    switch language {
    case .english: PackageResources.messages_en
    case .hindi: PackageResources.messages_hi
    }
  }

  // Read once. A test holds both files well-formed; were one not, its keys would be shown.
  private static let builtInEnglish = read(.english)
  private static let builtInHindi = read(.hindi)

  private static func builtIn(_ language: Language) -> MessageFile {
    switch language {
    case .english: builtInEnglish
    case .hindi: builtInHindi
    }
  }

  private static func read(_ language: Language) -> MessageFile {
    (try? MessageFile(bytes(language), name: "messages.\(language.rawValue)")) ?? .empty
  }
}
