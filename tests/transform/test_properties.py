"""What must hold for every batch: the bytes of the plain rules, in any chunking and any order, to
the cent."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exact_online.failures import ContractBroken
from exact_online.money import vat_of_gross
from exact_online.transform import InvoicePlans, transform_invoices
from exact_online.transform.plans import BOOKING_COLUMNS, BOOKING_LINE_COLUMNS, REJECTION_COLUMNS
from exact_online.vocabulary import (
    DebtorKind,
    GlAccountType,
    ItemOrigin,
    PaymentCondition,
    RevenueGroup,
    VatCodeKind,
    VatRate,
)
from tests.transform.doubles import mark_doubles, plan_batch
from tests.transform.plain import plan_plainly
from tests.transform.practice import (
    PHYSIO,
    SPEECH,
    batch,
    cents,
    invoice,
    line,
    revenue_accounts,
    some_account,
    some_lists,
    some_settings,
    with_total,
)

AMOUNTS = st.one_of(
    st.integers(-5_000, 20_000), st.sampled_from([0, 1, -1, 5, 50, 999_999_999, -999_999_999])
)
GOOD_LINES = st.builds(
    lambda amount, vat, origin, profession: line(str(Decimal(amount) / 100), vat, origin, profession),
    AMOUNTS,
    st.sampled_from(["0", "9", "21"]),
    st.sampled_from(list(ItemOrigin)),
    st.sampled_from([PHYSIO, SPEECH]),
)
BAD_LINES = st.sampled_from(
    [
        line("1.005"),
        line(None),
        line("1.00", "6"),
        line("1.00", None),
        line("1.00", origin="x"),
        line("1.00", profession=None),
        line("1e9"),
    ]
)
LINES = st.lists(st.one_of(GOOD_LINES, GOOD_LINES, GOOD_LINES, GOOD_LINES, BAD_LINES), max_size=5)
HEADERS = st.fixed_dictionaries(
    {
        "debtor_kind": st.sampled_from(list(DebtorKind)),
        "payment_condition": st.sampled_from(list(PaymentCondition)),
        "invoice_kind": st.sampled_from(["invoice", "claim"]),
        "claim_number": st.sampled_from(["D1", 'D"2', "Ünïcode"]),
        "invoice_date": st.sampled_from(["2026-01-15", "2018-12-31", "2012-06-01", "2025-12-31"]),
        "credited_invoice_number": st.sampled_from([None, None, "2018001"]),
    },
    optional={
        "invoice_number": st.sampled_from(["2026001", "2026002", None, "", "0012"]),
        "currency": st.sampled_from(["EUR", "USD", None]),
        "debtor_number": st.sampled_from(["1001", None, "10 01"]),
        "invoice_key": st.sampled_from(["factuur:a", "factuur:b"]),
        "total": st.sampled_from(["0.00", "1.005", None]),
    },
)
DIVISIONS = (
    (some_settings(), some_lists()),
    (some_settings(), some_lists(kinds=dict.fromkeys(VatRate, VatCodeKind.INCLUDING))),
    (
        some_settings(),
        some_lists(kinds={VatRate.HIGH: VatCodeKind.INCLUDING, VatRate.ZERO: VatCodeKind.BASE_ONLY}),
    ),
    (some_settings(revenue_accounts=dict.fromkeys(revenue_accounts(), "8000")), some_lists()),
    (
        some_settings(
            revenue_accounts={cell: code for cell, code in revenue_accounts().items() if cell[0] == PHYSIO}
        ),
        some_lists(accounts={"2010": some_account("2010", GlAccountType.GENERAL, vat_code="2")}),
    ),
)
DIVISION = st.integers(0, len(DIVISIONS) - 1)
"""A place in the list: a whole division would make every report unreadable."""


def total_of(lines: list[dict[str, Any]]) -> str:
    return str(sum(Decimal(cents(row["amount"]) or 0) for row in lines) / 100)


@st.composite
def batches(draw: st.DrawFn, good: bool = False) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Up to six invoices with their lines; good ones only, or some with something wrong."""
    records = []
    for number in range(1, draw(st.integers(0, 6)) + 1):
        lines = draw(st.lists(GOOD_LINES, min_size=1, max_size=6) if good else LINES)
        changes = {"total": total_of(lines), **draw(HEADERS)}
        if good:
            changes = {
                name: changes[name]
                for name in ("total", "debtor_kind", "payment_condition", "invoice_kind", "claim_number")
            }
        records.append(
            (invoice(f"{2026000 + number}", **{"invoice_key": f"factuur:{number}", **changes}), lines)
        )
    return batch(*records)


