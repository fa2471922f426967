/// A phone after its last sync: its file, and what only its own library can tell: digests, printed codes,
/// what is overdue.
package struct AuditedPhone: Sendable {
  package struct Digest: Hashable, Sendable {
    package var cbo: UInt64
    package var seq: UInt64
    package var chain: [UInt8]
    package var state: [UInt8]
    package init(cbo: UInt64, seq: UInt64, chain: [UInt8], state: [UInt8]) {
      self.cbo = cbo
      self.seq = seq
      self.chain = chain
      self.state = state
    }
  }

  /// A member's loan at the end of a day, as the phone's books show it.
  package struct Loan: Hashable, Sendable {
    package var cbo: UInt64
    package var loan: UInt64
    package var day: Int32
    package var outstandingPaise: Int64
    package var overduePaise: Int64
    package init(cbo: UInt64, loan: UInt64, day: Int32, outstandingPaise: Int64, overduePaise: Int64) {
      self.cbo = cbo
      self.loan = loan
      self.day = day
      self.outstandingPaise = outstandingPaise
      self.overduePaise = overduePaise
    }
  }

  package var phone: Int
  package var block: UInt32
  package var path: String
  /// Nil = it never finished a sync.
  package var lastSync: Int64?
  /// Of each CBO it holds, computed from its own reopened file.
  package var own: [Digest]
  /// The server's answer, asked for after the last sync of all phones.
  package var server: [Digest]
  /// Where its books are not what its own sets make: groups and tables.
  package var findings: [String]
  /// The printed codes it shows, by group and member.
  package var codes: [UInt64: String]
  /// Of all its groups, on the same days.
  package var loans: [Loan]

  package init(
    phone: Int, block: UInt32, path: String, lastSync: Int64?, own: [Digest], server: [Digest],
    findings: [String] = [], codes: [UInt64: String], loans: [Loan]
  ) {
    self.phone = phone
    self.block = block
    self.path = path
    self.lastSync = lastSync
    self.own = own
    self.server = server
    self.findings = findings
    self.codes = codes
    self.loans = loans
  }
}

/// A head of a block's tree, fetched after the last sync.
package struct AuditedHead: Sendable {
  package var block: UInt32
  package var epoch: [UInt8]
  package var size: UInt64
  package var root: [UInt8]
  package var time: Int64
  package var signature: [UInt8]
  package init(
    block: UInt32, epoch: [UInt8], size: UInt64, root: [UInt8], time: Int64, signature: [UInt8]
  ) {
    self.block = block
    self.epoch = epoch
    self.size = size
    self.root = root
    self.time = time
    self.signature = signature
  }
}
