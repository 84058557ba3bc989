"""Each difference has one cause, and what people put right ends by itself (B4, B9)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from exact_online import reasons
from tests.link.small import SmallLink
from tests.report import hands

KEY = "factuur:1"


@pytest.fixture
def booked(link: SmallLink) -> SmallLink:
    """One invoice of 10.00, booked on debtor 1001; debtor 1002 stands beside it."""
    link.james.debtor("1001")
    link.james.debtor("1002")
    link.james.invoice(1, "1001", (1000, 0, "tariff"))
    outcome = link.night()
    assert outcome.items == []
    assert open_differences(link) == {}
    return link


def open_differences(link: SmallLink) -> dict[str, tuple[str, int, int]]:
    """Subject to cause and both sides; an entry's subject is its source key in brackets."""
    rows = link.ledger.conn.execute("select * from difference where ended_at is null").fetchall()
    return {
        row["subject"] if row["subject"] == row["source_key"] else f"({row['source_key']})": (
            row["cause"],
            row["james_cents"],
            row["exact_cents"],
        )
        for row in rows
    }


def history(link: SmallLink, key: str = KEY) -> list[tuple[str | None, str]]:
    rows = link.ledger.conn.execute(
        "select h.from_state, h.to_state from booking_history as h inner join booking as b using (booking_id)"
        " where b.source_key = %s order by h.history_id",
        [key],
    )
    return [(row["from_state"], row["to_state"]) for row in rows]


def differs(link: SmallLink, key: str = KEY) -> str:
    row = link.ledger.conn.execute(
        "select differs from difference where subject = %s and ended_at is null", [key]
    ).fetchone()
    assert row is not None
    return str(row["differs"])


def relation_of(link: SmallLink, number: str) -> str:
    return next(row["ID"] for row in link.division["Accounts"] if row["Code"].strip() == number)


# --- what is compared (FR-H8) -----------------------------------------------------------------


def test_an_entry_on_another_relation_is_changed_in_exact(booked: SmallLink) -> None:
    """B4: cents alone are equal."""
    hands.change(booked, 1, Customer=relation_of(booked, "1002"))
    outcome = booked.night()
    assert open_differences(booked) == {KEY: ("changed_in_exact", 1000, 1000)}
    assert differs(booked) == "relation"
    assert [item.reason for item in outcome.items] == ["changed_in_exact"]
    assert outcome.numbers.differences_new == 1


def test_an_entry_on_another_day_is_changed_in_exact(booked: SmallLink) -> None:
    day = int(dt.datetime(2026, 11, 19, tzinfo=dt.UTC).timestamp() * 1000)
    hands.change(booked, 1, EntryDate=day)
    booked.night()
    assert differs(booked) == "day"


def test_an_entry_in_another_period_is_changed_in_exact(booked: SmallLink) -> None:
    hands.change(booked, 1, ReportingYear=2026, ReportingPeriod=10)
    booked.night()
    assert differs(booked) == "period"


def test_an_entry_under_another_vat_code_is_changed_in_exact(booked: SmallLink) -> None:
    """Zero rated and exempt have the same cents."""
    revenue = hands.entry_of(booked, 1)["EntryID"]
    line = next(
        row for row in booked.division["TransactionLines"].find("EntryID", revenue) if row["LineNumber"] == 1
    )
    hands.change_booked(booked, 1, 1, VATCode="9" if line["VATCode"].strip() != "9" else "8")
    booked.night()
    assert differs(booked) == "vat_code"


def test_a_moved_receivables_line_is_changed_in_exact(booked: SmallLink) -> None:
    suspense = next(row for row in booked.division["GLAccounts"] if row["Code"].strip() == "1101")
    hands.change_booked(booked, 1, 0, GLAccount=suspense["ID"], GLAccountCode=suspense["Code"])
    booked.night()
    assert differs(booked) == "amounts"


def test_another_reference_is_changed_in_exact(booked: SmallLink) -> None:
    hands.change(booked, 1, YourRef="1-bis")
    booked.night()
    assert differs(booked) == "reference"


# --- entries of others (FR-E9) ----------------------------------------------------------------


def test_a_double_under_another_number_is_entered_twice(booked: SmallLink) -> None:
    hands.enter(booked, hands.copy_of(booked, 1, EntryNumber=9001))
    outcome = booked.night()
    assert open_differences(booked) == {f"({KEY})": ("entered_twice", 0, 1000)}
    assert outcome.numbers.difference_cents == 1000
    assert [item.reason for item in outcome.items] == ["entered_twice"]


