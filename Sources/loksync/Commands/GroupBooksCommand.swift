package import ArgumentParser
package import LokBooks
import LokServer
import LokShard

package struct GroupBooksCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "books",
    abstract: "A group's books from its block's shard: cash book, ledger, passbook, loans, balance sheet …",
    discussion: """
      Examples:
        loksync books cash-book --data /srv/loksync --block 900001 --cbo 1-2
        loksync books passbook --data /srv/loksync --block 900001 --cbo 1-2 --member 2-3
        loksync books balance-sheet --data /srv/loksync --block 900001 --cbo 1-2 --fy 2026-27
        loksync books dcb --data /srv/loksync --block 900001 --cbo 1-2 --month 2026-11 --csv
        loksync books portfolio --data /srv/loksync --block 900001 --until 2026-11-30
        loksync books loans --data /srv/loksync --block 900001 --cbo 1-2 --loan 2-9

      The portfolio of an SHG has a line for each member, of a VO for each SHG below it, of a CLF for each \
      VO, and without --cbo one for each federation of the block. \
      Read-only, also while a server runs on the files. Each book ends with what it was made from: two \
      printouts with the same seq and chain are of the same books. What is set aside counts nowhere. \
      LOKSYNC_LANG=hi prints in Hindi. On a phone: loksync device books.
      """)

  @Argument(help: "Which book.")
  package var book: BookName
  @OptionGroup package var files: DataOptions
  @Option(help: "The block's LGD code.")
  package var block: BlockCode
  @Option(
    help: ArgumentHelp("The group. Only a portfolio goes without: it is the block's then.", valueName: "id"))
  package var cbo: RecordID?
  @OptionGroup package var options: BookOptions

  package init() {}

  package func validate() throws {
    if book != .portfolio, cbo == nil { throw ValidationError("A book is one group's: give --cbo.") }
  }

  package func run() throws {
    let reader = try ShardReader(path: DataDirectory(files.data).shard(of: block), block: block)
    if book == .portfolio {
      guard let found = try reader.portfolio(of: cbo, options.query(book).period) else { throw noGroup }
      return try options.show(found, of: cbo, title: cbo == nil ? "\(block)" : nil)
    }
    guard let books = try cbo.flatMap({ try reader.groupBooks(of: $0) }) else { throw noGroup }
    try options.show(book, of: books)
  }

  private var noGroup: Failure {
    Failure(
      .notFound, "block \(block) has no group \(cbo?.description ?? "")",
      next: "loksync shard records \(block) --entity cbo lists them")
  }
}
