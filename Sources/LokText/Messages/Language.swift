/// The languages messages are written in.
package enum Language: String, CaseIterable, Hashable, Sendable {
  case english = "en"
  case hindi = "hi"

  /// From a process's environment: `LOKSYNC_LANG`, then `LC_ALL`, `LC_MESSAGES` and `LANG` in the order of
  /// POSIX. The first that is set and not empty decides: Hindi where it names `hi` (`hi`, `hi_IN.UTF-8`),
  /// else English.
  package init(environment: [String: String]) {
    let names = ["LOKSYNC_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
    let value = names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    // The letters before `_`, `.` or `@`: hil_PH is Hiligaynon.
    let code = value.lowercased().prefix { $0.isASCII && $0.isLetter }
    self = Language(rawValue: String(code)) ?? .english
  }
}
