import Foundation
import LokBooks

/// One SHG's first year as FirstYear/scenario.json has it, and what FirstYear/check.py makes of it.
struct FirstYearScenario: Decodable {
  struct Group: Decodable {
    let name: String
    let formed: String
    let meeting_every_days: UInt32
  }
  struct Member: Decodable {
    let id: String
    let name: String
    let joined: String
  }
  struct Loan: Decodable {
    let id: String
    let member: String?
    let principal_paise: Int64
    let annual_rate_basis_points: UInt32
    let instalments: UInt32
    let method: String
    let repay_every_days: UInt32?
    let moratorium_periods: UInt32
    let written_in: String
    let source: Int64?
    /// In whose book it stands; nil = the group's.
    let lender: String?
  }
  struct Line: Decodable {
    let id: String
    let kind: String
    let paise: Int64
    let member: String?
    let loan: String?
    let account: UInt32?
    let reverses: String?
  }
  struct Step: Decodable {
    let step: String
    let name: String?
    /// Whose meeting it is; nil = the group's.
    let book: String?
    let phone: String?
    let number: UInt32?
    let day: String?
    let type: String?
    let present: [String]?
    let absent: [String]?
    let lines: [Line]?
    let closing_paise: Int64?
    let replaces: String?
    let meeting: String?
    let reason: String?
    let member: String?
    let loan: String?
    let instalments: UInt32?
    let paise: Int64?
  }
  let group: Group
  /// The VO that lends to the group.
  let federation: Group
  let members: [Member]
  let loans: [Loan]
  let steps: [Step]

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("FirstYear")

  static func read() throws -> FirstYearScenario {
    try JSONDecoder().decode(
      Self.self, from: Data(contentsOf: folder.appendingPathComponent("scenario.json")))
  }
}

/// The figures that the year has to end with, recomputed apart from LokSync.
struct FirstYearFigures: Decodable, Equatable {
  struct Loan: Decodable, Equatable {
    let disbursed: Int64
    let outstanding: Int64
    let written_off: Int64
    let overdue_principal: Int64
    let overdue_interest: Int64
    let days_overdue: Int64
  }
  struct BalanceSheet: Decodable, Equatable {
    let assets: [String: Int64]
    let liabilities: [String: Int64]
    let equity: [String: Int64]
    let surplus_of_year: Int64
    let total_assets: Int64
    let total_sources: Int64
  }
  struct Columns: Decodable, Equatable {
    let arrears: Int64
    let due: Int64
    let relieved: Int64
    let collected: Int64
    let balance: Int64
    let overdue: Int64
  }
  struct Demand: Decodable, Equatable {
    let loan: String
    let principal: Columns
    let interest: Columns
  }
  struct Passbook: Decodable, Equatable {
    struct Line: Decodable, Equatable {
      let day: String
      let savings_after: Int64
      let outstanding_after: Int64
    }
    let member: String
    let lines: [Line]
  }
  /// What is recomputed of any book with loans.
  struct Lending: Decodable, Equatable {
    let trial_balance: [String: Int64]
    let loans: [String: Loan]
    let balance_sheet: BalanceSheet
    let dcb: [Demand]
  }
  struct Portfolio: Decodable, Equatable {
    let given: Int
    let running: Int
    let disbursed: Int64
    let outstanding: Int64
    let overdue_principal: Int64
    let overdue_interest: Int64
    /// PAR30, 60 and 90.
    let at_risk_basis_points: [Int64?]
    let repayment_rate_basis_points: Int64?
  }
  var lending: Lending {
    Lending(trial_balance: trial_balance, loans: loans, balance_sheet: balance_sheet, dcb: dcb)
  }
  let federation: Lending
  /// Of the loans to members.
  let portfolio: Portfolio
  let trial_balance: [String: Int64]
  let members: [String: [String: Int64]]
  let loans: [String: Loan]
  let balance_sheet: BalanceSheet
  let dcb: [Demand]
  let passbook: Passbook
  let set_aside_paise: Int64
  let unapproved_paise: Int64

  static func committed() throws -> FirstYearFigures {
    let file = FirstYearScenario.folder.appendingPathComponent("expected.json")
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
  }

  /// What check.py says now; nil where there is no Python.
  static func recomputed() throws -> FirstYearFigures? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", FirstYearScenario.folder.appendingPathComponent("check.py").path]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    // 127: env found no python3.
    if process.terminationStatus == 127 { return nil }
    return try JSONDecoder().decode(Self.self, from: data)
  }
}
