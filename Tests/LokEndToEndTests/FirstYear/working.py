#!/usr/bin/env python3
"""Writes WORKING.md: where each figure of the balance sheet, of the DCB registers and of one passbook comes
from, added up from the cash-book lines. Exit 1 where a sum is not the one in expected.json.

    ./working.py            writes WORKING.md
    ./working.py --check    writes nothing; exit 1 if the file is stale
"""
import datetime
import json
import sys
from fractions import Fraction

# A run leaves nothing beside the sources.
sys.dont_write_bytecode = True
from check import (DISBURSED, HERE, INTEREST, LAST_DAY, LOANS_GIVEN, PASSBOOK_OF, REPAID, SAVINGS,
                   WRITTEN_OFF, Broken, check, day_of, half_up, replay)

NAMES = {
    1001: "Cash in hand", 1010: "Bank savings account", 1020: "Fixed deposit", 1100: "Loans to members",
    1210: "Share capital in VO/CLF", 2001: "Member savings, compulsory",
    2002: "Member savings, food security", 2003: "Member savings, health",
    2004: "Member savings, optional", 2100: "Bank term loan", 2120: "Loan from VO",
    3001: "Revolving fund", 3900: "Accumulated surplus", 4001: "Interest on member loans",
    4002: "Bank interest", 4003: "Membership fee", 4004: "Penalty", 4009: "Other income",
    5001: "Interest paid", 5002: "Bank charges", 5003: "Meeting expense", 5004: "Rent", 5005: "Honorarium",
    5006: "Travel", 5007: "Stationery", 5009: "Audit fee", 5010: "Loans written off",
}
STATES = {
    "rejected": "rejected by the checker, counts nowhere",
    "set aside": "waits for the checker, counts nowhere", "posted": "not approved yet, counts",
}


def rupees(paise):
    """1234500 paise as 12,345; odd paise are shown, since rounding would hide a difference."""
    text = f"{abs(paise) // 100:,}" + (f".{abs(paise) % 100:02}" if paise % 100 else "")
    return ("−" if paise < 0 else "") + text


def date(text):
    return day_of(str(text)).strftime("%d %b %y")


def added(parts):
    """`a 5 + b 3 − c 2`."""
    text = " ".join(f"{'−' if paise < 0 else '+'} {name} {rupees(abs(paise))}" for name, paise in parts)
    return text.removeprefix("+ ")


def runs(amounts):
    """`3 × 500 + 662`, in the order of the due days."""
    found = []
    for paise in amounts:
        if found and found[-1][1] == paise:
            found[-1][0] += 1
        else:
            found.append([1, paise])
    return " + ".join(f"{n} × {rupees(p)}" if n > 1 else rupees(p) for n, p in found) or "0"


