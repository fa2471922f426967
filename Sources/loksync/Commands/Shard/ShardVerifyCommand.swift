package import ArgumentParser
package import LokBooks
import LokServer
import LokShard

package struct ShardVerifyCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Recompute tree, chains, digests, books and trial balance from the journal and compare.",
    discussion: """
      Examples:
        loksync shard verify 900001 --data /srv/loksync
        loksync shard verify --all --data /srv/loksync --json

      Of the books it also checks that debits are credits, that members' and loans' shares make their
      accounts, and that nothing set aside or taken back counts. Of photos and pages beside the books it
      checks that each file has the SHA-256 of its name; what a record names and no phone has brought yet
      is counted. The server sets one that is damaged aside when a phone offers it again or asks for it, and
      takes it anew; device sync --check on the phone that took it offers it at once.

      Exit code 1: something differs; each difference is named with its place.
      """)

  @Argument(help: "The block's LGD code.")
  package var block: BlockCode?
  @Flag(help: "Every block of the data directory.")
  package var all = false
  @OptionGroup package var files: DataOptions
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    guard (block == nil) == all else { throw ValidationError("Give one of BLOCK and --all.") }
  }

  package func run() throws {
    let directory = DataDirectory(files.data)
    let blocks = try block.map { [$0] } ?? directory.blocksWithShards()
    let results = blocks.map { Self.verify($0, in: directory) }
    if output.json { try printJSON(results) } else { print(VerificationText.text(results)) }
    if !results.allSatisfy(\.isClean) { throw ExitCode(Failure.Exit.disagreement.rawValue) }
  }

  /// A block that cannot be read is a finding about that block: the others are verified all the same.
  private static func verify(_ block: BlockCode, in directory: DataDirectory) -> VerifiedShard {
    do {
      return try WorkFile.with { path in
        var verifier = try ShardVerifier(path: directory.shard(of: block), block: block, workPath: path)
        let findings = try verifier.findings()
        let named = try ShardReader(path: directory.shard(of: block), block: block).namedBlobs()
        let blobs = try BlobCheck(folder: directory.blobs(of: block), named: named)
        return VerifiedShard(
          block: block.rawValue, rows: verifier.rows,
          findings: (findings + blobs.findings).map(VerifiedShard.Finding.init),
          blobs: .init(
            whole: blobs.whole, bytes: blobs.bytes, underWay: blobs.underWay, notYetHere: blobs.notYetHere))
      }
    } catch {
      let failure = Failure(describing: error)
      return VerifiedShard(
        block: block.rawValue, rows: 0, findings: [.init(place: "file", problem: failure.what)])
    }
  }
}

extension VerifiedShard.Finding {
  fileprivate init(_ finding: ShardFinding) {
    self.init(place: finding.place, problem: finding.problem)
    guard let sum = finding.sum else { return }
    cbo = sum.cbo?.description
    account = sum.account?.rawValue
    share = sum.share?.description
    expectedPaise = sum.expected.rawValue
    foundPaise = sum.found.rawValue
  }
}
