"""One definition of a difference (B4): of cells, months, invoices, workbook and plain SQL."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pytest
from openpyxl import load_workbook

from exact_online import acts
from exact_online.acts.word import Word
from exact_online.report.control_workbook import WHAT_DIFFERS, control_workbook
from exact_online.report.months import OPEN, Month, months_of
from exact_online.vocabulary import EXPLAINED_BY_STATE
from tests.link.small import SmallLink
from tests.night.test_hand_over import BEFORE_LINK, book_by_hand
from tests.report import hands

OCTOBER, NOVEMBER = dt.date(2026, 10, 15), dt.date(2026, 11, 20)


def rejected_with_another_total(link: SmallLink) -> None:
    """James' totals count its lines: 10.00, whatever the total of the invoice says."""
    link.james.invoice(3, "1001", (1000, 0, "tariff"), day=OCTOBER)
    link.james.conn.execute("update james.factuur set totaalbedrag = 12 where factuur_id = 3")


def rejected_for_a_rate(link: SmallLink) -> None:
    link.james.invoice(4, "1001", (700, 5, "article"))


def changed_in_exact(link: SmallLink) -> None:
    hands.change_amount(link, 1, 11.0)


def removed_in_exact(link: SmallLink) -> None:
    hands.remove(link, 2)


def changed_in_james(link: SmallLink) -> None:
    link.james.correct(2, (1500, 0, "tariff"))


def entered_by_hand(link: SmallLink) -> None:
    copy = hands.copy_of(link, 1, EntryNumber=9001)
    copy["SalesEntryLines"][0]["AmountFC"] = 12.0
    hands.enter(link, copy)


def entered_twice(link: SmallLink) -> None:
    hands.enter(link, hands.copy_of(link, 2, EntryNumber=9002))


CASES: list[tuple[Callable[[SmallLink], None], ...]] = [
    (rejected_with_another_total,),
    (rejected_for_a_rate,),
    (changed_in_exact, rejected_for_a_rate),
    (changed_in_exact, changed_in_james),
    (removed_in_exact, rejected_with_another_total),
    (entered_by_hand, entered_twice, rejected_for_a_rate),
]


def months(link: SmallLink) -> list[Month]:
    read, code = link.ledger.reconciled, link.practice.code
    latest = read.latest(code)
    assert latest is not None
    days = latest.numbers.from_date, latest.numbers.before_date
    return months_of(latest, read.cells(code, days), read.exact(code, days), read.causes(code, days))


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(each.__name__ for each in case))
def test_each_table_has_the_same_difference(
    link: SmallLink, case: tuple[Callable[[SmallLink], None], ...]
) -> None:
    link.james.debtor("1001")
    link.james.invoice(1, "1001", (1000, 0, "tariff"), day=OCTOBER)
    link.james.invoice(2, "1001", (1000, 0, "tariff"), day=NOVEMBER)
    assert link.night().items == []
    link.james.invoice(5, "1001", (300, 5, "article"), day=OCTOBER)
    for happens in case:
        happens(link)
    link.night()
    acts.close(link.ledger, Word(link.practice.code, "Anna", "oninbaar"), "factuur:5")
    numbers = link.night().numbers
    found = months(link)
    assert len(found) == 2
    assert sum(month.difference_cents for month in found) == sum(cell.net_cents for cell in numbers.cells)
    assert sum(month.open_cents for month in found) == numbers.open_cents
    assert sum(month.closed_cents for month in found) == numbers.closed_cents == 300
    for month in found:
        assert month.difference_cents == month.explained_cents == of_invoices(link, month)
        assert month.difference_cents == of_sql(link, month)
        assert month.open_cents == of_invoices(link, month, is_open=True)
    of_workbook(link, found)


def of_invoices(link: SmallLink, month: Month, *, is_open: bool = False) -> int:
    """What the differences below the month's page come to, or what is open there."""
    rows = link.ledger.conn.execute(
        "select cause, james_cents, exact_cents from difference where ended_at is null and kind <> 'debtor'"
        " and date_trunc('month', day) = %s",
        [month.first_day],
    ).fetchall()
    states = EXPLAINED_BY_STATE
    return sum(
        row["james_cents"] - row["exact_cents"]
        for row in rows
        if (row["cause"] in OPEN if is_open else row["cause"] not in states)
    )