def test_an_entry_with_our_reference_and_other_content_is_entered_by_hand(booked: SmallLink) -> None:
    copy = hands.copy_of(booked, 1, EntryNumber=9001)
    copy["SalesEntryLines"][0]["AmountFC"] = 12.0
    hands.enter(booked, copy)
    booked.night()
    assert open_differences(booked) == {f"({KEY})": ("entered_by_hand", 0, 1200)}


def test_entries_of_people_in_a_shared_journal_are_counted_and_not_listed(booked: SmallLink) -> None:
    for number in (9001, 9002, 9003):
        hands.enter(booked, hands.copy_of(booked, 1, EntryNumber=number, YourRef=f"eigen {number}"))
    outcome = booked.night()
    assert open_differences(booked) == {}
    assert outcome.items == []
    assert (outcome.numbers.other_entries, outcome.numbers.difference_cents) == (3, 0)


def test_a_double_that_is_removed_ends_by_itself(booked: SmallLink) -> None:
    double = hands.enter(booked, hands.copy_of(booked, 1, EntryNumber=9001))
    booked.night()
    with booked.world.lock:
        hands.sales.remove(booked.division, double, None)
    outcome = booked.night()
    assert open_differences(booked) == {}
    assert outcome.numbers.difference_cents == 0


# --- what people put right ends by itself -----------------------------------------------------


def ended(link: SmallLink, writes: int) -> None:
    """Nothing is open, nothing was sent, and the next night finds nothing to do."""
    assert open_differences(link) == {}
    assert link.writes() == writes
    before = history(link)
    outcome = link.night()
    assert (outcome.numbers.difference_cents, outcome.items) == (0, [])
    assert open_differences(link) == {}
    assert history(link) == before
    assert link.writes() == writes


def test_an_invoice_that_is_edited_on_both_sides_is_no_difference_any_more(booked: SmallLink) -> None:
    """B9: 10.00 becomes 12.00 in James, and then in Exact."""
    writes = booked.writes()
    booked.james.correct(1, (1200, 0, "tariff"))
    assert booked.night().numbers.difference_cents == 200
    assert open_differences(booked) == {KEY: ("changed_after_booking", 1200, 1000)}
    hands.change_amount(booked, 1, 12.0)
    outcome = booked.night()
    assert outcome.numbers.difference_cents == 0
    assert history(booked)[-1] == ("booked", "booked")
    row = booked.ledger.conn.execute("select total_cents from current_booking where source_key = %s", [KEY])
    assert row.fetchone() == {"total_cents": 1200}
    ended(booked, writes)


def test_an_invoice_that_is_removed_on_both_sides_is_closed(booked: SmallLink) -> None:
    writes = booked.writes()
    booked.james.remove(1)
    assert booked.night().numbers.difference_cents == 1000
    assert open_differences(booked) == {KEY: ("gone_in_source", 0, 1000)}
    hands.remove(booked, 1)
    assert booked.night().numbers.difference_cents == 0
    assert history(booked)[-1] == ("booked", "closed")
    ended(booked, writes)


def test_an_entry_that_is_entered_again_by_hand_is_the_invoice_again(booked: SmallLink) -> None:
    writes, copy = booked.writes(), hands.copy_of(booked, 1)
    hands.remove(booked, 1)
    assert booked.night().numbers.difference_cents == 1000
    assert open_differences(booked) == {KEY: ("gone_in_exact", 1000, 0)}
    again = hands.enter(booked, copy)
    assert booked.night().numbers.difference_cents == 0
    row = booked.ledger.conn.execute(
        "select exact_id::text from current_booking where source_key = %s", [KEY]
    )
    assert row.fetchone() == {"exact_id": again["EntryID"]}
    ended(booked, writes)


def test_an_entry_that_is_entered_again_with_other_content_is_two_differences(booked: SmallLink) -> None:
    copy = hands.copy_of(booked, 1)
    copy["SalesEntryLines"][0]["AmountFC"] = 12.0
    hands.remove(booked, 1)
    hands.enter(booked, copy)
    assert booked.night().numbers.difference_cents == 200
    assert open_differences(booked) == {
        KEY: ("gone_in_exact", 1000, 0),
        f"({KEY})": ("entered_by_hand", 0, 1200),
    }


def test_an_invoice_that_is_gone_from_james_and_credited_by_hand_is_closed(booked: SmallLink) -> None:
    writes = booked.writes()
    booked.james.remove(1)
    booked.night()
    credit = hands.copy_of(booked, 1, EntryNumber=9001)
    credit["SalesEntryLines"][0]["AmountFC"] = -10.0
    hands.enter(booked, credit)
    assert booked.night().numbers.difference_cents == 0
    assert history(booked)[-1] == ("booked", "closed")
    ended(booked, writes)


