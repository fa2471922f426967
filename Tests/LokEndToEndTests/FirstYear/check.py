#!/usr/bin/env python3
"""Recomputes the group's books from scenario.json alone and prints them as JSON.

    ./check.py                      the books on 2026-03-31
    ./check.py --until 2025-11-29   the books on that day, from the steps up to it

Exit 1, naming the step, where the scenario breaks a rule of the books. Written from the chart, the postings
and the loans' semantics, and not from the server's code: where the two differ, one of them is wrong. What
this scenario has no use for (accrual, vouchers, closing meetings) is not written here.
"""
import argparse
import collections
import datetime
import json
import pathlib
import sys
from fractions import Fraction

HERE = pathlib.Path(__file__).resolve().parent
FIRST_DAY = "2025-04-01"
LAST_DAY = "2026-03-31"
PASSBOOK_OF = "m03"

CASH, BANK, SUSPENSE = 1001, 1010, 3990
LOANS_GIVEN, LOANS_TO_GROUPS, LOAN_FROM_VO = 1100, 1110, 2120
SAVINGS = (2001, 2002, 2003, 2004)
LOANS_OWED = (2100, 2110, 2120, 2150)
OF_LOANS = {LOANS_GIVEN, LOANS_TO_GROUPS, *LOANS_OWED}
# What each kind debits and credits.
POSTINGS = {
    "savingCompulsory": (1001, 2001), "savingFood": (1001, 2002), "savingHealth": (1001, 2003),
    "savingOptional": (1001, 2004), "savingWithdrawn": (2001, 1001), "savingFoodWithdrawn": (2002, 1001),
    "savingHealthWithdrawn": (2003, 1001), "savingOptionalWithdrawn": (2004, 1001),
    "loanGiven": (1100, 1001), "loanPrincipal": (1001, 1100), "loanInterest": (1001, 4001),
    "penalty": (1001, 4004), "membershipFee": (1001, 4003), "bankLoanReceived": (1010, 2100),
    "bankLoanRepaid": (2100, 1010), "interestPaid": (5001, 1010), "bankInterest": (1010, 4002),
    "bankCharge": (5002, 1010), "otherReceipt": (1001, 4009), "meetingExpense": (5003, 1001),
    "rent": (5004, 1001), "honorarium": (5005, 1001), "travel": (5006, 1001), "stationery": (5007, 1001),
    "auditFee": (5009, 1001), "federationShare": (1210, 1001), "cashDeposited": (1010, 1001),
    "cashWithdrawn": (1001, 1010), "depositMade": (1020, 1010), "loanWrittenOff": (5010, 1100),
    "voLoanReceived": (1010, 2120), "voLoanRepaid": (2120, 1001), "startupGrant": (1010, 3003),
    "groupLoanGiven": (1110, 1010), "groupLoanPrincipal": (1001, 1110), "groupLoanInterest": (1001, 4006),
}
OF_MEMBERS = {kind for kind, accounts in POSTINGS.items() if set(accounts) & {*SAVINGS, LOANS_GIVEN}}
OF_MEMBERS |= {"loanInterest", "penalty", "membershipFee"}
# The VO's loan is paid out and repaid in the VO's own book, where its terms stand.
DISBURSED = {"loanGiven", "bankLoanReceived", "openingDebit", "groupLoanGiven"}
REPAID = {"loanPrincipal", "bankLoanRepaid", "groupLoanPrincipal"}
INTEREST = {"loanInterest", "interestPaid", "groupLoanInterest"}
WRITTEN_OFF = {"loanWrittenOff"}


class Broken(Exception):
    """The scenario cannot have happened; says at which step."""


def day_of(text):
    return datetime.date.fromisoformat(text)


# --- Schedules -------------------------------------------------------------------------------------------

