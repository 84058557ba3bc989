"""The debtors that are otherwise in James are read, and whom James has is kept (M2)."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import sql

from exact_online.extract.debtors import BUCKETS, DebtorReading, stage_changed_debtors
from exact_online.ledger import Ledger
from tests.extract.conftest import OpenRun

Connection = psycopg.Connection[Any]

COLUMNS = (
    ("soort", "Gemeente"),
    ("naam", "Andere naam"),
    ("voorletters", "X."),
    ("voornaam", "Xander"),
    ("tussenvoegsel", "op den"),
    ("achternaam", "Andersen"),
    ("geslacht", "O"),
    ("straat", "Nieuwe straat"),
    ("huisnummer", "12"),
    ("toevoeging", "bis"),
    ("postcode", None),
    ("plaats", "Zwolle"),
    ("land", "BE"),
    ("telefoon", "050-1"),
    ("email", "x@y.nl"),
    ("iban", "NL91ABNA0417164300"),
    ("betalingsconditie", "CONTANT"),
)


class Nights:
    """Nights that read James, and plan all of it in the ledger as it is said to be."""

    def __init__(self, james: Connection, ledger: Connection, open_run: OpenRun) -> None:
        self.james, self.conn, self.ledger, self.open_run = james, ledger, Ledger(ledger), open_run
        self.run_id = ""

    def read(self, rules: str = "as now", *, in_full: bool = False, plans: bool = True) -> DebtorReading:
        self.run_id = self.open_run("de_brug")
        run = self.ledger.runs.get(self.run_id)
        reading = stage_changed_debtors(self.james, self.ledger, run, rules, in_full=in_full)
        if plans:
            self.book()
            self.ledger.james_debtors.settle(run)
        return reading

    def book(self) -> None:
        """Let what was staged be booked, each with a relation."""
        self.conn.execute("set session_replication_role = replica")  # as if each had been sent
        self.conn.execute(
            "with numbers as (select distinct btrim(debtor_number) as number from staged_debtor"
            " where run_id = %(run)s), made as ("
            " insert into relation (practice, debtor_number, exact_id)"
            " select 'de_brug', number, gen_random_uuid() from numbers on conflict do nothing)"
            " insert into booking (practice, kind, source_key, state, run_id, moved_in_run, settings_version,"
            " fingerprint, payload, debtor_number, exact_id, attempt, booked_at)"
            " select 'de_brug', 'debtor', 'debiteur:' || number, 'booked', %(run)s, %(run)s, 1,"
            " 'f', '{}', number, gen_random_uuid(), 1, now() from numbers"
            " where not exists (select 1 from booking where source_key = 'debiteur:' || number)",
            {"run": self.run_id},
        )

    def put(self, number: str, state: str, *, closed_by_person: bool = False) -> None:
        """Let a debtor be in a state."""
        self.conn.execute(
            "update booking set state = %(state)s, closed_by_person = %(closed)s,"
            " reason = case when %(state)s in ('rejected', 'held') then 'debtor_not_booked' end,"
            " unknown_since = case when %(state)s = 'doubtful' then now() end,"
            " exact_id = case when %(state)s in ('booked', 'closed') then gen_random_uuid() end"
            " where source_key = 'debiteur:' || %(number)s",
            {"state": state, "number": number, "closed": closed_by_person},
        )

    def kept(self) -> list[str]:
        rows = self.conn.execute("select debtor_number as n from james_debtor order by 1").fetchall()
        return [row["n"] for row in rows]

    def staged(self) -> set[str]:
        question = "select debtor_number as n from staged_debtor where run_id = %s"
        return {row["n"] for row in self.conn.execute(question, [self.run_id]).fetchall()}


@pytest.fixture
def nights(james: Connection, ledger: Connection, open_run: OpenRun) -> Nights:
    return Nights(james, ledger, open_run)


def change(james_owner: Connection, column: str, value: str | None, of: str = "26") -> None:
    statement = sql.SQL("update james.debiteur set {} = %s where debiteurnummer = %s")
    james_owner.execute(statement.format(sql.Identifier(column)), [value, of])


def new_one(james_owner: Connection, number: str) -> None:
    """Like debtor 26."""
    james_owner.execute(
        "insert into james.debiteur (debiteur_id, praktijk_id, debiteurnummer, soort, naam)"
        " select 99001, praktijk_id, %s, soort, naam from james.debiteur where debiteurnummer = '26'",
        [number],
    )


@pytest.fixture
def known(nights: Nights) -> Nights:
    """A practice of which everything is booked."""
    assert nights.read().debtors == 26
    return nights


def test_a_night_without_changes_reads_nobody(known: Nights) -> None:
    assert known.read() == DebtorReading(0, 0)
    assert len(known.kept()) == 26


@pytest.mark.parametrize(("column", "value"), COLUMNS, ids=[name for name, _ in COLUMNS])
def test_each_column_that_changes_reads_that_group(
    column: str, value: str | None, known: Nights, james_owner: Connection
) -> None:
    """And the next night nobody again: it settled."""
    change(james_owner, column, value)
    reading = known.read()
    assert reading.buckets == 1
    assert 0 < reading.debtors < 6
    assert "26" in known.staged()
    assert known.read() == DebtorReading(0, 0)


def test_what_is_kept_is_whom_james_has(known: Nights, james_owner: Connection) -> None:
    """New, gone, and with another number; of other groups nothing moves."""
    before = set(known.kept())
    new_one(james_owner, "7777")
    change(james_owner, "debiteurnummer", "2600")
    known.read()
    assert set(known.kept()) == before - {"26"} | {"7777", "2600"}
    james_owner.execute("delete from james.debiteur where debiteurnummer = '7777'")
    known.read()
    assert set(known.kept()) == before - {"26"} | {"2600"}
    change(james_owner, "debiteurnummer", "26", of="2600")
    known.read()
    assert set(known.kept()) == before


def test_a_night_that_did_not_plan_reads_its_groups_again(known: Nights, james_owner: Connection) -> None:
    change(james_owner, "plaats", "Zwolle")
    first = known.read(plans=False)
    assert first.buckets == 1
    assert known.read() == first
    assert known.read() == DebtorReading(0, 0)


@pytest.mark.parametrize("how", [{"rules": "others"}, {"in_full": True}], ids=str)
def test_all_are_read_when_asked_or_by_other_rules(known: Nights, how: dict[str, Any]) -> None:
    assert known.read(**how).debtors == 26


def test_who_has_no_relation_is_read_each_night(known: Nights) -> None:
    """Deleted in Exact, say: he is made again, and compared with what is nobody's."""
    known.conn.execute("delete from relation where debtor_number = '26'")
    assert known.read(plans=False) == DebtorReading(1, 0)
    assert known.staged() == {"26"}


