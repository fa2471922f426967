/// The administrative blocks a simulation chooses from: any file with the columns of `lgd_blocks.csv`.
package struct BlockChoice: Sendable {
  package struct Row: Hashable, Sendable {
    package let state: UInt32
    package let stateName: String
    package let block: UInt32
    package let name: String
    package init(state: UInt32, stateName: String, block: UInt32, name: String) {
      self.state = state
      self.stateName = stateName
      self.block = block
      self.name = name
    }
  }

  /// Ascending by block code, each code once.
  package let rows: [Row]
  /// SHGs in an average block of each state; the residual for states that are not named.
  private let weights: [String: Int]

  package init(rows: [Row], groupsPerBlock: [String: Int] = [:]) {
    var known: Set<UInt32> = []
    self.rows = rows.filter { known.insert($0.block).inserted }.sorted { $0.block < $1.block }
    weights = groupsPerBlock
  }

  /// - Parameter scale: a file with the columns of `state_shg_scale.csv`; without it all blocks weigh the
  ///   same.
  package init(path: String, scale: String? = nil) throws {
    let table = try CommaSeparated(contentsOf: path)
    let rows = try table.values("state_code", "state_name", "block_code", "block_name", in: path)
      .compactMap { fields -> Row? in
        guard let state = UInt32(fields[0]), let block = UInt32(fields[2]) else { return nil }
        return Row(state: state, stateName: fields[1].uppercased(), block: block, name: fields[3])
      }
    var weights: [String: Int] = [:]
    if let scale {
      let table = try CommaSeparated(contentsOf: scale)
      for fields in try table.values("state_name", "est_shgs_per_block", in: scale) {
        weights[fields[0].hasPrefix("REST OF INDIA") ? "" : fields[0].uppercased()] = Int(fields[1])
      }
    }
    self.init(rows: rows, groupsPerBlock: weights)
  }

  /// How many SHGs an average block of this state has, or 1,300, the national mean.
  package func weight(of row: Row) -> Int { weights[row.stateName] ?? weights[""] ?? 1_300 }

  /// `count` blocks, states with more groups per block more often; ascending by code.
  package func choose(_ count: Int, by generator: inout SeededGenerator) throws -> [Row] {
    guard count <= rows.count else {
      throw SimulationError.tooFewBlocks(asked: count, inDirectory: rows.count)
    }
    if count == rows.count { return rows }
    var left = rows
    var total = left.reduce(0) { $0 + weight(of: $1) }
    var chosen: [Row] = []
    for _ in 0..<count {
      var draw = generator.below(total)
      var place = 0
      while place < left.count - 1, draw >= weight(of: left[place]) {
        draw -= weight(of: left[place])
        place += 1
      }
      total -= weight(of: left[place])
      chosen.append(left.remove(at: place))
    }
    return chosen.sorted { $0.block < $1.block }
  }
}