def half_up(amount, unit):
    """An exact amount of paise to the paisa or the rupee."""
    return int((Fraction(amount) / unit + Fraction(1, 2)) // 1) * unit


def month_later(day, months):
    """The same day of the month, or the last of a shorter one."""
    count = day.year * 12 + day.month - 1 + months
    first = datetime.date(count // 12, count % 12 + 1, 1)
    last = datetime.date((count + 1) // 12, (count + 1) % 12 + 1, 1) - datetime.timedelta(1)
    return min(first + datetime.timedelta(day.day - 1), last)


def period_rate(basis_points, every_days):
    """A month is a twelfth of a year, a week a 52nd."""
    year = Fraction(basis_points, 10_000)
    if every_days is None:
        return year / 12
    return year * every_days / 7 / 52 if every_days % 7 == 0 else year * every_days / 365


def parts(principal, rate, instalments, method, unit):
    """(principal, interest) of each instalment; None where the unit is too coarse for the terms."""
    if method == "emi":
        equal = half_up(principal / sum((1 + rate) ** -k for k in range(1, instalments + 1)), unit)
    else:
        equal = half_up(Fraction(principal, instalments), unit)
    found, balance = [], principal
    while balance > 0 and len(found) < instalments:
        base = principal if method == "flat" else balance
        interest = half_up(base * rate, unit if method == "emi" else 100)
        repaid = equal - interest if method == "emi" else equal
        is_last = len(found) == instalments - 1
        if repaid <= 0 and not is_last and unit == 100:
            return None
        repaid = balance if is_last else min(max(repaid, 1), balance)
        found.append((repaid, interest))
        balance -= repaid
    return found if unit == 1 or len(found) >= instalments - 1 else None


def schedule(start, principal, basis_points, instalments, method, every_days, moratorium):
    """(due day, principal, interest), ascending; a moratorium's periods ask for interest only."""
    rate = period_rate(basis_points, every_days)
    lines = [(0, half_up(principal * rate, 100))] * moratorium
    lines += (parts(principal, rate, instalments, method, 100)
              or parts(principal, rate, instalments, method, 1))
    due = (lambda n: month_later(start, n)) if every_days is None else (
        lambda n: start + datetime.timedelta(every_days * n))
    return [(due(n), p, i) for n, (p, i) in enumerate(lines, 1) if p or i]


def cut_from_the_end(lines, day, paise):
    """Takes principal from the last lines that fall due after the day."""
    kept = []
    for due, principal, interest in reversed(lines):
        cut = min(paise, principal) if due > day else 0
        kept.append((due, principal - cut, interest))
        paise -= cut
    return kept[::-1]


def standing(payments):
    """[(day, paise)] of which reversals, below zero, have taken back the latest before them."""
    kept = []
    for day, paise in payments:
        while paise < 0 and kept:
            paise += kept[-1][1]
            kept.pop()
            if paise > 0:
                kept.append((day, paise))
                paise = 0
        if paise > 0:
            kept.append((day, paise))
    return kept


class Loan:
    """One loan's terms and all that happened to it."""

    def __init__(self, terms):
        self.terms = terms
        self.events = []        # (day, "disbursed" | "repaid" | "interest" | "written off", paise)
        self.reschedules = []   # (day, instalments)

    def sum(self, what, through):
        return sum(paise for day, kind, paise in self.events if kind == what and day <= through)

    def balance(self, through):
        return (self.sum("disbursed", through) - self.sum("repaid", through)
                - self.sum("written off", through))

    def is_given_up(self, by):
        """Nothing is outstanding, and not because all of it was paid."""
        return self.sum("written off", by) > 0 and self.balance(by) <= 0

    def closed(self, by):
        """Since when nothing is outstanding."""
        days = sorted({day for day, kind, _ in self.events if kind != "interest" and day <= by})
        after = [day for day in days if all(self.balance(d) <= 0 for d in days if d >= day)]
        return after[0] if after else None

    def demand(self, as_of):
        """What was asked, line by line, and what a reschedule or write-off took away, as known on a day."""
        paid_out = [day for day, kind, _ in self.events if kind == "disbursed" and day <= as_of]
        if not paid_out:
            return [], []
        t = self.terms
        lines = schedule(min(paid_out), t["principal_paise"], t["annual_rate_basis_points"], t["instalments"],
                         t["method"], t["repay_every_days"], t["moratorium_periods"])
        reliefs = []

        def arrears(day):
            return (sum(p for due, p, _ in lines if due <= day) - self.sum("repaid", day)
                    - sum(a for _, a in reliefs))
        acts = [(day, "0 written off", paise) for day, kind, paise in self.events if kind == "written off"]
        payments = collections.Counter()
        for day, paise in standing([(day, paise) for day, kind, paise in self.events
                                    if kind == "repaid" and day <= as_of]):
            payments[day] += paise
        acts += [(day, "1 repaid", paise) for day, paise in payments.items()]
        acts += [(day, "2 rescheduled", instalments) for day, instalments in self.reschedules]
        for day, what, number in sorted(act for act in acts if act[0] <= as_of):
            if what == "1 repaid":
                # Up to the next instalment it is that one, early; more than it cuts the last ones off.
                was_ahead = max(0, -arrears(day) - number)
                ahead = max(0, -arrears(day))
                coming = [line for line in lines if line[0] > day]
                following = next((p for _, p, _ in coming if p), None)
                if following is not None and ahead - was_ahead > 0 and ahead > following:
                    left = sum(p for _, p, _ in coming) - (ahead - was_ahead)
                    reliefs.append((day, was_ahead - ahead))
                    lines = [line for line in lines if line[0] <= day] + self.shortened(coming, left)
            elif what == "0 written off":
                # First what is overdue, then what would have been due last.
                relieved = min(number, max(0, arrears(day)))
                if relieved:
                    reliefs.append((day, relieved))
                lines = cut_from_the_end(lines, day, number - relieved)
            elif self.balance(day) > 0:
                # What was due stays due in the registers of before; its arrears go into the new lines.
                reliefs.append((day, arrears(day)))
                lines = [line for line in lines if line[0] <= day]
                lines += schedule(day, self.balance(day), t["annual_rate_basis_points"], number, t["method"],
                                  t["repay_every_days"], 0)
        closed = self.closed(as_of)
        if closed:
            lines = [(due, p, i if due <= closed else 0) for due, p, i in lines]
        return lines, reliefs

    def shortened(self, lines, left):
        """The instalments as agreed until nothing is left; interest on what is left, but for a flat one's."""
        rate = period_rate(self.terms["annual_rate_basis_points"], self.terms["repay_every_days"])
        usual = next(p + i for _, p, i in lines if p)
        found = []
        for due, principal, interest in lines:
            if left <= 0:
                break
            if self.terms["method"] != "flat":
                interest = half_up(left * rate, 100)
            if self.terms["method"] == "emi" and principal:
                principal = usual - interest
            if principal:
                principal = left if due == lines[-1][0] else min(principal, left)
            left -= principal
            found.append((due, principal, interest))
        return found

    def position(self, as_of):
        """A payment settles the oldest demand first, principal and interest apart."""
        lines, reliefs = self.demand(as_of)
        outstanding = max(0, self.balance(as_of))
        principal_left = self.sum("repaid", as_of) + sum(a for _, a in reliefs)
        interest_left = self.sum("interest", as_of)
        overdue, overdue_interest, oldest = 0, 0, None
        for due, principal, interest in lines:
            unpaid = principal - max(0, min(principal, principal_left)) if outstanding else 0
            unpaid_interest = interest - max(0, min(interest, interest_left))
            if self.is_given_up(as_of):
                unpaid_interest = 0
            principal_left -= principal
            interest_left -= interest
            if due < as_of:
                overdue += unpaid
                overdue_interest += unpaid_interest
                if oldest is None and unpaid + unpaid_interest > 0:
                    oldest = due
        return {"disbursed": self.sum("disbursed", as_of), "outstanding": outstanding,
                "written_off": self.sum("written off", as_of),
                "overdue_principal": min(overdue, outstanding), "overdue_interest": overdue_interest,
                "days_overdue": (as_of - oldest).days if oldest else 0}

    def on_time(self, as_of):
        """What was paid by its due day, and what was asked; what was paid ahead counts when it falls due."""
        lines, reliefs = self.demand(as_of)
        paid, asked, interest_asked = 0, 0, 0
        for due, principal, interest in (line for line in lines if line[0] <= as_of):
            settled = self.sum("repaid", due) + sum(a for day, a in reliefs if day < due)
            paid += max(0, min(principal, settled - asked))
            paid += max(0, min(interest, self.sum("interest", due) - interest_asked))
            asked += principal
            interest_asked += interest
        return paid, asked + interest_asked

    def dcb(self, first, last):
        """The register's columns, principal and interest; arrears are those of the day before the period."""
        before = first - datetime.timedelta(1)
        lines, reliefs = self.demand(last)
        old_lines, old_reliefs = self.demand(before)
        position = self.position(last)
        result = {"loan": self.terms["id"]}
        for name, index, paid in (("principal", 1, "repaid"), ("interest", 2, "interest")):
            due = sum(line[index] for line in lines if line[0] <= last)
            old_due = sum(line[index] for line in old_lines if line[0] <= before)
            relief = sum(a for _, a in reliefs) if name == "principal" else 0
            old_relief = sum(a for _, a in old_reliefs) if name == "principal" else 0
            # Interest is given up with the loan, once.
            if name == "interest" and self.is_given_up(last):
                relief = max(0, due - self.sum(paid, last))
                old_relief = relief if self.is_given_up(before) else 0
            result[name] = {
                "arrears": max(0, old_due - self.sum(paid, before) - old_relief), "due": due - old_due,
                "relieved": relief - old_relief, "collected": self.sum(paid, last) - self.sum(paid, before),
                "balance": max(0, due - self.sum(paid, last) - relief),
                "overdue": position["overdue_" + name]}
        return result


# --- The steps -------------------------------------------------------------------------------------------

class Books:
    """Who wrote what, what counts, and the balances of what counts (debit positive)."""

    def __init__(self, scenario, book="group", everywhere=None):
        """Of the group, or of the federation that lends to it; meetings of all books stand everywhere."""
        self.book = book
        members = scenario["members"] if book == "group" else []
        self.members = {m["id"]: dict(m, left=None) for m in members}
        self.loans = {l["id"]: Loan(l) for l in scenario["loans"]}
        self.phones = scenario["phones"]
        self.formed = scenario[book]["formed"]
        self.everywhere = {} if everywhere is None else everywhere
        self.outbox = {phone: [] for phone in self.phones + ["checker"]}
        self.meetings = {}
        self.posted = []      # names of the meetings that count, in the order of posting
        self.balances = {}    # (account, who has a share or None): paise
        self.reversed = {}    # entry: the meeting that takes it back
        self.statements = []
        # What a phone saw at its last download: it writes on top of that.
        self.seen = {box: {"cash": 0, "number": 0, "states": {}} for box in self.outbox}
        check(len(self.members) == len(members), "two members of one id")
        check(len(self.loans) == len(scenario["loans"]), "two loans of one id")

    def own_loans(self):
        """Those whose terms stand in this book, paid out."""
        return [loan for loan in self.loans.values()
                if loan.terms.get("lender", "group") == self.book and loan.events]

    def balance(self, account, share=None):
        return self.balances.get((account, share), 0)

    def take(self, step):
        kind = step["step"]
        if kind == "sync":
            self.sync()
        elif kind == "meeting":
            self.write_meeting(step)
        elif kind in ("approve", "reject"):
            state = self.seen["checker"]["states"].get(step["meeting"])
            check(state == "posted" or (kind, state) == ("reject", "set aside"),
                  f"{kind} of {step['meeting']}, which is {state}")
            self.outbox["checker"].append(step)
        else:
            # Exits, reschedules and statements are written on the first phone.
            self.outbox[self.phones[0]].append(step)

    def write_meeting(self, step):
        name = step["name"]
        check(name not in self.meetings, "a second meeting of this name")
        check(step["phone"] in self.phones, "no such phone")
        check(step["type"] in ("cutoff", "regular", "special"), "no such type")
        seen = self.seen[step["phone"]]
        waiting = [other for other in self.outbox[step["phone"]] if other["step"] == "meeting"]
        due = seen["number"] + len(waiting) + 1
        check(step["type"] == "cutoff" or step["number"] == due, f"this phone is at number {due}")
        if step.get("replaces"):
            check(seen["states"].get(step["replaces"]) in ("rejected", "set aside"),
                  f"this phone does not know that {step['replaces']} is open")
        opening = seen["cash"] + sum(self.cash_of(other) for other in waiting)
        closing = opening + self.cash_of(step)
        self.meetings[name] = dict(step, state="written", opening=opening, closing=closing)
        self.everywhere[name] = self.meetings[name]
        self.outbox[step["phone"]].append(step)

    def cash_of(self, step):
        """Receipts less payments in cash."""
        net = 0
        for line in step["lines"]:
            debit, credit = self.sides(line)
            net += (debit == CASH) * line["paise"] - (credit == CASH) * line["paise"]
        return net

    def sync(self):
        """Phone by phone, the checker's last: first up, where it is judged, then down.

        So a phone sees what a later one sent only at the next sync.
        """
        for phone, box in self.outbox.items():
            for step in box:
                try:
                    getattr(self, "judge_" + step["step"])(step)
                except Broken as broken:
                    raise Broken(f"{title(step)}: {broken}") from None
            box.clear()
            number = self.meetings[self.posted[-1]]["number"] if self.posted else 0
            states = {name: meeting["state"] for name, meeting in self.meetings.items()}
            self.seen[phone] = {"cash": self.balance(CASH), "number": number, "states": states}

    def judge_meeting(self, step):
        meeting = self.meetings[step["name"]]
        last = self.meetings[self.posted[-1]] if self.posted else None
        if step.get("replaces"):
            replaced = self.meetings.get(step["replaces"], {})
            check(replaced.get("state") in ("rejected", "set aside") and replaced["phone"] == step["phone"],
                  f"replaces {step['replaces']}, which is not open")
        begins = last is None and self.book == "group"
        check((step["type"] == "cutoff") == begins, "the cut-off is the group's first meeting, and only that")
        is_taken = last is not None and step["number"] <= last["number"]
        if is_taken or step.get("closing_paise", meeting["closing"]) != meeting["closing"]:
            meeting["state"] = "set aside"
            return
        check(meeting["opening"] == self.balance(CASH), f"opens with {meeting['opening']} paise of cash, "
              f"the books hold {self.balance(CASH)}")
        if last:
            check(step["number"] == last["number"] + 1, "a meeting's number is skipped")
            check(step["day"] >= last["day"], "before the meeting before")
        check(step["day"] >= self.formed, "before the formation")
        self.check_attendance(step)
        for line in step["lines"]:
            try:
                self.check_line(step, line)
                self.post(line)
                self.check_limits(line)
            except Broken as broken:
                raise Broken(f"line {line['id']}: {broken}") from None
        check(self.balance(CASH) >= 0, f"cash of {self.balance(CASH)} paise at the closure")
        check(self.balance(BANK) >= 0, f"the bank is overdrawn to {self.balance(BANK)} paise")
        meeting["state"] = "posted"
        self.posted.append(step["name"])
        self.move_loans(step)

    def check_attendance(self, step):
        marked = step["present"] + step["absent"]
        check(len(set(marked)) == len(marked), "a member is marked twice")
        there = {m for m in self.members if self.is_member(m, step["day"])}
        check(set(marked) == there, f"marked are not the members of the day: {sorted(set(marked) ^ there)}")

    def is_member(self, member, day):
        left = self.members[member]["left"]
        return self.members[member]["joined"] <= day and (left is None or day <= left)

    def sides(self, line):
        kind = line["kind"]
        if kind == "openingDebit":
            sides = (line["account"], SUSPENSE)
        elif kind == "openingCredit":
            sides = (SUSPENSE, line["account"])
        else:
            check(kind in POSTINGS, f"line {line['id']}: no posting of {kind}")
            sides = POSTINGS[kind]
        return sides[::-1] if line.get("reverses") else sides

    def check_line(self, step, line):
        paise, member, loan = line["paise"], line.get("member"), line.get("loan")
        check(type(paise) is int and 0 < paise <= 10**13, "no amount")
        ids = [other["id"] for meeting in self.everywhere.values() for other in meeting["lines"]]
        check(ids.count(line["id"]) == 1, "a second line of this id")
        sides = self.sides(line)
        if line["kind"].startswith("opening"):
            check(step["type"] == "cutoff", "an opening balance outside the cut-off")
        needs_member = line["kind"] in OF_MEMBERS or bool(set(sides) & {*SAVINGS, LOANS_GIVEN})
        check(bool(member) or not needs_member, "names no member")
        if member:
            is_hers = member in self.members and self.is_member(member, step["day"])
            check(is_hers, f"{member} is no member then")
        if line["kind"] in INTEREST or set(sides) & OF_LOANS:
            check(bool(loan), "names no loan")
        if loan:
            check(loan in self.loans, f"no loan {loan}")
            terms = self.loans[loan].terms
            check(terms["member"] == member, f"{loan} is not a loan of {member}")
            written = self.everywhere.get(terms["written_in"], {}).get("state")
            check(terms["written_in"] == step["name"] or written in ("posted", "approved"),
                  f"{loan} is not written yet")
        if line["kind"] in DISBURSED and loan:
            check(terms["written_in"] == step["name"] and paise == terms["principal_paise"],
                  f"not the principal of {loan} in one line")
        if line.get("reverses"):
            self.check_reversal(line)

    def check_reversal(self, line):
        counting = [other for name in self.posted for other in self.meetings[name]["lines"]]
        target = next((other for other in counting if other["id"] == line["reverses"]), None)
        check(target is not None, "takes back what is not posted")
        same = all(target.get(key) == line.get(key) for key in ("kind", "paise", "member", "loan", "account"))
        check(same and not target.get("reverses"), "takes back something else")
        check(target["id"] not in self.reversed, "was taken back before")
        self.reversed[target["id"]] = line["id"]

    def post(self, line, sign=1):
        for account, paise in zip(self.sides(line), (sign * line["paise"], -sign * line["paise"])):
            share = line.get("member") if account in SAVINGS else None
            if account in OF_LOANS:
                share = line.get("loan")
            for key in {(account, None), (account, share)}:
                self.balances[key] = self.balances.get(key, 0) + paise

    def check_limits(self, line):
        debit, credit = self.sides(line)
        if debit in SAVINGS:
            check(self.balance(debit, line["member"]) <= 0, "more than she saved")
        if credit in (LOANS_GIVEN, LOANS_TO_GROUPS):
            check(self.balance(credit, line["loan"]) >= 0, "more than is outstanding")
        if debit in LOANS_OWED:
            check(self.balance(debit, line["loan"]) <= 0, "more than is owed")

    def move_loans(self, step, is_taken_back=False):
        for line in step["lines"]:
            kind = line["kind"]
            what = ("disbursed" if kind in DISBURSED else "repaid" if kind in REPAID
                    else "interest" if kind in INTEREST else "written off" if kind in WRITTEN_OFF else None)
            if line.get("loan") and what:
                paise = -line["paise"] if line.get("reverses") else line["paise"]
                events = self.loans[line["loan"]].events
                (events.remove if is_taken_back else events.append)((day_of(step["day"]), what, paise))

    def judge_approve(self, step):
        meeting = self.meetings[step["meeting"]]
        check(meeting["state"] == "posted", f"{step['meeting']} is {meeting['state']}")
        if meeting["type"] == "cutoff":
            check(self.balance(SUSPENSE) == 0, f"suspense of {self.balance(SUSPENSE)} paise")
        meeting["state"] = "approved"

    def judge_reject(self, step):
        meeting = self.meetings[step["meeting"]]
        if meeting["state"] == "posted":
            check(self.posted[-1] == step["meeting"], "later meetings stand on it")
            self.posted.pop()
            for line in meeting["lines"]:
                self.post(line, -1)
                self.reversed.pop(line.get("reverses"), None)
            self.move_loans(meeting, is_taken_back=True)
        else:
            check(meeting["state"] == "set aside", f"{step['meeting']} is {meeting['state']}")
        meeting["state"] = "rejected"

    def judge_exit(self, step):
        member = step["member"]
        check(member in self.members and self.members[member]["left"] is None, "no such member")
        saved = sum(self.balance(account, member) for account in SAVINGS)
        hers = [id for id, loan in self.loans.items() if loan.terms["member"] == member]
        owed = sum(self.balance(LOANS_GIVEN, id) for id in hers)
        check(saved == 0 and owed == 0, f"{member} is not settled")
        self.members[member]["left"] = step["day"]

    def judge_reschedule(self, step):
        loan = self.loans.get(step["loan"])
        check(loan is not None and loan.balance(day_of(step["day"])) > 0, "nothing is outstanding")
        loan.reschedules.append((day_of(step["day"]), step["instalments"]))

    def judge_statement(self, step):
        check(type(step["paise"]) is int, "no balance")
        self.statements.append(step)


def check(is_right, message):
    if not is_right:
        raise Broken(message)


def title(step):
    names = (step[key] for key in ("name", "meeting", "member", "loan", "day") if key in step)
    return f"{step['step']} {next(names, '')}".strip()


def replay(scenario, until=LAST_DAY):
    """The group's books after every step up to the first of a later day; `federation` is the VO's."""
    books = Books(scenario)
    books.federation = Books(scenario, "federation", books.everywhere)
    for number, step in enumerate(scenario["steps"], 1):
        if step.get("day", until) > until:
            break
        try:
            # The VO's phone sends before the group's: what it lends is written when the group takes it.
            if step["step"] == "sync" or step.get("book") == "federation":
                books.federation.take(step)
            if step.get("book") != "federation":
                books.take(step)
        except Broken as broken:
            raise Broken(f"step {number} ({title(step)}): {broken}") from None
        except (KeyError, TypeError) as wrong:
            raise Broken(f"step {number} ({title(step)}): {wrong!r}") from None
    else:
        check(not any(books.outbox.values()), "the last step: something was never synced")
    check(books.balance(SUSPENSE) == 0, f"the end: suspense of {books.balance(SUSPENSE)} paise")
    for loan in books.federation.own_loans():
        owed, lent = -books.balance(LOAN_FROM_VO, loan.terms["id"]), loan.balance(day_of(until))
        check(owed == lent, f"the end: the group owes {owed} paise of {loan.terms['id']}, the VO lent {lent}")
    return books


# --- The reports -----------------------------------------------------------------------------------------

def passbook(books, member):
    lines, savings = [], 0
    own = {id for id, loan in books.loans.items() if loan.terms["member"] == member}
    outstanding = 0
    for name in books.posted:
        for line in books.meetings[name]["lines"]:
            if line.get("member") != member and line.get("loan") not in own:
                continue
            debit, credit = books.sides(line)
            paise = line["paise"]
            if debit in SAVINGS or credit in SAVINGS:
                paise = paise if credit in SAVINGS else -paise
                savings += paise
            elif debit == LOANS_GIVEN:
                outstanding += paise
            elif credit == LOANS_GIVEN:
                outstanding -= paise
            elif line["kind"] == "loanInterest" and line.get("reverses"):
                paise = -paise
            lines.append({"day": books.meetings[name]["day"], "what": line["kind"], "paise": paise,
                          "savings_after": savings, "outstanding_after": outstanding})
    return {"member": member, "lines": lines}


def balance_sheet(trial):
    """On each account's normal side; income and expense stand in the surplus of the year."""
    def side(thousand, sign):
        return {str(a): sign * paise for a, paise in trial.items() if a // 1000 == thousand and paise}
    assets, liabilities, equity = side(1, 1), side(2, -1), side(3, -1)
    surplus = sum(side(4, -1).values()) - sum(side(5, 1).values())
    sources = sum(liabilities.values()) + sum(equity.values()) + surplus
    check(sum(assets.values()) == sources, "the end: the balance sheet does not balance")
    return {"assets": assets, "liabilities": liabilities, "equity": equity, "surplus_of_year": surplus,
            "total_assets": sum(assets.values()), "total_sources": sources}


def portfolio(loans, as_of):
    """What is lent to members; at risk is what is outstanding of loans late by more than 30, 60, 90 days."""
    positions = [loan.position(as_of) for loan in loans]
    outstanding = sum(p["outstanding"] for p in positions)

    def share(part, whole):
        return half_up(Fraction(10_000 * part, whole), 1) if whole else None

    def at_risk(days):
        return share(sum(p["outstanding"] for p in positions if p["days_overdue"] > days), outstanding)
    settled = [loan.on_time(as_of) for loan in loans]
    paid, asked = sum(p for p, _ in settled), sum(a for _, a in settled)
    return {"given": len(positions), "disbursed": sum(p["disbursed"] for p in positions),
            "running": sum(p["outstanding"] > 0 for p in positions), "outstanding": outstanding,
            "overdue_principal": sum(p["overdue_principal"] for p in positions),
            "overdue_interest": sum(p["overdue_interest"] for p in positions),
            "at_risk_basis_points": [at_risk(30), at_risk(60), at_risk(90)],
            "repayment_rate_basis_points": share(paid, asked)}


def accounts(books):
    """Debit less credit of each account that holds anything."""
    trial = {account: books.balance(account) for account, share in books.balances if share is None}
    return {account: paise for account, paise in sorted(trial.items()) if paise}


def loan_reports(books, as_of):
    loans = books.own_loans()
    trial = accounts(books)
    return {
        "trial_balance": {str(a): paise for a, paise in trial.items()},
        "loans": {loan.terms["id"]: loan.position(as_of) for loan in loans},
        "balance_sheet": balance_sheet(trial),
        "dcb": [loan.dcb(day_of(FIRST_DAY), as_of) for loan in loans],
    }


def reports(books, until=LAST_DAY):
    as_of = day_of(until)

    def total(state):
        found = [meeting for meeting in books.meetings.values() if meeting["state"] == state]
        return sum(line["paise"] for meeting in found for line in meeting["lines"])
    return {
        **loan_reports(books, as_of),
        "members": {m: {str(a): -books.balance(a, m) for a in SAVINGS} for m in books.members},
        "portfolio": portfolio([loan for loan in books.own_loans() if loan.terms["member"]], as_of),
        "federation": loan_reports(books.federation, as_of),
        "passbook": passbook(books, PASSBOOK_OF),
        "set_aside_paise": total("set aside"),
        "unapproved_paise": total("posted"),
        "meetings": [{"name": name, "opening_paise": m["opening"], "closing_paise": m["closing"],
                      "state": m["state"]} for name, m in books.meetings.items()],
    }


def main():
    parser = argparse.ArgumentParser(description="Recomputes the books of scenario.json.")
    parser.add_argument("--until", default=day_of(LAST_DAY), metavar="YYYY-MM-DD", type=day_of)
    until = str(parser.parse_args().until)
    if not FIRST_DAY <= until <= LAST_DAY:
        parser.error(f"the year is {FIRST_DAY} to {LAST_DAY}")
    scenario = json.loads((HERE / "scenario.json").read_text(encoding="utf-8"))
    try:
        print(json.dumps(reports(replay(scenario, until), until), indent=1))
    except Broken as broken:
        sys.exit(f"scenario.json is broken at {broken}")


if __name__ == "__main__":
    main()