@pytest.mark.parametrize("state", ["planned", "held", "rejected", "doubtful", "closed"])
def test_who_is_not_booked_is_read_each_night(known: Nights, state: str) -> None:
    """One that was closed for now too."""
    known.put("26", state)
    assert known.read(plans=False) == DebtorReading(1, 0)


def test_whom_a_person_closed_is_read_when_that_was_an_act(known: Nights) -> None:
    """Taken back later, James may have changed him meanwhile."""
    known.put("26", "closed", closed_by_person=True)
    assert known.read(plans=False) == DebtorReading(0, 0)
    known.ledger.acts.keep("de_brug", "close", "debiteur:26", "Els", "so decided", {})
    assert known.read(plans=False) == DebtorReading(1, 0)


def test_numbers_that_are_one_but_for_zeros_are_read_together(known: Nights, james_owner: Connection) -> None:
    """They are rejected together, so one of them alone would be judged wrongly."""
    new_one(james_owner, "0026")
    assert known.read().buckets == 1
    assert {"26", "0026"} <= known.staged()
    known.put("26", "rejected")
    known.read()
    assert known.staged() == {"26", "0026"}


def test_who_keeps_the_content_he_was_sent_with_leaves_his_group_open(
    known: Nights, james_owner: Connection
) -> None:
    """Doubtful while James changes him, booked as he was: the night after that he is read again."""
    known.put("26", "doubtful")
    change(james_owner, "plaats", "Zwolle")
    assert known.read().buckets == 1
    known.put("26", "booked")
    assert known.read().buckets == 1
    assert known.read() == DebtorReading(0, 0)


def test_whom_another_run_planned_is_read_again(known: Nights) -> None:
    """Days of history read James beside the night, and James may be as before by the next one."""
    known.ledger.james_debtors.unsettle("de_brug", ["26"])
    assert known.read().buckets == 1
    assert known.read() == DebtorReading(0, 0)


def test_a_james_without_debtors_keeps_nobody(known: Nights, james_owner: Connection) -> None:
    james_owner.execute("set session_replication_role = replica")
    james_owner.execute("delete from james.debiteur")
    assert known.read().debtors == 0
    assert known.kept() == []
    assert known.read() == DebtorReading(0, 0)


def test_a_number_of_blanks_or_none_is_kept_as_it_was_trimmed(known: Nights, james_owner: Connection) -> None:
    """The transform rejects both by name."""
    change(james_owner, "debiteurnummer", " 26 ")
    known.read()
    assert "26" in known.kept()
    assert len(known.kept()) == 26


def test_groups_are_a_power_of_two() -> None:
    """The mask of the hash counts on it."""
    assert BUCKETS.bit_count() == 1
