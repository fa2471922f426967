package import ArgumentParser
package import LokBooks
import LokServer
import LokShard
import LokWire

package struct QuarantineCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "quarantine",
    abstract: "Sets whose sender is in doubt, or on which the server failed: look, release, reject.",
    discussion: """
      Examples:
        loksync shard quarantine list 900001 --data /srv/loksync
        loksync shard quarantine show 900001@41 --data /srv/loksync
        loksync shard quarantine release 900001@41 --data /srv/loksync --reason "her phone was stolen later"
        loksync shard quarantine reject 900001@41 --data /srv/loksync --reason "copied phone"
      """,
    subcommands: [
      QuarantineListCommand.self, QuarantineShowCommand.self, QuarantineReleaseCommand.self,
      QuarantineRejectCommand.self,
    ])

  package init() {}
}

package struct QuarantineListCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "What nobody has decided about yet.",
    discussion: """
      Example:
        loksync shard quarantine list 900001 --data /srv/loksync
      """)

  @Argument(help: "The block's LGD code.")
  package var block: BlockCode
  @OptionGroup package var files: DataOptions
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() throws {
    let path = DataDirectory(files.data).shard(of: block)
    let kept = try ShardInspector(path: path, block: block).quarantine()
    if output.json { try printJSON(kept) } else { print(ShardText.quarantine(kept, of: block)) }
  }
}

package struct QuarantineShowCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "One set as it was sent: its changes, field by field.",
    discussion: """
      Example:
        loksync shard quarantine show 900001@41 --data /srv/loksync

      What is sealed stays so. A set that cannot be read can only be rejected.
      """)

  @Argument(help: ArgumentHelp("BLOCK@SEQ, as the list shows it.", valueName: "set"))
  package var set: SetReference
  @OptionGroup package var files: DataOptions
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() throws {
    let block = try set.blockGiven()
    let path = DataDirectory(files.data).shard(of: block)
    guard let lines = try ShardReader(path: path, block: block).quarantinedSet(set.seq) else {
      throw Failure(
        .notFound, "nothing readable is kept as \(set)", next: "loksync shard quarantine list shows what is")
    }
    if output.json {
      try printJSON(lines.map { HistoryText.JSON($0, block) })
    } else {
      print(HistoryText.text(lines, block))
    }
  }
}

package struct QuarantineReleaseCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "release",
    abstract: "Let a set be judged as it stands, under its own numbers.",
    discussion: """
      Example:
        loksync shard quarantine release 900001@41 --data /srv/loksync --reason "her phone was stolen later"

      The rules still say what becomes of it; it goes to the phones of its group like any other.
      """)

  @OptionGroup package var decision: QuarantineDecisionOptions

  package init() {}

  package func run() async throws { try await decision.send(isRelease: true, "is released") }
}

package struct QuarantineRejectCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "reject",
    abstract: "Keep a set out of the books for good; its bytes stay.",
    discussion: """
      Example:
        loksync shard quarantine reject 900001@41 --data /srv/loksync --reason "copied phone"
      """)

  @OptionGroup package var decision: QuarantineDecisionOptions

  package init() {}

  package func run() async throws { try await decision.send(isRelease: false, "is rejected") }
}

package struct QuarantineDecisionOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("BLOCK@SEQ, as the list shows it.", valueName: "set"))
  package var set: SetReference
  @OptionGroup package var files: DataOptions
  @Option(help: "Why; it stays in the block's journal.")
  package var reason: String
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    guard reason.contains(where: { !$0.isWhitespace }) else {
      throw ValidationError("--reason stays in the block's journal: say why.")
    }
  }

  func send(isRelease: Bool, _ what: String) async throws {
    let block = try set.blockGiven()
    let decision = Command.QuarantineDecision(seq: set.seq, isRelease: isRelease, reason: reason)
    let reply = try await OperatorChannel.send(.quarantineDecision(block, decision), data: files.data)
    if output.json {
      try printJSON(OperatorAnswer(reply))
    } else {
      print(OperatorAnswer(reply).text("The set \(set) \(what)", block))
    }
  }
}

extension SetReference {
  /// - Throws: `Failure` where the reference leaves the block out and no file says which it is.
  fileprivate func blockGiven() throws -> BlockCode {
    guard let block else {
      throw Failure(.usage, "the set \(self) names no block", next: "Write it as BLOCK@SEQ, 900001@41")
    }
    return block
  }
}