def joined(parts: list[InvoicePlans]) -> InvoicePlans:
    """The plans of several chunks as one."""
    names = ("bookings", "booking_lines", "rejections", "warnings")
    return InvoicePlans(
        *(pd.concat([getattr(part, name) for part in parts], ignore_index=True) for name in names)
    )


def same(left: InvoicePlans, right: InvoicePlans) -> None:
    for name in ("bookings", "booking_lines", "rejections", "warnings"):
        pd.testing.assert_frame_equal(getattr(left, name), getattr(right, name))


@given(batches(), DIVISION)
def test_the_transform_gives_the_bytes_of_the_plain_rules(
    rows: tuple[pd.DataFrame, pd.DataFrame], division: int
) -> None:
    """M3, M4, M8, M11, M17: the same bookings, booking lines and reasons, one invoice at a time in
    plain Python."""
    plans = plan_batch(*rows, *DIVISIONS[division])
    booked, rejected = plan_plainly(*rows, *DIVISIONS[division])
    assert dict(zip(plans.rejections["source_key"], plans.rejections["reason"], strict=True)) == rejected
    assert plans.bookings[["source_key", "payload", "fingerprint"]].to_numpy().tolist() == [
        [b.source_key, b.payload, b.fingerprint] for b in booked
    ]
    expected = [[b.source_key, *facts] for b in booked for facts in b.lines]
    assert plans.booking_lines.drop(columns="line_number").to_numpy().tolist() == expected


@given(batches(), st.integers(1, 3))
def test_the_bytes_do_not_depend_on_the_size_of_a_chunk(
    rows: tuple[pd.DataFrame, pd.DataFrame], size: int
) -> None:
    """The caller hands over some invoices at a time; numbers that are used twice are marked over
    all of them."""
    invoices, lines = mark_doubles(rows[0], some_lists()).sort_values("invoice_key", kind="stable"), rows[1]
    keys = invoices["invoice_key"].unique()
    chunks = [keys[first : first + size] for first in range(0, max(len(keys), 1), size)]
    parts = [
        transform_invoices(
            invoices[invoices["invoice_key"].isin(chunk)],
            lines[lines["invoice_key"].isin(chunk)],
            some_settings(),
            some_lists(),
        )
        for chunk in chunks
    ]
    same(joined(parts), transform_invoices(invoices, lines, some_settings(), some_lists()))


@given(batches(), st.integers(0, 2**32 - 1))
def test_the_bytes_do_not_depend_on_the_order_of_the_rows(
    rows: tuple[pd.DataFrame, pd.DataFrame], seed: int
) -> None:
    invoices, lines = (frame.sample(frac=1, random_state=seed) for frame in rows)
    unique = rows[0]["invoice_key"].is_unique
    whole = plan_batch(*rows, some_settings(), some_lists())
    shuffled = plan_batch(invoices, lines, some_settings(), some_lists())
    if unique:
        same(shuffled, whole)
    assert shuffled.bookings["payload"].tolist() == whole.bookings["payload"].tolist()


