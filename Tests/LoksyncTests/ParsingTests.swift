import ArgumentParser
import LokBooks
import LokDevice
import LokWire
import Testing
import loksync

/// The command line is parsed only; nothing runs.
@Suite struct ParsingTests {
  private func parsed<Command>(_ type: Command.Type, _ line: String) throws -> Command {
    let command = try Loksync.parseAsRoot(line.split(separator: " ").map(String.init))
    return try #require(command as? Command)
  }

  @Test func `a grant list names the block or groups`() throws {
    let code = try parsed(
      EnrolCodeCommand.self,
      "device enrol-code --data D --block 6341 --role ebk_shg --scope shg:12-3,vo:12-1,block --count 20")
    #expect(code.block == BlockCode(6341))
    #expect(code.role == .bookkeeperSHG)
    #expect(code.count == 20 && code.validDays == 14)
    let three = RecordID(device: DeviceNumber(12), counter: 3)
    let one = RecordID(device: DeviceNumber(12), counter: 1)
    #expect(code.scope.grants == [.cbo(three), .cbo(one), .block])
  }

  @Test func `a meeting is read from flags, with Devanagari digits`() throws {
    let meeting = try parsed(
      RecordMeetingCommand.self,
      "device record meeting --store S --cbo 1-2 --date २०२५-१०-०८ --present 1-3 --absent 1-5 "
        + "--saving 1-3=५० --repay 1-9@1-3=500 --interest 1-9@1-3=20 --pay-loan 1-4@1-5=5,000 "
        + "--line meeting-expense=20.50"
    )
    let draft = try meeting.draft()
    let asha = RecordID(device: DeviceNumber(1), counter: 3)
    let rani = RecordID(device: DeviceNumber(1), counter: 5)
    let old = EntryDraft.Loan.known(RecordID(device: DeviceNumber(1), counter: 9))
    let new = EntryDraft.Loan.known(RecordID(device: DeviceNumber(1), counter: 4))
    #expect(draft.day == Day(year: 2025, month: 10, day: 8))
    #expect(draft.attendance == [.init(asha, isPresent: true), .init(rani, isPresent: false)])
    #expect(
      draft.entries == [
        EntryDraft(.savingCompulsory, Paise(5_000), member: asha),
        EntryDraft(.loanPrincipal, Paise(50_000), member: asha, loan: old),
        EntryDraft(.loanInterest, Paise(2_000), member: asha, loan: old),
        EntryDraft(.loanGiven, Paise(500_000), member: rani, loan: new),
        EntryDraft(.meetingExpense, Paise(2_050)),
      ])
    #expect(draft.number == nil && draft.closingCash == nil)
  }

  @Test(arguments: [
    ("", "Usage"),
    ("nonsense", "nonsense"),
    ("init --data D", "--directory"),
    ("serve --data D --listen 0.0.0.0:1 --insecure", "loopback"),
    ("serve --data D --listen nowhere", "--listen"),
    ("serve --data D --certificate c.pem", "come together"),
    ("serve --data D --connections 0", "1 or more"),
    ("device enrol-code --data D --block 0 --role EBK_SHG --scope block", "--block"),
    ("device enrol-code --data D --block 1 --role KING --scope block", "EBK_SHG"),
    ("device enrol-code --data D --block 1 --role EBK_SHG --scope shg:0-0", "--scope"),
    ("device enrol-code --data D --block 1 --role EBK_SHG --scope block,block", "--scope"),
    ("device enrol-code --data D --block 1 --role EBK_SHG --scope block --count 0", "1 to 1000"),
    ("device scope --data D --block 1 --device 2", "--add"),
    ("device revoke --data D --block 1 --device 0", "--device"),
    ("device register --store S --server h:1 --code 1-AAAAA-AAAAA", "one of"),
    ("device register --store S --server h:1 --code 1-AAAAA-AAAAA --insecure", "loopback"),
    ("device register --store S --server 127.0.0.1:1 --code hello --insecure", "no enrolment code"),
    ("device register --store S --server h:1 --code 1-AAAAA-AAAAA --fingerprint zz", "64 hex"),
    ("device record meeting --store S --cbo 1-2", "one of --date and --file"),
    ("device record meeting --store S --cbo 1-2 --file F --present 1-3", "in the file"),
    ("device record meeting --store S --cbo 1-2 --date 2025-02-30", "--date"),
    ("device record meeting --store S --cbo 1-2 --date 2025-02-03 --present 1-3 --absent 1-3", "both"),
    ("device record meeting --store S --cbo 1-2 --date 2025-02-03 --saving 1-3", "--saving"),
    ("device record cbo --store S --tier SHG --name N --formed 2025-01-01 --meets-every 8", "7, 14, 28"),
    (
      "device record member --store S --cbo 1-2 --name N --joined 2025-01-01 --phone 1234567890", "ten digits"
    ),
    (
      "device record loan --store S --cbo 1-2 --amount 5 --rate 12 --instalments 3 --date 2025-01-01",
      "one of"
    ),
    ("books ledger --data D --block 1", "--cbo"),
    ("device books portfolio --store S", "--cbo"),
    ("shard show x --data D", "block"),
    ("shard verify --data D", "one of"),
    ("shard verify 5 --all --data D", "one of"),
    ("shard records 5 --data D --entity coin", "entity"),
    ("simulate --directory C", "one of --data and --server"),
    ("simulate --directory C --server 127.0.0.1:5", "--codes"),
    ("simulate --directory C --data D --blocks 0", "1 to"),
    ("simulate --directory C --data D --link moon", "mtu-hole"),
    ("simulate --directory C --data D --link hill --stampede 5", "exclude each other"),
    ("simulate --directory C --data D --quick", "--national-day"),
    ("simulate --directory C --data D --national-day --stampede 9", "without --stampede"),
    ("simulate --directory C --server 127.0.0.1:5 --codes F --insecure --national-day", "--data"),
    ("simulate --directory C --data D --national-day --rate 5", "--rate is"),
    ("simulate --directory C --data D --national-day --burst-seconds 0", "--burst-seconds is"),
    ("load --directory C --data D --blocks 0", "1 to"),
    ("load --directory C --data D --changes 13", "14 to"),
  ])
  func `a wrong command line ends with code 2 and names what is wrong`(line: String, part: String) async {
    let end = await Run.ending(arguments: line.split(separator: " ").map(String.init))
    if line.isEmpty {
      #expect(end.code == 0 && end.output?.contains("USAGE") == true)
      return
    }
    #expect(end.code == Failure.Exit.usage.rawValue)
    #expect(end.output == nil)
    #expect(end.error?.contains(part) == true, "\(end.error ?? "")")
  }
}
