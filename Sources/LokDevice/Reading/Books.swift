package import LokBooks

/// A CBO's books as this phone sees them: confirmed, with its own outbox on top.
package struct Books: Hashable, Sendable {
  package struct Line: Hashable, Sendable {
    package var account: Account
    /// Debit - credit.
    package var balance: Paise
  }
  package struct Member: Hashable, Sendable {
    package var id: RecordID
    /// Nil where this phone has not been given her key.
    package var identity: MemberIdentity?
    package var contact: MemberContact?
    package var bank: MemberBank?
    /// By savings account, positive = hers.
    package var savings: [Account: Paise]
  }
  package struct Loan: Hashable, Sendable {
    package var id: RecordID
    package var member: RecordID?
    package var borrowerCBO: RecordID?
    package var principal: Paise
    package var outstanding: Paise
  }
  /// A set, or one of its changes, that stands in the books without counting.
  package struct SetAsideLine: Hashable, Sendable {
    /// Nil = an own set that the server has not judged yet.
    package var seq: Seq?
    package var verdict: Verdict
  }

  package var cbo: RecordID
  package var name: String?
  package var tier: Tier?
  package var lastMeeting: UInt32?
  package var cash: Paise
  /// Ascending by account; sums to zero.
  package var trialBalance: [Line]
  package var members: [Member]
  package var loans: [Loan]
  package var setAside: [SetAsideLine]
  /// How many own sets of this CBO are counted here without the server's word.
  package var provisionalSets: Int

  /// Debits less credits; anything but zero is a fault. Nil = beyond what can be summed.
  package var trialBalanceSum: Paise? {
    trialBalance.reduce(Optional(Paise.zero)) { $0?.adding($1.balance) }
  }
}

/// A CBO that this phone holds or has made.
package struct HeldGroup: Hashable, Sendable {
  package var id: RecordID
  package var name: String?
  package var tier: Tier?
  package var parent: RecordID?
}
