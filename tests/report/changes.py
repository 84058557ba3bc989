"""A small ledger, and what may happen to all that a comparison reads of it."""

from __future__ import annotations

import datetime as dt
import json
import random
from typing import Any
from uuid import UUID

from psycopg import sql

from exact_online.ledger import Ledger, Run
from tests.ledger_cases import open_run

OURS, OTHERS = "praktijk_a", "praktijk_b"
FIRST = dt.date(2026, 11, 1)
SUSPENSE = "00000000-0000-4000-8000-00000000c0de"
STATES = (
    "booked",
    "booked",
    "booked",
    "exported",
    "closed",
    "planned",
    "sending",
    "doubtful",
    "rejected",
    "held",
)
RELATIONS = ("00000000-0000-4000-8000-0000000000a1", "00000000-0000-4000-8000-0000000000a2")
DEBTORS = ("1001", "1002")
ENTRIES = tuple(f"00000000-0000-4000-9000-0000000000{number:02}" for number in range(10))


class World:
    """A small ledger and what happens to it: few numbers, references and entries, so that they
    meet.
    """

    def __init__(self, ledger: Ledger, seed: int) -> None:
        self.ledger, self.conn, self.by = ledger, ledger.conn, random.Random(seed)
        self.run = open_run(ledger, OURS)
        self.other_run = open_run(ledger, OTHERS)

    def change(self) -> str:
        """One thing happens; returns its name."""
        what = self.by.choice(
            (
                self.new_record, self.new_record, self.new_version, self.move, self.move, self.edit,
                self.line, self.james, self.entry, self.entry, self.entry, self.edit_line, self.drop_lines,
                self.relation, self.neighbour, self.share, self.drop_record, self.book_as_sent,
                self.book_as_sent,
            )
        )  # fmt: skip
        what()
        return what.__name__

    def one(self, statement: str, *values: Any) -> Any:
        rows = self.conn.execute(f"{statement} order by 1".encode(), values).fetchall()
        return self.by.choice(rows) if rows else None

    def write(self, statement: str, names: tuple[str, ...], values: list[Any]) -> None:
        self.conn.execute(sql.SQL(statement).format(*map(sql.Identifier, names)), values)

    def new_record(self) -> None:
        self.insert(OURS, self.run, f"factuur:{self.by.randint(1, 12)}", self.by.choice(STATES))

    def new_version(self) -> None:
        if row := self.one("select source_key from booking where practice = %s", OURS):
            self.insert(OURS, self.run, row["source_key"], self.by.choice(STATES))

    def neighbour(self) -> None:
        """Another practice, which may share the division, has an entry."""
        if self.by.random() < 0.7:
            self.insert(OTHERS, self.other_run, f"factuur:{self.by.randint(1, 4)}", "booked")
        else:
            self.conn.execute(
                "update booking set exact_id = %s where practice = %s", [self.by.choice(ENTRIES), OTHERS]
            )

    def insert(self, practice: str, run: Run, key: str, state: str) -> int:
        number, cents = self.by.randint(1, 6), self.by.choice((1000, 2210, -1000))
        kind = self.by.choice(("sales_entry", "sales_entry", "general_journal_entry"))
        line = {"GLAccount": SUSPENSE}
        row = self.conn.execute(
            "insert into booking (practice, kind, source_key, version, state, run_id, settings_version,"
            " fingerprint, payload, debtor_number, journal, financial_year, financial_period, entry_date,"
            " entry_number, reference, total_cents, reason, exact_id, credits_key, booked_relation)"
            " select %(practice)s, %(kind)s, %(key)s, 1 + coalesce(max(version), 0), %(state)s, %(run)s, 1,"
            " '', %(payload)s, %(debtor)s, %(journal)s, 2026, 11, %(day)s, %(number)s, %(reference)s,"
            " %(cents)s, %(reason)s, %(entry)s, %(credits)s, %(relation)s"
            " from booking where practice = %(practice)s and source_key = %(key)s returning booking_id",
            {
                "practice": practice, "kind": kind, "key": key, "state": state, "run": run.run_id,
                "payload": json.dumps({"GeneralJournalEntryLines": [line]}),
                "debtor": self.by.choice(DEBTORS), "journal": "70" if kind == "sales_entry" else "90",
                "day": self.day(),
                "number": number, "reference": self.reference(), "cents": cents,
                "reason": "no_lines" if state in ("rejected", "held") else None,
                "entry": self.by.choice(ENTRIES) if state in ("booked", "closed") else None,
                "credits": f"factuur:{self.by.randint(1, 12)}" if self.by.random() < 0.2 else None,
                "relation": self.by.choice((*RELATIONS, None)),
            },
        ).fetchone()  # fmt: skip
        assert row is not None
        self.conn.execute(
            "insert into booking_line (booking_id, line_number, profession, revenue_group, vat_rate,"
            " gl_account, vat_code, gross_cents, vat_cents)"
            " values (%s, 1, '', 'patients', 'zero', '8010', '0', %s, 0)",
            [row["booking_id"], cents],
        )
        return int(row["booking_id"])

    def book_as_sent(self) -> None:
        """A record is booked, and Exact shows the entry as it was sent."""
        row = self.one(
            "select b.booking_id, b.*, (select r.exact_id from relation as r where r.practice = b.practice"
            " and r.debtor_number = b.debtor_number) as handed from booking as b"
            " where b.practice = %s and b.is_latest",
            OURS,
        )
        if row is None:
            return
        entry = self.by.choice(ENTRIES)
        taken = self.conn.execute("select 1 from booking where exact_id = %s", [entry]).fetchone()
        if taken:
            return
        state = self.by.choice(("booked", "booked", "exported"))
        self.conn.execute(
            "update booking set state = %s, exact_id = %s, due_date = null where booking_id = %s",
            [state, entry if state == "booked" else None, row["booking_id"]],
        )
        self.conn.execute("delete from exact_line where practice = %s and entry_id = %s", [OURS, entry])
        relation = row["booked_relation"] or row["handed"]
        debit = "1300" if row["kind"] == "sales_entry" else "1101"
        reference = row["reference"] if row["kind"] == "sales_entry" else str(row["entry_number"])
        for account, cents in ((debit, row["total_cents"]), ("8010", -row["total_cents"])):
            self.insert_line(
                entry,
                row["journal"],
                row["entry_number"],
                row["entry_date"],
                account,
                cents,
                reference,
                relation,
            )

    def insert_line(
        self,
        entry: str,
        journal: str,
        number: int,
        day: dt.date,
        account: str,
        cents: int,
        reference: str | None,
        relation: UUID | str | None,
    ) -> None:
        self.conn.execute(
            "insert into exact_line (practice, line_id, entry_id, journal, financial_year, financial_period,"
            " entry_number, entry_date, gl_account, cents, relation_id, vat_code, reference)"
            " values (%s, %s, %s, %s, 2026, 11, %s, %s, %s, %s, %s, %s, %s)",
            [OURS, UUID(int=self.by.getrandbits(128)), entry, journal, number, day, account, cents, relation,
             "0" if account == "8010" else None, reference],
        )  # fmt: skip

    def move(self) -> None:
        if row := self.one("select booking_id from booking where practice = %s", OURS):
            state = self.by.choice(STATES)
            self.conn.execute(
                "update booking set state = %s, reason = 'no_lines', exact_id = coalesce(exact_id, %s),"
                " closed_by_person = %s where booking_id = %s",
                [state, self.by.choice(ENTRIES), self.by.random() < 0.5, row["booking_id"]],
            )

    def edit(self) -> None:
        if row := self.one("select booking_id from booking where practice = %s", OURS):
            name, value = self.by.choice(
                (
                    ("exact_id", self.by.choice(ENTRIES)), ("entry_number", self.by.randint(1, 6)),
                    ("reference", self.reference()), ("entry_date", self.day()), ("total_cents", 2210),
                    ("credits_key", f"factuur:{self.by.randint(1, 12)}"), ("financial_period", 12),
                    ("debtor_number", self.by.choice(DEBTORS)), ("booked_relation", None),
                    ("booked_relation", RELATIONS[0]), ("due_date", dt.date(2027, 1, 1)), ("journal", "70"),
                    ("payload", "{}"), ("booked_at", "2026-11-20"),
                )
            )  # fmt: skip
            self.write(
                "update booking set {} = %s where booking_id = %s", (name,), [value, row["booking_id"]]
            )

    def line(self) -> None:
        if row := self.one(
            "select booking_id from booking_line inner join booking using (booking_id) where practice = %s",
            OURS,
        ):
            if self.by.random() < 0.7:
                self.conn.execute(
                    "update booking_line set gross_cents = %s where booking_id = %s",
                    [self.by.choice((1000, 2210)), row["booking_id"]],
                )
            else:
                self.conn.execute("delete from booking_line where booking_id = %s", [row["booking_id"]])

    def james(self) -> None:
        key = f"factuur:{self.by.randint(1, 12)}"
        if self.by.random() < 0.4:
            self.conn.execute("delete from james_change where practice = %s and source_key = %s", [OURS, key])
            return
        line = {"gl_account": "8010", "vat_code": "0", "gross_cents": 1500, "vat_cents": 0}
        found = {
            "reason": None, "journal": "70", "financial_year": 2026, "financial_period": 11,
            "entry_number": 1, "kind": "sales_entry", "reference": self.reference(),
            "entry_date": str(self.day()),
            "total_cents": 1500, "debtor_number": self.by.choice(DEBTORS), "payload": "{}",
            "lines": [{**line, "revenue_group": "patients", "vat_rate": "zero"}],
        }  # fmt: skip
        self.conn.execute(
            "insert into james_change (practice, source_key, found, run_id) values (%s, %s, %s, %s)"
            " on conflict (practice, source_key) do update set found = excluded.found",
            [OURS, key, json.dumps(found) if self.by.random() < 0.6 else None, self.run.run_id],
        )

    def entry(self) -> None:
        """Somebody enters something in our journals."""
        entry, number, day = self.by.choice(ENTRIES), self.by.randint(1, 8), self.day()
        journal, reference, relation = (
            self.by.choice(("70", "90")),
            self.reference(),
            self.by.choice(RELATIONS),
        )
        for account, cents in (("1300", 1000), ("8010", -1000)):
            self.insert_line(entry, journal, number, day, account, cents, reference, relation)

    def edit_line(self) -> None:
        if row := self.one("select line_id, entry_id from exact_line where practice = %s", OURS):
            name, value = self.by.choice(
                (
                    ("cents", 1500), ("entry_number", self.by.randint(1, 8)), ("reference", self.reference()),
                    ("entry_date", self.day()), ("entry_id", self.by.choice(ENTRIES)), ("gl_account", "8032"),
                    ("due_date", dt.date(2027, 1, 2)), ("relation_id", RELATIONS[1]), ("vat_code", "2"),
                )
            )  # fmt: skip
            column = self.by.choice(("entry_id", "line_id"))
            self.write(
                "update exact_line set {} = %s where practice = %s and {} = %s",
                (name, column),
                [value, OURS, row[column]],
            )

    def drop_lines(self) -> None:
        self.conn.execute(
            "delete from exact_line where practice = %s and entry_id = %s", [OURS, self.by.choice(ENTRIES)]
        )

    def relation(self) -> None:
        debtor, relation = self.by.choice(DEBTORS), self.by.choice(RELATIONS)
        self.conn.execute("delete from relation where practice = %s and exact_id = %s", [OURS, relation])
        if self.by.random() < 0.8:
            self.conn.execute(
                "insert into relation (practice, debtor_number, exact_id) values (%s, %s, %s)"
                " on conflict (practice, debtor_number) do update set exact_id = excluded.exact_id",
                [OURS, debtor, relation],
            )

    def share(self) -> None:
        """The two practices share a division, or no longer do; then all is compared once."""
        if self.by.random() < 0.2:
            self.conn.execute("alter table practice disable trigger practice_division_is_free")
            self.conn.execute(
                "update practice set division = case when code = %s or %s then 1 else 2 end",
                [OURS, self.by.random() < 0.5],
            )

    def drop_record(self) -> None:
        """Past its term."""
        practice = self.by.choice((OURS, OTHERS))
        if row := self.one("select booking_id from booking where practice = %s", practice):
            for table in ("booking_line", "booking"):
                self.write("delete from {} where booking_id = %s", (table,), [row["booking_id"]])
            # The latest version is deleted with all others of its record.
            self.conn.execute(
                "update booking as b set is_latest = not exists (select 1 from booking as n"
                " where n.practice = b.practice and n.source_key = b.source_key and n.version > b.version)"
                " where b.is_latest <> not exists (select 1 from booking as n where n.practice = b.practice"
                " and n.source_key = b.source_key and n.version > b.version)"
            )

    def day(self) -> dt.date:
        return FIRST + dt.timedelta(days=self.by.randint(0, 3))

    def reference(self) -> str | None:
        return self.by.choice(("1", "2", "3", "4", "5", None))

    def equal(self, numbers: range) -> None:
        """Sales entries that stand in Exact as they were booked."""
        for number in numbers:
            booking_id = self.insert(OURS, self.run, f"factuur:{number}", "planned")
            entry, relation = ENTRIES[number], RELATIONS[0]
            self.conn.execute(
                "update booking set state = 'booked', kind = 'sales_entry', journal = '70', exact_id = %s,"
                " entry_number = %s, reference = %s, booked_relation = %s, credits_key = null,"
                " entry_date = %s, total_cents = 1000 where booking_id = %s",
                [entry, number, str(number), relation, FIRST, booking_id],
            )
            self.conn.execute(
                "update booking_line set gross_cents = 1000 where booking_id = %s", [booking_id]
            )
            for account, cents in (("1300", 1000), ("8010", -1000)):
                self.insert_line(entry, "70", number, FIRST, account, cents, str(number), relation)
