import Foundation
package import LokTransport

/// What a simulation is asked to do.
package struct RunOptions: Sendable {
  package enum Target: Sendable {
    /// A server of its own on this data directory, as another process; made with the block directory where
    /// it is not there yet. `executable` is the loksync binary.
    case local(data: String, executable: String)
    /// A server that runs. `codes` is a file of `block,role,scope,code`; `fingerprint` nil = without TLS.
    case remote(HostPort, codes: String, fingerprint: String?)
  }

  package var workload: WorkloadOptions
  /// A block directory as CSV.
  package var directory: String
  package var names: String
  /// Groups a state (`state_shg_scale.csv`); nil = all states weigh the same.
  package var scale: String?
  package var target: Target
  /// Phones that are at work at the same time.
  package var concurrency: Int
  /// Without TLS; on loopback only.
  package var insecure: Bool
  /// Where the phones' stores and the workload's files lie.
  package var folder: String
  /// The server goes on when the run is over.
  package var keepsServer: Bool

  package init(
    workload: WorkloadOptions, directory: String, names: String, scale: String? = nil, target: Target,
    concurrency: Int = 32, insecure: Bool = false, folder: String, keepsServer: Bool = false
  ) {
    self.workload = workload
    self.directory = directory
    self.names = names
    self.scale = scale
    self.target = target
    self.concurrency = concurrency
    self.insecure = insecure
    self.folder = folder
    self.keepsServer = keepsServer
  }

  /// Nil = the days go on without an outage.
  package var stampede: StampedeOptions?

  /// In front of each phone; nil = good ones.
  package var link: LinkProfile?

  var actFile: String { folder + "/acts.jsonl" }
  var recordedFile: String { folder + "/recorded.jsonl" }
  func store(of phone: Int) -> String { "\(folder)/\(Self.storePrefix)\(phone).sqlite" }

  /// Some are there already.
  var holdsStores: Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.contains { $0.hasPrefix(Self.storePrefix) }
  }
  private static let storePrefix = "phone-"
}