def of_sql(link: SmallLink, month: Month) -> int:
    """James' lines, minus Exact's, minus James' lines of what is neither booked nor handed over."""
    of_james = (
        "select coalesce(sum(r.bedrag) * 100, 0)::bigint as cents from james.factuurregel as r"
        " inner join james.factuur as f on f.factuur_id = r.factuur_id"
        " where date_trunc('month', f.gefactureerd_op at time zone 'Europe/Amsterdam') = %s"
    )
    rows = link.ledger.conn.execute(
        "select split_part(source_key, ':', 2)::integer as id from current_booking"
        " where kind <> 'debtor' and state not in ('booked', 'exported')"
    ).fetchall()
    james, unbooked = (
        link.james.conn.execute(f"{of_james}{rest}", [month.first_day, *asked]).fetchone()[0]
        for rest, asked in (("", []), (" and f.factuur_id = any(%s)", [[row["id"] for row in rows]]))
    )
    exact = link.ledger.conn.execute(
        "select coalesce(sum(cents), 0)::bigint as cents from exact_line"
        " where gl_account in ('1300', '1101', '1001') and date_trunc('month', entry_date) = %s",
        [month.first_day],
    ).fetchone()
    assert exact is not None
    return james - unbooked - exact["cents"]


def of_workbook(link: SmallLink, found: list[Month]) -> None:
    """The accountant's workbook has the same columns, and says what they mean."""
    latest = link.ledger.reconciled.latest(link.practice.code)
    assert latest is not None
    days = latest.numbers.from_date, latest.numbers.before_date
    content = control_workbook(link.ledger.reconciled, link.practice, latest, days)
    book = load_workbook(io.BytesIO(content))
    assert WHAT_DIFFERS in [row[1] for row in book["Controle"].iter_rows(values_only=True)]
    head, *rows = book["Maanden"].iter_rows(values_only=True)
    assert head[1:] == ("James", "Geboekt", "Exact", "Overgedragen", "Open", "Gesloten", "Verschil")
    shown = {row[0]: tuple(round(100 * cents) for cents in row[5:]) for row in rows if row[0]}
    for month in found:
        expected = month.open_cents, month.closed_cents, month.difference_cents
        assert shown[f"{month.first_day:%m-%Y}"] == expected


def test_an_import_that_came_out_otherwise_counts_for_what_exact_has_more(link: SmallLink) -> None:
    """The workbook has 10.00, the bookkeeper's entry another amount."""
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001", day=BEFORE_LINK)
    link.night(backfill="excel")
    book_by_hand(link, 2600001)
    link.james.settle(2600001)
    link.night(backfill="excel")
    month = BEFORE_LINK.replace(day=1)
    days = month, BEFORE_LINK + dt.timedelta(days=1)
    (exact,) = link.ledger.reconciled.exact(link.practice.code, days)
    (cause,) = link.ledger.reconciled.causes(link.practice.code, days)
    assert cause.cause == "handed_over_otherwise"
    assert exact.exact_cents == cause.exact_cents - cause.james_cents != 0


def test_what_keeps_suspense_accounts_from_zero_is_what_sql_says(link: SmallLink) -> None:
    """Per day: what James has on PIN and cash, minus what Exact has on the two accounts."""
    link.james.debtor("1001")
    for number, (condition, day) in enumerate(
        (("PIN", OCTOBER), ("CONTANT", OCTOBER), ("PIN", NOVEMBER), ("14D", NOVEMBER)), start=1
    ):
        link.james.invoice(number, "1001", (1000, 0, "tariff"), day=day, condition=condition)
    assert link.night().items == []
    code, days = link.practice.code, (OCTOBER, NOVEMBER + dt.timedelta(days=1))
    assert link.ledger.reconciled.suspense_left(code, days) == []
    link.james.invoice(5, "1001", (700, 5, "article"), day=NOVEMBER, condition="PIN")
    link.james.correct(1, (1500, 0, "tariff"))
    link.james.correct(4, (1500, 0, "tariff"))
    link.night()
    left = link.ledger.reconciled.suspense_left(code, days)
    assert [(row.source_key, row.cause, row.left_cents) for row in left] == [
        ("factuur:1", "changed_after_booking", 500),
        ("factuur:5", "rejected", 700),
    ]
    for day in (OCTOBER, NOVEMBER):
        (james,) = link.james.conn.execute(
            "select (100 * coalesce(sum(r.bedrag), 0))::bigint from james.factuurregel as r"
            " inner join james.factuur as f on f.factuur_id = r.factuur_id"
            " where f.betalingsconditie in ('PIN', 'CONTANT')"
            " and (f.gefactureerd_op at time zone 'Europe/Amsterdam')::date = %s",
            [day],
        ).fetchone()
        exact = link.ledger.conn.execute(
            "select coalesce(sum(x.cents), 0)::bigint as cents from exact_line as x"
            " where x.journal = '90' and x.cents > 0 and x.entry_date = %s",
            [day],
        ).fetchone()
        assert exact is not None
        assert sum(row.left_cents for row in left if row.day == day) == james - exact["cents"]
