/// What `DownloadBench` measured.
package struct DownloadReport: Codable, Sendable {
  package struct Round: Codable, Sendable {
    package var seconds: Double
    package var serverCPUSeconds: Double
    package var sets: Int
    package var changes: Int
    /// Of the sets, as they are stored.
    package var setBytes: Int
    package var snapshots: Int
    /// Of their files, as they are kept.
    package var snapshotBytes: Int
    /// What the sockets carried, down.
    package var wireBytes: Int
    /// From dialling to the last page, of each phone; ascending.
    package var microseconds: [Int]
  }

  package struct Row: Codable, Sendable {
    /// sets: all that was ever written; snapshots: the books as they stand; catchUp: what is new.
    package var kind: String
    /// 0 = the whole block.
    package var groups: Int
    package var phones: Int
    /// Of the round before them; of snapshots the one that makes their files.
    package var warmUpSeconds: Double
    package var rounds: [Round]
  }

  package var block: UInt32
  package var groups: Int
  package var setsPerGroup: Int
  package var changesPerSet: Int
  /// The groups, in the order in which rows take them.
  package var cbos: [UInt64]
  package var rows: [Row]
  package var serverResidentBytesMost: Int
  package var serverExitCode: Int32
}
