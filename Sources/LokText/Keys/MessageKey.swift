import LokBooks

/// A closed set of messages. A feature adds an enum with a case a message to this folder, the enum to
/// `MessageCatalogue.groups`, and its texts to both files; tests hold the three equal.
package protocol MessageKey: CaseIterable, Hashable, Sendable {
  /// As the files write it: `status.line`.
  var name: String { get }
}

extension MessageKey where Self: RawRepresentable, RawValue == String {
  package var name: String { rawValue }
}

/// All messages there are.
package enum MessageCatalogue {
  package static let groups: [any MessageKey.Type] = [
    ReasonKey.self, WordKey.self, VerdictKey.self, StatusKey.self, TroubleKey.self, TrafficKey.self,
    SyncKey.self, RecordedKey.self, LinkKey.self,
    ReceiptKey.self, DueKey.self, ProfileKey.self, ProfileStateKey.self, OfficeKey.self,
    MomentKey.self, BookText.self, AccountKey.self, EntryKindKey.self,
  ]

  /// In the order of the groups.
  package static var names: [String] { groups.flatMap { names(of: $0) } }

  private static func names<Key: MessageKey>(of group: Key.Type) -> [String] { group.allCases.map(\.name) }
}