def test_a_batch_handed_over_in_parts_knows_the_doubles_of_the_whole() -> None:
    invoices, lines = batch(with_total([line("1.00")]), with_total([line("1.00")], invoice_key="factuur:z"))
    marked = mark_doubles(invoices, some_lists())
    parts = [
        transform_invoices(marked.iloc[[place]], lines.iloc[[place]], some_settings(), some_lists())
        for place in (0, 1)
    ]
    assert joined(parts).rejections["reason"].tolist() == ["duplicate_in_source"] * 2
    same(joined(parts), transform_invoices(marked, lines, some_settings(), some_lists()))


@given(batches(good=True), DIVISION)
def test_every_invoice_is_a_booking_or_a_rejection(
    rows: tuple[pd.DataFrame, pd.DataFrame], division: int
) -> None:
    """INV-2."""
    plans = plan_batch(*rows, *DIVISIONS[division])
    assert sorted([*plans.bookings["source_key"], *plans.rejections["source_key"]]) == sorted(
        rows[0]["invoice_key"]
    )


@given(batches(good=True), DIVISION)
def test_a_booking_is_its_invoice_to_the_cent(rows: tuple[pd.DataFrame, pd.DataFrame], division: int) -> None:
    """INV-3: gross per booking, and VAT per VAT rate computed once over the invoice."""
    plans = plan_batch(*rows, *DIVISIONS[division])
    per_booking = plans.booking_lines.groupby("source_key")["gross_cents"].sum()
    assert per_booking.to_dict() == plans.bookings.set_index("source_key")["total_cents"].to_dict()
    points = {"zero": 0, "low": 900, "high": 2100}
    per_rate = (
        plans.booking_lines.groupby(["source_key", "vat_rate"])[["gross_cents", "vat_cents"]]
        .sum()
        .reset_index()
    )
    for row in per_rate.itertuples():
        assert row.vat_cents == vat_of_gross(int(str(row.gross_cents)), points[str(row.vat_rate)])


@given(batches(good=True), DIVISION)
def test_what_is_sent_adds_up_to_what_is_booked(
    rows: tuple[pd.DataFrame, pd.DataFrame], division: int
) -> None:
    """INV-5: a sales entry's lines with their VAT are its total; a general journal entry is
    balanced. For both kinds of VAT code."""
    chosen, lists = DIVISIONS[division]
    including = {code for code, found in lists.vat_codes.items() if found.kind is VatCodeKind.INCLUDING}
    for booking in plan_batch(*rows, chosen, lists).bookings.itertuples():
        entry = json.loads(str(booking.payload), parse_float=Decimal)
        lines = entry.get("SalesEntryLines") or entry["GeneralJournalEntryLines"]
        total = sum(_gross(row, including) for row in lines) * 100
        assert total == (booking.total_cents if "SalesEntryLines" in entry else 0)


def _gross(row: dict[str, Any], including: set[str]) -> Decimal:
    vat = row.get("VATAmountFC", row.get("AmountVATFC", Decimal(0)))
    amount: Decimal = row["AmountFC"]
    return amount if row.get("VATCode") in including else amount + vat


def test_the_frames_have_the_columns_and_types_of_the_contract() -> None:
    """docs/contracts.md; also when there is nothing to book."""
    for rows in (batch(), batch(with_total([line("45.00")])), batch((invoice(), []))):
        plans = plan_batch(*rows, some_settings(), some_lists())
        for frame, columns in (
            (plans.bookings, BOOKING_COLUMNS),
            (plans.booking_lines, BOOKING_LINE_COLUMNS),
            (plans.rejections, REJECTION_COLUMNS),
        ):
            assert {name: str(kind) for name, kind in frame.dtypes.items()} == columns


def test_a_line_without_its_invoice_breaks_the_contract() -> None:
    invoices, lines = batch(with_total([line("45.00")]), with_total([line("45.00")], "2026002"))
    with pytest.raises(ContractBroken, match="andere sleutels"):
        plan_batch(invoices.iloc[:1], lines, some_settings(), some_lists())


