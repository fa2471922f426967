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
        loksync books loans --data /srv/loksync --block 900001 --cbo 1-2 --loan 2-9

      Read-only, also while a server runs on the files. Each book ends with what it was made from: two \
      printouts with the same seq and chain are of the same books. What is set aside counts nowhere. \
      LOKSYNC_LANG=hi prints in Hindi. On a phone: loksync device books.
      """)

  @Argument(help: "Which book.")
  package var book: BookName
  @OptionGroup package var files: DataOptions
  @Option(help: "The block's LGD code.")
  package var block: BlockCode
  @Option(help: ArgumentHelp("The group.", valueName: "id"))
  package var cbo: RecordID
  @OptionGroup package var options: BookOptions

  package init() {}

  package func run() throws {
    let path = DataDirectory(files.data).shard(of: block)
    guard let books = try ShardReader(path: path, block: block).groupBooks(of: cbo) else {
      throw Failure(
        .notFound, "block \(block) has no group \(cbo)",
        next: "loksync shard records \(block) --entity cbo lists them")
    }
    try options.show(book, of: books)
  }
}