class Working:
    def __init__(self):
        self.books = replay(json.loads((HERE / "scenario.json").read_text(encoding="utf-8")))
        self.expected = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))
        self.lines = self.posted(self.books)
        self.out = []
        # The passbook's running balances.
        self.saved = self.owed = 0

    @staticmethod
    def posted(books):
        """The cash book's lines that count, each with its meeting and day."""
        return [dict(line, meeting=name, day=books.meetings[name]["day"])
                for name in books.posted for line in books.meetings[name]["lines"]]

    def write(self, *lines):
        self.out += lines

    def moves(self, account):
        """What each kind moved in the account, debit positive, in the order in which kinds first appear."""
        found = {}
        for line in self.lines:
            debit, credit = self.books.sides(line)
            if account in (debit, credit):
                kind = line["kind"] + (" taken back" if line.get("reverses") else "")
                found[kind] = found.get(kind, 0) + (line["paise"] if account == debit else -line["paise"])
        return found

    def sheet_row(self, account, sign, expected):
        moves = [(kind, sign * paise) for kind, paise in self.moves(account).items()]
        check(sum(paise for _, paise in moves) == expected, f"{account} in the balance sheet")
        self.write(f"| {account} {NAMES[account]} | {added(moves)} | {rupees(expected)} |")

    def balance_sheet(self):
        sheet, trial = self.expected["balance_sheet"], self.expected["trial_balance"]
        self.write("## Balance sheet on 31 March 2026", "",
                   "Each account by the kinds of lines that moved it, from the opening balance on.", "",
                   "| account | from | Rs |", "|---|---|--:|")
        for code, paise in sheet["assets"].items():
            self.sheet_row(int(code), 1, paise)
        self.write(f"| **Assets** | {' + '.join(map(rupees, sheet['assets'].values()))} | "
                   f"**{rupees(sheet['total_assets'])}** |")
        for code, paise in {**sheet["liabilities"], **sheet["equity"]}.items():
            self.sheet_row(int(code), -1, paise)
        income = [(NAMES[int(a)], -p) for a, p in trial.items() if a[0] == "4"]
        expense = [(NAMES[int(a)], p) for a, p in trial.items() if a[0] == "5"]
        for thousand, parts, sign in ((4, income, -1), (5, expense, 1)):
            moved = sum(sum(self.moves(a).values()) for a in NAMES if a // 1000 == thousand)
            check(sign * moved == sum(p for _, p in parts), "income or expense")
        surplus = sum(p for _, p in income) - sum(p for _, p in expense)
        check(surplus == sheet["surplus_of_year"], "the surplus of the year")
        self.write(f"| Income | {added(income)} | {rupees(sum(p for _, p in income))} |",
                   f"| Expense | {added(expense)} | {rupees(sum(p for _, p in expense))} |",
                   f"| Surplus of the year | income − expense | {rupees(surplus)} |")
        sources = [sum(sheet["liabilities"].values()), sum(sheet["equity"].values()), surplus]
        check(sum(sources) == sheet["total_sources"] == sheet["total_assets"], "the totals")
        self.write(f"| **Liabilities + equity + surplus** | {' + '.join(map(rupees, sources))} | "
                   f"**{rupees(sum(sources))}** |", "")

    def register(self):
        self.write("## Demand, collection, balance and overdue, 1 April 2025 to 31 March 2026", "",
                   "Nothing was demanded before the cut-off, so every row's arrears are 0. Due: what the",
                   "schedule asked in the year. Balance = due − relieved − collected. Overdue: the part of",
                   "the balance that fell due before 31 March. A loan that is repaid bears no interest from",
                   "then on.", "")
        for row in self.expected["dcb"]:
            self.loan(row, self.books, self.lines, self.expected["loans"])
        federation = self.expected["federation"]
        self.write("In the book of the VO, which lends to the group; the group owes the same in 2120:", "")
        for row in federation["dcb"]:
            self.loan(row, self.books.federation, self.posted(self.books.federation), federation["loans"])

    def loan(self, row, books, lines, positions):
        loan = books.loans[row["loan"]]
        t, last = loan.terms, day_of(LAST_DAY)
        demanded, reliefs = loan.demand(last)
        due = [line for line in demanded if line[0] <= last]
        rhythm = "14 days" if t["repay_every_days"] else "month"
        given_on = books.meetings[t["written_in"]]["day"]
        rate = f"{t['annual_rate_basis_points'] / 100:g} %"
        more = f", {t['moratorium_periods']} period of interest only" if t["moratorium_periods"] else ""
        owner = t["member"] or ("lent by the VO" if t.get("lender") else "owed to the bank")
        self.write(f"**{t['id']}** ({owner}): {rupees(t['principal_paise'])} at "
                   f"{rate} {t['method']}, {t['instalments']} instalments, each {rhythm} from "
                   f"{date(given_on)}{more}; {len(due)} fell due from {date(due[0][0])} to {date(due[-1][0])}.")
        paid = [line for line in lines if line.get("loan") == t["id"]]
        relieved = sum(paise for _, paise in reliefs)
        lost = sum(line["paise"] for line in paid if line["kind"] in WRITTEN_OFF)
        unpaid = sum(line[2] for line in due) - sum(l["paise"] for l in paid if l["kind"] in INTEREST)
        columns_of = (("principal", 1, REPAID, relieved), ("interest", 2, INTEREST, unpaid if lost else 0))
        for name, index, kinds, given_up in columns_of:
            parts = [line[index] for line in due]
            collected = [line["paise"] for line in paid if line["kind"] in kinds]
            columns = row[name]
            balance = sum(parts) - given_up - sum(collected)
            today = sum(line[index] for line in due if line[0] == last)
            check(columns == {"arrears": 0, "due": sum(parts), "relieved": given_up,
                              "collected": sum(collected), "balance": max(0, balance),
                              "overdue": max(0, balance - min(today, balance))}, f"{t['id']} {name}")
            relief = f"; relieved {rupees(given_up)}" if given_up else ""
            end = f"balance {rupees(balance)}, overdue {rupees(columns['overdue'])}"
            self.write(f"- {name}: due {runs(parts)} = {rupees(sum(parts))}{relief}; collected "
                       f"{runs(collected)} = {rupees(sum(collected))}; {end}")
        if any(line[1] % 100 for line in due):
            in_rupees = half_up(Fraction(t["principal_paise"], t["instalments"]), 100)
            count = -(-t["principal_paise"] // in_rupees)
            self.write(f"- in whole rupees, {rupees(in_rupees)} each, {count} instalments would repay it: "
                       "more than one too few, so they are in paise")
        for line in (line for line in paid if line["kind"] in WRITTEN_OFF):
            self.write(f"- written off {date(line['day'])}: {rupees(line['paise'])}, of which "
                       f"{rupees(relieved)} were due; the rest is never asked, and the interest is given up")
        for (day, paise), (_, instalments) in zip(reliefs, loan.reschedules):
            self.write(f"- rescheduled {date(day)}: arrears of {rupees(paise)} and what was not due yet, "
                       f"{rupees(loan.balance(day))} together, are spread over {instalments} new instalments")
        position = positions[t["id"]]
        given = sum(line["paise"] for line in paid if line["kind"] in DISBURSED)
        repaid = sum(line["paise"] for line in paid if line["kind"] in REPAID)
        check(position["outstanding"] == given - repaid - lost, f"{t['id']} outstanding")
        late = position["days_overdue"]
        since = last - datetime.timedelta(late)
        taken = [repaid, lost] if lost else [repaid]
        self.write(f"- outstanding {' − '.join(map(rupees, [given, *taken]))} = "
                   f"{rupees(position['outstanding'])}"
                   + (f"; {late} days overdue, since {date(since)}" if late else ""), "")

    def passbook(self):
        book = self.expected["passbook"]
        member = self.books.members[book["member"]]
        check(book["member"] == PASSBOOK_OF, "whose passbook it is")
        self.write(f"## Passbook of {member['id']}, {member['name']}", "",
                   "| meeting | day | line | Rs | savings | loan | where from |",
                   "|---|---|---|--:|--:|--:|---|")
        hers = [line for line in self.lines if line.get("member") == member["id"]]
        check(len(hers) == len(book["lines"]), "the passbook's length")
        for line, row in zip(hers, book["lines"]):
            check((line["kind"], line["day"]) == (row["what"], row["day"]), f"passbook line {line['id']}")
            self.passbook_row(line, row)

    def passbook_row(self, line, row):
        kind = line["kind"] + (" taken back" if line.get("reverses") else "")
        debit, credit = self.books.sides(line)
        if credit in SAVINGS or debit in SAVINGS:
            self.saved += line["paise"] if credit in SAVINGS else -line["paise"]
        elif LOANS_GIVEN in (debit, credit):
            self.owed += line["paise"] if debit == LOANS_GIVEN else -line["paise"]
        check((self.saved, self.owed) == (row["savings_after"], row["outstanding_after"]), line["id"])
        amounts = (rupees(row[key]) for key in ("paise", "savings_after", "outstanding_after"))
        cells = (line["meeting"], date(line["day"]), kind, *amounts, self.source(line))
        self.write(f"| {' | '.join(cells)} |")

    def source(self, line):
        """Of a payment on a loan: which instalments; of the rest: its line of the cash book."""
        where = line["id"] + (f", takes back {line['reverses']}" if line.get("reverses") else "")
        if line.get("loan") is None or line["kind"] not in REPAID | INTEREST:
            return where + (f", {line['loan']}" if line.get("loan") else "")
        index, kinds = (1, REPAID) if line["kind"] in REPAID else (2, INTEREST)
        before = 0
        for other in self.lines:
            if other["id"] == line["id"]:
                break
            if other.get("loan") == line["loan"] and other["kind"] in kinds:
                before += other["paise"]
        demanded, _ = self.books.loans[line["loan"]].demand(day_of(LAST_DAY))
        parts, start = [], 0
        for number, asked in enumerate(demanded, 1):
            share = min(before + line["paise"], start + asked[index]) - max(before, start)
            if share > 0:
                parts.append(f"no. {number}" + (f" ({rupees(share)})" if share < asked[index] else ""))
            start += asked[index]
        return f"{where}: {', '.join(parts)}"

    def happened(self):
        group = self.books
        self.write("# A group's first year, worked out", "",
                   "Amounts are rupees. M24 is the cut-off meeting, e1 the first line of its cash book;",
                   "scenario.json has them all. Here is where the figures of expected.json come from.", "")
        for name, meeting in group.meetings.items():
            if meeting["state"] != "approved":
                total = sum(line["paise"] for line in meeting["lines"])
                self.write(f"- {name} of {date(meeting['day'])}, lines of {rupees(total)}: "
                           f"{STATES[meeting['state']]}")
        unapproved = sum(line["paise"] for meeting in group.meetings.values() if meeting["state"] == "posted"
                         for line in meeting["lines"])
        check(unapproved == self.expected["unapproved_paise"], "what is unapproved")
        self.write(f"- unapproved together {rupees(unapproved)}; set aside at the end "
                   f"{rupees(self.expected['set_aside_paise'])}", "")

    def text(self):
        self.happened()
        self.balance_sheet()
        self.register()
        self.passbook()
        check(len(self.out) <= 200, f"{len(self.out)} lines are too many to read")
        return "\n".join(self.out) + "\n"


def main():
    path = HERE / "WORKING.md"
    try:
        text = Working().text()
    except Broken as broken:
        sys.exit(f"expected.json says otherwise: {broken}")
    if sys.argv[1:] == ["--check"]:
        if path.read_text(encoding="utf-8") != text:
            sys.exit("WORKING.md is stale: run working.py")
    else:
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