def test_an_invoice_and_its_credit_that_are_even_together_are_no_difference(booked: SmallLink) -> None:
    """Changed to 12.00 in James and credited there, and the credit made 10.00 in Exact."""
    booked.james.correct(1, (1200, 0, "tariff"))
    booked.james.invoice(2, "1001", (-1200, 0, "tariff"), credits=1)
    booked.night()
    assert set(open_differences(booked)) == {KEY}
    hands.change_amount(booked, 2, -10.0)
    booked.night()
    assert open_differences(booked) == {}


@pytest.mark.parametrize("how", ["another debtor", "another day"])
def test_what_was_entered_again_as_it_was_does_not_even_what_james_has_now(
    booked: SmallLink, how: str
) -> None:
    """FR-G1: the entry is another one by now, and has neither the debtor nor the day of James."""
    if how == "another debtor":
        booked.james.move(1, "1002")
    else:
        booked.james.redate(1, dt.date(2026, 10, 6))
    copy = hands.copy_of(booked, 1)
    hands.remove(booked, 1)
    hands.enter(booked, copy)
    booked.night()
    assert KEY in open_differences(booked)


def test_a_day_that_people_changed_is_told_though_the_invoice_is_credited(booked: SmallLink) -> None:
    """FR-H8: an invoice and its credit come to nothing together, and its day is another one."""
    booked.james.invoice(2, "1001", (-1000, 0, "tariff"), credits=1)
    booked.night()
    hands.change(booked, 1, EntryDate=int(dt.datetime(2026, 10, 6, tzinfo=dt.UTC).timestamp() * 1000))
    booked.night()
    assert differs(booked) == "day period"


def test_what_is_credited_on_another_relation_is_not_even(booked: SmallLink) -> None:
    """FR-G1: gone from James, and credited by hand for somebody else: two balances are wrong."""
    booked.james.remove(1)
    copy = hands.copy_of(booked, 1)
    del copy["EntryNumber"]
    opposite = [{**line, "AmountFC": -line["AmountFC"]} for line in copy["SalesEntryLines"]]
    hands.enter(booked, {**copy, "Customer": relation_of(booked, "1002"), "SalesEntryLines": opposite})
    booked.night()
    assert KEY in open_differences(booked)


def test_an_invoice_that_moved_in_james_is_cured_by_hand(booked: SmallLink) -> None:
    """FR-G1: credited for the one debtor and entered for the other."""
    booked.james.move(1, "1002")
    booked.night()
    assert set(open_differences(booked)) == {KEY}
    copy = hands.copy_of(booked, 1)
    del copy["EntryNumber"]
    opposite = [{**line, "AmountFC": -line["AmountFC"]} for line in copy["SalesEntryLines"]]
    hands.enter(booked, {**copy, "SalesEntryLines": opposite})
    hands.enter(booked, {**copy, "Customer": relation_of(booked, "1002")})
    booked.night()
    assert open_differences(booked) == {}


def test_an_invoice_that_james_has_as_booked_again_is_no_difference_any_more(booked: SmallLink) -> None:
    writes = booked.writes()
    booked.james.correct(1, (1200, 0, "tariff"))
    booked.night()
    booked.james.correct(1, (1000, 0, "tariff"))
    booked.night()
    ended(booked, writes)


def test_an_invoice_that_comes_back_after_it_was_closed_is_booked_again(booked: SmallLink) -> None:
    booked.james.remove(1)
    hands.remove(booked, 1)
    booked.night()
    booked.james.invoice(1, "1001", (1000, 0, "tariff"))
    outcome = booked.night()
    assert len(booked.entries(1)) == 1
    assert (outcome.numbers.difference_cents, booked.states()[KEY]) == (0, "booked")


def test_a_rejected_invoice_that_james_has_no_more_is_closed(link: SmallLink) -> None:
    link.james.debtor("1001")
    link.james.invoice(1, "1001", (1000, 17, "tariff"))
    assert [item.state for item in link.night().items] == ["rejected"]
    link.james.remove(1)
    link.night()
    outcome = link.night()
    assert (outcome.items, link.states()[KEY]) == ([], "closed")


# --- red means new ----------------------------------------------------------------------------


def test_a_difference_is_new_once_and_then_known(booked: SmallLink) -> None:
    booked.james.correct(1, (1200, 0, "tariff"))
    numbers = [booked.night().numbers for _ in range(2)]
    assert [(night.differences_new, night.differences_known) for night in numbers] == [(1, 0), (0, 1)]
    assert numbers[1].difference_cents == 200


def test_a_difference_that_grows_is_new_again(booked: SmallLink) -> None:
    booked.james.correct(1, (1200, 0, "tariff"))
    booked.night()
    booked.james.correct(1, (1300, 0, "tariff"))
    outcome = booked.night()
    assert (outcome.numbers.differences_new, outcome.numbers.differences_known) == (1, 0)
    assert [item.reason for item in outcome.items] == ["changed_after_booking"]