def test_the_rows_handed_in_are_not_changed() -> None:
    rows = batch(with_total([line("45.00")], "2026002"), with_total([line("45.00")]))
    rows = (mark_doubles(rows[0], some_lists()), rows[1])
    before = [frame.copy() for frame in rows]
    transform_invoices(*rows, some_settings(), some_lists())
    for frame, copy in zip(rows, before, strict=True):
        pd.testing.assert_frame_equal(frame, copy)


def test_a_thousand_professions_nobody_set_up_are_rejected_one_by_one() -> None:
    records = [with_total([line("1.00", profession=f"beroep {n}")], str(1000 + n)) for n in range(1000)]
    plans = plan_batch(*batch(*records), some_settings(), some_lists())
    assert np.unique(plans.rejections["reason_values"]).size == 1000


ACCOUNTS_OF_OLD = ["8010", "8030", "8900", "8901", "8902", "8999"]
"""Two of today's, two that the settings have not any more, one that is blocked and one that is
gone.
"""
DIVISION_OF_OLD = some_lists(
    accounts={
        "8900": some_account("8900", GlAccountType.REVENUE),
        "8901": some_account("8901", GlAccountType.REVENUE),
        "8902": some_account("8902", GlAccountType.REVENUE, blocked=True),
    },
    vat_codes={
        **some_lists().vat_codes,
        **{
            code: replace(some_lists(kinds={rate: VatCodeKind.INCLUDING}).vat_codes[own], code=code)
            for code, own, rate in (
                ("20", "0", VatRate.ZERO), ("21", "1", VatRate.LOW), ("22", "2", VatRate.HIGH),
            )
        },
    },
)  # fmt: skip
CREDITED = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.sampled_from([PHYSIO, SPEECH]),
        st.sampled_from(list(RevenueGroup)),
        st.sampled_from(list(VatRate)),
        st.sampled_from(ACCOUNTS_OF_OLD),
        st.booleans(),
    ),
    max_size=30,
)


@given(batches(good=True), CREDITED, st.integers(1, 3))
def test_a_credit_is_booked_where_its_original_is(
    rows: tuple[pd.DataFrame, pd.DataFrame], drawn: list[tuple[Any, ...]], size: int
) -> None:
    """M8: the bytes of the plain rules, in any chunking; the settings may have changed since."""
    where: dict[str, dict[Any, tuple[str, str]]] = {}
    for number, profession, group, rate, account, is_new in drawn:
        code = f"{2 if is_new else ''}{list(VatRate).index(rate)}"
        where.setdefault(f"factuur:{number}", {}).setdefault((profession, group, rate), (account, code))
    names = ["invoice_key", "profession", "revenue_group", "vat_rate", "gl_account", "vat_code"]
    cells = [(key, *map(str, cell), *facts) for key, own in where.items() for cell, facts in own.items()]
    credited = pd.DataFrame(cells, columns=names, dtype="str")
    invoices, lines = rows
    marked = mark_doubles(invoices, DIVISION_OF_OLD)
    plans = transform_invoices(marked, lines, some_settings(), DIVISION_OF_OLD, credited)
    booked, rejected = plan_plainly(*rows, some_settings(), DIVISION_OF_OLD, where)
    assert dict(zip(plans.rejections["source_key"], plans.rejections["reason"], strict=True)) == rejected
    assert plans.bookings["payload"].tolist() == [b.payload for b in booked]
    expected = [[b.source_key, *facts] for b in booked for facts in b.lines]
    assert plans.booking_lines.drop(columns="line_number").to_numpy().tolist() == expected
    parts = [
        transform_invoices(
            some,
            lines[lines["invoice_key"].isin(some["invoice_key"])],
            some_settings(),
            DIVISION_OF_OLD,
            credited,
        )
        for some in (marked.iloc[place : place + size] for place in range(0, len(marked), size))
    ]
    if parts:
        same(joined(parts), plans)
