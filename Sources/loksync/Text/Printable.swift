/// Words from a file or a peer on their way to a terminal.
package enum Printable {
  /// The text with a space for every character that would break the line or steer the terminal.
  package static func text(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .format, .lineSeparator, .paragraphSeparator:
            // The joiners are letters' business in Indian scripts.
            ["\u{200C}", "\u{200D}"].contains(scalar) ? scalar : " "
          default: scalar
          }
        }))
  }
}
