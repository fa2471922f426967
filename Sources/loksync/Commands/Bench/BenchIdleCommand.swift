package import ArgumentParser
import LokSimulator

package struct BenchIdleCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "idle",
    abstract: "What a server keeps in memory for a connection that says nothing.",
    discussion: """
      Examples:
        loksync bench idle --directory tools/sample/blocks.csv --data /tmp/bench --connections 1000
        loksync bench idle --directory tools/sample/blocks.csv --data /tmp/bench --connections 50000 \
      --insecure

      Makes the data directory, starts a server of its own on it (another process) and stops it. Each \
      connection says Hello; then all are silent. Memory is the process's share (Pss), before and with \
      them. Each needs an open file at both ends: see ulimit -n.
      """)

  @OptionGroup package var server: BenchServerOptions
  @Option(help: "How many.")
  package var connections = 1_000
  @Flag(help: "Without TLS.")
  package var insecure = false

  package init() {}

  package func validate() throws {
    guard (1...500_000).contains(connections) else {
      throw ValidationError("--connections is 1 to 500000.")
    }
  }

  package func run() async throws {
    var options = IdleBench.Options(
      directory: server.directory, data: server.data, executable: server.executable)
    options.connections = connections
    options.isInsecure = insecure
    print(try await IdleBench(options).run().benchJSON())
  }
}
