/// Names of people and groups compared as readers compare them: in NFC, whatever the keyboard made of them.
///
/// क़ typed as one code point and as क with a dot below is one name. Swift's `==` and `<` on `String` are
/// canonical equivalence and the order of the NFC scalars (Unicode, UAX #15), so nothing is converted here;
/// this type says which comparison is meant, and tests hold Swift to it. What goes to the wire and into the
/// books stays byte for byte as it was typed: signatures and digests are over those bytes. SQLite compares
/// bytes, hence names are compared here and not in SQL.
package enum NameComparison {
  /// The same letters, in whatever form each was typed.
  package static func areSame(_ a: String, _ b: String) -> Bool { a == b }

  /// Ascending by the scalars of NFC, which for one script is near its dictionary's order. Equal names stay
  /// as they stood.
  package static func sorted<Element>(
    _ elements: [Element], by name: (Element) -> String
  ) -> [Element] {
    let names = elements.map(name)
    let places = elements.indices.sorted { a, b in
      names[a] == names[b] ? a < b : names[a] < names[b]
    }
    return places.map { elements[$0] }
  }
}
