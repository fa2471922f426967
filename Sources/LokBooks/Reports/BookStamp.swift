/// What a report was made from, to be printed on it: "as of seq 41, chain 9f2c01ab, unapproved ₹310.00,
/// set aside ₹0.00". Two reports with the same stamp were made from the same books.
package struct BookStamp: Hashable, Sendable {
  /// The last command of the shard that the report has seen.
  package let seq: Seq
  /// The first eight hexadecimal digits of the group's chain at `seq`; nil for what was added up from many
  /// groups' books, which have no chain in common.
  package let chain: String?
  /// Sum of the amounts of posted entries that no checker has approved.
  package let unapproved: Paise
  /// Sum of the amounts of lines that are set aside and count nowhere.
  package let setAside: Paise

  /// Nil where `chain` is not eight digits in lower case.
  package init?(seq: Seq, chain: String, unapproved: Paise, setAside: Paise) {
    let isDigit: (UInt8) -> Bool = { (48...57).contains($0) || (97...102).contains($0) }
    guard chain.utf8.count == 8, chain.utf8.allSatisfy(isDigit) else { return nil }
    self.seq = seq
    self.chain = chain
    self.unapproved = unapproved
    self.setAside = setAside
  }

  /// Of what was added up from the books with these stamps.
  /// - Parameter seq: the last command that any of them could have seen.
  package init(ofAll stamps: [BookStamp], seq: Seq) throws(ReportError) {
    var (unapproved, setAside) = (Paise.zero, Paise.zero)
    for stamp in stamps {
      unapproved = try unapproved.plus(stamp.unapproved, of: nil)
      setAside = try setAside.plus(stamp.setAside, of: nil)
    }
    self.seq = seq
    chain = nil
    self.unapproved = unapproved
    self.setAside = setAside
  }

  /// The sum of the entries that no checker has approved.
  package static func unapproved(in entries: [BookEntry]) throws(ReportError) -> Paise {
    var sum = Paise.zero
    for entry in entries where !entry.isApproved { sum = try sum.plus(entry.amount, of: nil) }
    return sum
  }

  /// The same fields for text, CSV and JSON, in the order in which they are printed.
  package var fields: [(key: BookText, cell: BookTable.Cell)] {
    [
      (.stampSeq, .number(Int64(clamping: seq.rawValue))), (.stampChain, chain.map { .text($0) } ?? .empty),
      (.stampUnapproved, .paise(unapproved)), (.stampSetAside, .paise(setAside)),
    ]
  }
}
