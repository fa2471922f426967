package import ArgumentParser

/// The one executable: the server, its operator's tools, a phone for the terminal, the simulator.
package struct Loksync: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "loksync",
    abstract: "The books of Self-Help Groups: written offline in villages, kept durably per block.",
    discussion: """
      A first round:
        loksync init --data /srv/loksync --directory tools/sample/blocks.csv
        loksync serve --data /srv/loksync --listen 127.0.0.1:7711 --admin 127.0.0.1:7712
        loksync device enrol-code --data /srv/loksync --block 900001 --role EBK_SHG --scope block
        loksync simulate --directory tools/sample/blocks.csv --data /tmp/day --blocks 20 --devices 40

      Money is typed and shown in rupees, dates are YYYY-MM-DD in IST, ids are DEVICE-COUNTER.

      Exit codes: 0 done; 1 a check found a disagreement; 2 the command line is wrong; 65 a file is not \
      what it should be; 66 no such file, block or record; 69 the server or a block is not available; \
      70 a fault of this program; 74 a file could not be read or written.
      """,
    subcommands: [
      InitCommand.self, ServeCommand.self, RestoreCommand.self, DeviceCommand.self, BundleCommand.self,
      GroupBooksCommand.self,
      ShardCommand.self, SimulateCommand.self, LoadCommand.self, BenchCommand.self, WireCommand.self,
      VersionCommand.self,
    ])

  package init() {}
}
