"""What is fetched is what the ledger lacks: final, in range, unknown or changed (M1, M3, M20)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import psycopg
import pytest

from exact_online.extract.james import StagedCounts, stage_invoices
from exact_online.failures import ContractBroken
from exact_online.ledger import Ledger
from tests.extract.conftest import OpenRun

Connection = psycopg.Connection[Any]
START, END = dt.date(2025, 10, 1), dt.date(2026, 11, 16)
DE_BRUG = 2
FINAL = """
    with final as (
        select 'factuur:' || factuur_id as key, totaalbedrag, gefactureerd_op from james.factuur
        where praktijk_id = %(id)s and status <> 'te factureren'
        union all
        select 'declaratie:' || declaratie_id, totaalbedrag, gefactureerd_op from james.declaratie
        where praktijk_id = %(id)s and status <> 'te factureren')
    select count(*), sum(totaalbedrag) from final
    where (gefactureerd_op at time zone 'Europe/Amsterdam')::date >= %(start)s
    and (gefactureerd_op at time zone 'Europe/Amsterdam')::date < %(end)s"""

DIFFERENCE = """
    (select to_jsonb(i) - 'run_id' from staged_invoice as i where run_id = %(one)s
    except all select to_jsonb(i) - 'run_id' from staged_invoice as i where run_id = %(other)s)
    union all
    (select to_jsonb(l) - 'run_id' from staged_invoice_line as l where run_id = %(one)s
    except all select to_jsonb(l) - 'run_id' from staged_invoice_line as l where run_id = %(other)s)"""


def some_factuur(owner: Connection) -> int:
    """A final invoice of de_brug from October 2026."""
    found = owner.execute(
        "select min(factuur_id) from james.factuur where praktijk_id = %s and gefactureerd_op > '2026-10-01'",
        [DE_BRUG],
    ).fetchone()
    assert found
    return int(found[0])


def staged_keys(ledger: Connection, run: str) -> set[str]:
    return {
        row["invoice_key"]
        for row in ledger.execute("select invoice_key from staged_invoice where run_id = %s", [run])
    }


WAYS = {
    "booked": ("planned", "sending", "booked"),
    "doubtful": ("planned", "doubtful"),
    "held": ("planned", "held"),
    "sending": ("planned", "sending"),
}
"""State -> the moves that lead there; the others are first states."""


def book(ledger: Connection, run: str, key: str, state: str) -> None:
    """The ledger knows this staged invoice, in this state."""
    first, *moves = WAYS.get(state, (state,))
    ledger.execute(
        """
        insert into booking (practice, kind, source_key, state, run_id, moved_in_run, settings_version,
                             fingerprint, payload, debtor_number, source_changed_at, reason, exact_id)
        select 'de_brug', 'sales_entry', invoice_key, %(state)s, run_id, run_id, 1, 'f', '{}', debtor_number,
               changed_at, 'r', gen_random_uuid()
        from staged_invoice where run_id = %(run)s and invoice_key = %(key)s""",
        {"state": first, "run": run, "key": key},
    )
    for move in moves:
        ledger.execute(
            "update booking set state = %s, moved_in_run = %s where source_key = %s", [move, run, key]
        )


@pytest.mark.parametrize(("code", "practice_id"), [("noorderlicht", 1), ("de_brug", 2), ("loopwinkel", 3)])
@pytest.mark.parametrize("start", [START, dt.date(2026, 10, 1)], ids=["all history", "from the link date"])
def test_every_final_invoice_in_range_is_staged_with_james_own_total(
    code: str,
    practice_id: int,
    start: dt.date,
    james: Connection,
    james_owner: Connection,
    ledger: Connection,
    open_run: OpenRun,
) -> None:
    """M3, M20"""
    counts = stage_invoices(james, Ledger(ledger).staging, open_run(code), code, start, END)
    expected = james_owner.execute(FINAL, {"id": practice_id, "start": start, "end": END}).fetchone()
    staged = ledger.execute("select count(*), sum(total) from staged_invoice").fetchone()
    lines = ledger.execute("select count(*), sum(amount) from staged_invoice_line").fetchone()
    assert staged is not None
    assert lines is not None
    assert tuple(staged.values()) == expected
    assert tuple(lines.values()) == (counts.lines, staged["sum"])
    assert counts.invoices == counts.keys == staged["count"]


def test_chunks_do_not_change_what_is_staged(
    james: Connection, ledger: Connection, open_run: OpenRun
) -> None:
    small, big = open_run("noorderlicht"), open_run("noorderlicht")
    few = stage_invoices(james, Ledger(ledger).staging, small, "noorderlicht", START, END, keys_per_chunk=7)
    assert few == stage_invoices(james, Ledger(ledger).staging, big, "noorderlicht", START, END)
    assert ledger.execute(DIFFERENCE, {"one": small, "other": big}).fetchall() == []


def test_a_task_that_runs_again_stages_once(james: Connection, ledger: Connection, open_run: OpenRun) -> None:
    run = open_run("de_brug")
    first = stage_invoices(james, Ledger(ledger).staging, run, "de_brug", START, END)
    assert stage_invoices(james, Ledger(ledger).staging, run, "de_brug", START, END) == first
    assert ledger.execute("select count(*) as n from staged_invoice_line").fetchone() == {"n": first.lines}


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-10-14 23:59:59.999999", dt.date(2026, 10, 14)),
        ("2026-10-15 00:00:00", dt.date(2026, 10, 15)),
        ("2026-10-25 02:30:00+02", dt.date(2026, 10, 25)),
        ("2026-10-25 23:59:59.999", dt.date(2026, 10, 25)),
        ("2026-03-29 00:00:00", dt.date(2026, 3, 29)),
        ("2025-12-31 23:30:00", dt.date(2025, 12, 31)),
    ],
)
def test_an_invoice_belongs_to_one_day_of_amsterdam(
    moment: str,
    day: dt.date,
    james: Connection,
    james_owner: Connection,
    ledger: Connection,
    open_run: OpenRun,
) -> None:
    """FR-E1, FR-E4, FR-E8: the day is half open, so exactly one day has it."""
    factuur = some_factuur(james_owner)
    james_owner.execute("set timezone to 'Europe/Amsterdam'")
    james_owner.execute(
        "update james.factuur set gefactureerd_op = %s where factuur_id = %s", [moment, factuur]
    )
    for offset in (-1, 0, 1):
        run, start = open_run("de_brug"), day + dt.timedelta(offset)
        stage_invoices(james, Ledger(ledger).staging, run, "de_brug", start, start + dt.timedelta(1))
        assert (f"factuur:{factuur}" in staged_keys(ledger, run)) is (offset == 0)
    staged = ledger.execute(
        "select invoice_date from staged_invoice where invoice_key = %s", [f"factuur:{factuur}"]
    ).fetchall()
    assert staged == [{"invoice_date": day}]


def test_a_draft_is_not_selected(
    james: Connection, james_owner: Connection, ledger: Connection, open_run: OpenRun
) -> None:
    """M3, FR-G23: not even one that has a number and a day already."""
    factuur, run = some_factuur(james_owner), open_run("de_brug")
    james_owner.execute("update james.factuur set status = 'te factureren' where factuur_id = %s", [factuur])
    stage_invoices(james, Ledger(ledger).staging, run, "de_brug", START, END)
    assert f"factuur:{factuur}" not in staged_keys(ledger, run)


def test_a_final_invoice_without_a_day_is_staged_to_be_rejected(
    james: Connection, james_owner: Connection, ledger: Connection, open_run: OpenRun
) -> None:
    """Nothing is lost because a field is empty."""
    factuur, run = some_factuur(james_owner), open_run("de_brug")
    james_owner.execute("update james.factuur set gefactureerd_op = null where factuur_id = %s", [factuur])
    stage_invoices(james, Ledger(ledger).staging, run, "de_brug", START, END)
    assert f"factuur:{factuur}" in staged_keys(ledger, run)


@pytest.mark.parametrize(
    ("state", "unchanged", "changed"),
    [
        ("held", True, True),
        ("rejected", True, True),
        ("planned", False, True),
        ("booked", False, True),
        ("exported", False, True),
        ("sending", False, False),
        ("doubtful", False, False),
    ],
)
def test_what_is_known_is_fetched_by_its_state(
    state: str,
    unchanged: bool,
    changed: bool,
    james: Connection,
    james_owner: Connection,
    ledger: Connection,
    open_run: OpenRun,
) -> None:
    """M21, FR-G1, FR-G2: rejected and held ones again, changed ones to be compared, those on their
    way not before they are settled.
    """
    factuur, first, second, third = (
        some_factuur(james_owner),
        open_run("de_brug"),
        open_run("de_brug"),
        open_run("de_brug"),
    )
    key = f"factuur:{factuur}"
    stage_invoices(james, Ledger(ledger).staging, first, "de_brug", START, END)
    book(ledger, first, key, state)
    stage_invoices(james, Ledger(ledger).staging, second, "de_brug", START, END)
    assert (key in staged_keys(ledger, second)) is unchanged
    james_owner.execute(
        "update james.factuurregel set bedrag = bedrag + 1 where factuur_id = %s and regelnummer = 1",
        [factuur],
    )
    stage_invoices(james, Ledger(ledger).staging, third, "de_brug", START, END)
    assert (key in staged_keys(ledger, third)) is changed


def test_a_night_with_nothing_new_fetches_nothing(
    james: Connection, ledger: Connection, open_run: OpenRun
) -> None:
    first = open_run("de_brug")
    counts = stage_invoices(james, Ledger(ledger).staging, first, "de_brug", START, END)
    for key in staged_keys(ledger, first):
        book(ledger, first, key, "booked")
    assert stage_invoices(
        james, Ledger(ledger).staging, open_run("de_brug"), "de_brug", START, END
    ) == StagedCounts(counts.keys, 0, 0)


def test_a_late_commit_is_found_the_next_night(
    james: Connection, james_owner: Connection, ledger: Connection, open_run: OpenRun
) -> None:
    """FR-E5: an older moment that becomes visible later than newer ones are booked."""
    factuur, first, second = some_factuur(james_owner), open_run("de_brug"), open_run("de_brug")
    james_owner.execute("update james.factuur set status = 'te factureren' where factuur_id = %s", [factuur])
    stage_invoices(james, Ledger(ledger).staging, first, "de_brug", START, END)
    for key in staged_keys(ledger, first):
        book(ledger, first, key, "booked")
    james_owner.execute("update james.factuur set status = 'gefactureerd' where factuur_id = %s", [factuur])
    stage_invoices(james, Ledger(ledger).staging, second, "de_brug", START, END)
    assert staged_keys(ledger, second) == {f"factuur:{factuur}"}


@pytest.mark.parametrize(
    "change",
    [
        "update james.factuur set totaalbedrag = 1 where factuur_id = %s",
        "update james.factuurregel set professie_id = 1 where factuur_id = %s",
        "delete from james.factuurregel where factuur_id = %s",
        "insert into james.factuurregel select factuur_id, 99, professie_id, tarief_id, artikel_id, 'x', "
        "1, 1, 0, 1"
        " from james.factuurregel where factuur_id = %s and regelnummer = 1",
    ],
    ids=["header", "line", "line removed", "line added"],
)
def test_every_change_in_james_moves_changed_at(change: str, james_owner: Connection) -> None:
    """B9"""
    factuur = some_factuur(james_owner)
    stamp = "select gewijzigd_op from james.factuur where factuur_id = %s"
    before = james_owner.execute(stamp, [factuur]).fetchone()
    james_owner.execute(change, [factuur])
    assert james_owner.execute(stamp, [factuur]).fetchone() != before


def test_keys_without_an_invoice_are_never_lost_in_silence(
    james: Connection, james_owner: Connection, ledger: Connection, open_run: OpenRun
) -> None:
    """Two files that disagree on what an invoice is."""
    james_owner.execute("alter table james.factuur drop constraint factuur_debiteur_id_fkey")
    factuur = some_factuur(james_owner)
    james_owner.execute("update james.factuur set debiteur_id = -1 where factuur_id = %s", [factuur])
    with pytest.raises(
        ContractBroken,
        match=f"invoices.sql geeft niets voor factuur:{factuur}; invoice_keys.sql noemt ze wel",
    ):
        stage_invoices(james, Ledger(ledger).staging, open_run("de_brug"), "de_brug", START, END)
