package import LokBooks
import LokSQLite

/// A portfolio with what it was made from.
package struct PortfolioBook: Sendable {
  package let portfolio: Portfolio
  package let stamp: BookStamp
  /// Of the group or federation; nil where nobody has written one, and for a block.
  package let name: String?
  /// Of the groups that are its units.
  package let names: [RecordID: String]
}

extension ShardReader {
  /// - Parameter root: an SHG, or a federation with all that is below it; nil = the whole block.
  /// - Returns: nil where the block has no such group.
  /// - Throws: `BookQueryError`, `ReportError`.
  package func portfolio(of root: RecordID?, _ period: BookPeriod) throws -> PortfolioBook? {
    try connection.snapshot {
      try PortfolioReader(connection: connection).portfolio(of: root, period, seq: head())
    }
  }
}

extension PartialShard {
  /// Of the groups that this phone holds, as the server has confirmed them: stamped with the last set held.
  package func portfolio(of root: RecordID, _ period: BookPeriod) throws -> PortfolioBook? {
    try transaction {
      let last = try connection.statement("SELECT coalesce(max(seq), 0) FROM journal_by_cbo")
        .first { Seq($0.unsigned(0)) }
      return try PortfolioReader(connection: connection).portfolio(of: root, period, seq: last ?? Seq(0))
    }
  }
}

/// Adds up the loans of many groups, one group's books in memory at a time; inside the caller's transaction.
struct PortfolioReader {
  let connection: Connection
  private var books: GroupBooksReader { GroupBooksReader(connection: connection) }

  /// - Parameter seq: the last command that this side knows; the stamp of what has no chain of its own.
  func portfolio(of root: RecordID?, _ period: BookPeriod, seq: Seq) throws -> PortfolioBook? {
    if let root {
      guard let tier = try tier(of: root) else { return nil }
      if tier == .selfHelpGroup { return try portfolio(ofGroup: root, period) }
    }
    if case .untilMeeting = period { throw BookQueryError.meetingOfOneGroup }
    guard let day = try period.lastDay ?? lastDay(under: root) else { throw BookQueryError.booksEmpty }
    var (sum, stamps) = (Portfolio(asOf: day), [BookStamp]())
    if let root { try sum.add(own(root, day, &stamps), as: root) }
    for unit in try groups(below: root, on: day) {
      try sum.add(all(of: unit, day, &stamps), as: unit)
    }
    return PortfolioBook(
      portfolio: sum, stamp: try BookStamp(ofAll: stamps, seq: seq), name: try root.flatMap(name),
      names: try names())
  }

  private func portfolio(ofGroup cbo: RecordID, _ period: BookPeriod) throws -> PortfolioBook? {
    guard let books = try books.books(of: cbo) else { return nil }
    let portfolio = try Portfolio.make(books, asOf: books.day(of: period))
    return PortfolioBook(portfolio: portfolio, stamp: books.stamp, name: books.name, names: [:])
  }

  /// A group's own book and all below it.
  private func all(of cbo: RecordID, _ day: Day, _ stamps: inout [BookStamp]) throws -> Portfolio {
    var sum = Portfolio(asOf: day)
    try sum.add(own(cbo, day, &stamps), as: cbo)
    for unit in try groups(below: cbo, on: day) { try sum.add(all(of: unit, day, &stamps), as: unit) }
    return sum
  }

  private func own(_ cbo: RecordID, _ day: Day, _ stamps: inout [BookStamp]) throws -> Portfolio {
    guard let books = try books.books(of: cbo) else { return Portfolio(asOf: day) }
    stamps.append(books.stamp)
    return try Portfolio.make(books, asOf: day)
  }

  /// Which groups are directly below `parent` on `day`, ascending; nil: those below none, or below a
  /// federation that is not of this block. The one place that asks who belongs where.
  ///
  /// Ends at the third tier: a parent is always of the tier above.
  private func groups(below parent: RecordID?, on day: Day) throws -> [RecordID] {
    let members =
      "SELECT cbo FROM membership WHERE since_day <= ?1 AND ifnull(until_day, 2147483648) > ?1"
    let statement =
      if let parent {
        try connection.statement("\(members) AND parent = ?2 ORDER BY cbo")
          .bind(day.number, parent.rawValue)
      } else {
        try connection.statement(
          "SELECT id FROM cbo WHERE id NOT IN (\(members) AND parent IN (SELECT id FROM cbo)) ORDER BY id"
        ).bind(day.number)
      }
    return try statement.all { RecordID(rawValue: $0.unsigned(0)) }
  }

  /// Nil where there is no such group.
  private func tier(of cbo: RecordID) throws -> Tier? {
    try connection.statement("SELECT tier FROM cbo WHERE id = ?").bind(cbo.rawValue)
      .first { Tier(rawValue: $0.integer(0)) ?? .selfHelpGroup }
  }

  /// On which something was last written in one of the books, as the groups belong now.
  private func lastDay(under root: RecordID?) throws -> Day? {
    try everyone(under: root).compactMap { cbo in
      let last = try connection.statement(
        "SELECT max(day) FROM (SELECT max(day) AS day FROM meeting WHERE cbo = ?1 AND standing != 3 "
          + "UNION ALL SELECT max(day) FROM entry WHERE cbo = ?1 AND posted)"
      ).bind(cbo.rawValue).first { $0.optionalInteger(0) }
      return last.flatMap { $0 }.map { Day(number: Int32(clamping: $0)) }
    }.max()
  }

  private func everyone(under root: RecordID?) throws -> [RecordID] {
    let below = try groups(below: root, on: Day(number: .max)).flatMap { try everyone(under: $0) }
    return [root].compactMap { $0 } + below
  }

  private func name(of cbo: RecordID) throws -> String? { try names()[cbo] }

  private func names() throws -> [RecordID: String] {
    let all = try connection.statement("SELECT id, name FROM cbo WHERE name IS NOT NULL")
      .all { (RecordID(rawValue: $0.unsigned(0)), $0.text(1)) }
    return Dictionary(all) { first, _ in first }
  }
}