def test_a_sentence_names_both_amounts_and_the_day(booked: SmallLink) -> None:
    """M21."""
    booked.james.correct(1, (123456, 0, "tariff"))
    (item,) = booked.night().items
    values: dict[str, Any] = dict(item.values)
    sentence = reasons.explain(str(item.reason), values, "nl")
    assert "James 1.234,56, Exact 10,00, sinds " in sentence
    assert sentence.startswith("Factuur 1 ")


# --- many at once (B4) ------------------------------------------------------------------------


def test_forty_differences_have_forty_right_sentences(link: SmallLink) -> None:
    """B4, M21: each differing euro has one cause, and the causes add up per cell."""
    link.james.debtor("1001")
    link.james.debtor("1002")
    for number in range(1, 41):
        link.james.invoice(number, "1001", (1000 + number, 0, "tariff"), (1210, 21, "article"))
    link.night()
    wanted = _plant(link)
    outcome = link.night()
    found = {item.source_key: str(item.reason) for item in outcome.items}
    assert found == {f"factuur:{number}": cause for number, cause in wanted.items()}
    for item in outcome.items:
        sentence = reasons.explain(str(item.reason), dict(item.values), "nl")
        assert f"actuur {item.source_key.partition(':')[2]} " in sentence
        assert " sinds " in sentence
        assert "onbekend" not in sentence
        assert "onbekend" not in reasons.explain(str(item.reason), dict(item.values), "en")
    _causes_add_up(link, outcome.numbers.cells)
    assert outcome.numbers.differences_new == 40
    assert link.night().numbers.differences_new == 0


def _plant(link: SmallLink) -> dict[int, str]:
    """Forty invoices that people touched, and the cause of each: fourteen kinds of hands."""
    day = int(dt.datetime(2026, 11, 19, tzinfo=dt.UTC).timestamp() * 1000)
    other = relation_of(link, "1002")
    suspense = next(row for row in link.division["GLAccounts"] if row["Code"].strip() == "1101")
    moved = {"GLAccount": suspense["ID"], "GLAccountCode": suspense["Code"]}
    acts: list[tuple[str, Any]] = [
        ("changed_after_booking", lambda n: link.james.correct(n, (500, 0, "tariff"))),
        (
            "changed_after_booking",
            lambda n: link.james.correct(n, (1000 + n, 21, "tariff"), (1210, 21, "article")),
        ),
        ("gone_in_source", link.james.remove),
        ("changed_in_exact", lambda n: hands.change_amount(link, n, 3.0)),
        ("changed_in_exact", lambda n: hands.change(link, n, Customer=other)),
        ("changed_in_exact", lambda n: hands.change(link, n, EntryDate=day)),
        ("changed_in_exact", lambda n: hands.change(link, n, ReportingYear=2026, ReportingPeriod=10)),
        ("changed_in_exact", lambda n: hands.change(link, n, YourRef=f"{n}-bis")),
        ("changed_in_exact", lambda n: hands.change_booked(link, n, 1, VATCode="99")),
        ("changed_in_exact", lambda n: hands.change_booked(link, n, 0, **moved)),
        ("gone_in_exact", lambda n: hands.remove(link, n)),
        ("other_entry_number", lambda n: hands.change(link, n, EntryNumber=70_000 + n)),
        ("entered_twice", lambda n: hands.enter(link, hands.copy_of(link, n, EntryNumber=80_000 + n))),
        ("entered_by_hand", lambda n: hands.enter(link, _smaller(link, n))),
    ]
    wanted = {}
    for number in range(1, 41):
        cause, act = acts[number % len(acts)]
        act(number)
        wanted[number] = cause
    return wanted


def _smaller(link: SmallLink, number: int) -> dict[str, Any]:
    copy = hands.copy_of(link, number, EntryNumber=90_000 + number)
    copy["SalesEntryLines"][0]["AmountFC"] = 1.0
    return dict(copy)


def _causes_add_up(link: SmallLink, cells: Any) -> None:
    rows = link.ledger.conn.execute("select cells from difference where ended_at is null").fetchall()
    causes: dict[tuple[str, str], int] = {}
    for group, rate, cents in (cell for row in rows for cell in row["cells"]):
        causes[group, rate] = causes.get((group, rate), 0) + cents
    differing = {
        (cell.revenue_group, cell.vat_rate): cell.james_cents
        - cell.exported_cents
        - cell.open_cents
        - cell.exact_cents
        for cell in cells
    }
    assert {key: cents for key, cents in causes.items() if cents} == {
        key: cents for key, cents in differing.items() if cents
    }
    assert not link.ledger.conn.execute("select 1 from difference where cause = 'unexplained'").fetchall()
