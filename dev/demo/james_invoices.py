"""Draw the invoices, claims and lines of a practice.

The steps: draw drafts and final invoices with their lines, credit some of them, sort all by time.
All are arrays, and no loop runs over invoices or lines: a million take seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from dev.demo.james_catalog import Catalog
from dev.demo.james_debtors import INSTITUTION, INSURER, PATIENT, Debtors
from dev.demo.practices import Practice

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Times = NDArray[np.datetime64]

HISTORY_START = np.datetime64("2025-10-01")
HISTORY_END = np.datetime64("2026-11-15")
MAX_LINES = 7
DRAFT_SHARE = 0.05
CREDIT_SHARE = 0.04
WHOLE_CREDIT_SHARE = 0.6
OTHER_PROFESSION_SHARE = 0.15
DISCOUNT_SHARE = 0.04
DISCOUNT_DIVISOR = 10
DAYS_UNTIL_CREDIT = (2, 10)
LINES_PER_INVOICE = 4.31
"""Lines per invoice that was asked for, with the lines of drafts and credits; measured."""


@dataclass(frozen=True)
class Invoices:
    """Headers, one array entry per invoice or claim."""

    claim: Bools
    draft: Bools
    debtor: Ints
    """Row of the debtor's card."""
    condition: NDArray[np.object_]
    moment: Times
    """Local time at which the number is assigned; of a draft, at which it was made."""
    credits: Ints
    """Row of the invoice that this one credits, or -1."""

    def take(self, rows: Ints) -> Invoices:
        return Invoices(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def followed_by(self, other: Invoices) -> Invoices:
        return Invoices(
            **{
                field.name: np.concatenate([getattr(self, field.name), getattr(other, field.name)])
                for field in fields(self)
            }
        )


@dataclass(frozen=True)
class Lines:
    """One array entry per line; ``owner`` is the row of its invoice, in ascending order."""

    owner: Ints
    item: Ints
    """Row in the catalog."""
    quantity: Ints
    price_cents: Ints
    discount: Bools

    @property
    def amount_cents(self) -> Ints:
        """Cents with VAT."""
        return self.quantity * self.price_cents

    @property
    def starts(self) -> Ints:
        """The first line of each invoice; every invoice has at least one line."""
        return np.flatnonzero(np.diff(self.owner, prepend=-1))

    def take(self, rows: Ints) -> Lines:
        return Lines(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def followed_by(self, other: Lines) -> Lines:
        return Lines(
            **{
                field.name: np.concatenate([getattr(self, field.name), getattr(other, field.name)])
                for field in fields(self)
            }
        )


def make_invoices(
    practice: Practice, debtors: Debtors, catalog: Catalog, counts: tuple[int, int], rng: np.random.Generator
) -> tuple[Invoices, Lines]:
    """Return the invoices of a practice in order of time, and their lines.

    ``counts`` are the numbers of invoices before the link date and from it on; drafts and credits
    are made besides.
    """
    invoices = _draw_invoices(practice, debtors, counts, rng)
    lines = _draw_lines(practice, invoices, catalog, rng)
    credits, credit_lines = _draw_credits(practice, invoices, lines, rng)
    shifted = replace(credit_lines, owner=credit_lines.owner + len(invoices.moment))
    return _in_order_of_time(invoices.followed_by(credits), lines.followed_by(shifted))


def _draw_invoices(
    practice: Practice, debtors: Debtors, counts: tuple[int, int], rng: np.random.Generator
) -> Invoices:
    link = np.datetime64(practice.link_date)
    drafts = max(1, round(sum(counts) * DRAFT_SHARE))
    days = np.concatenate(
        [
            rng.integers(0, (link - HISTORY_START).astype(int), counts[0]) + HISTORY_START,
            rng.integers(0, (HISTORY_END - link).astype(int) + 1, counts[1]) + link,
            rng.integers(0, 14, drafts) + HISTORY_END - 13,
        ]
    )
    kinds = _draw_kinds(practice, len(days), rng)
    debtor = _draw_debtors(kinds, debtors, rng)
    return Invoices(
        claim=kinds == INSURER,
        draft=np.arange(len(days)) >= sum(counts),
        debtor=debtor,
        condition=_draw_conditions(practice, kinds, debtors.conditions[debtor], rng),
        moment=_on_workdays(days) + _time_of_day(len(days), rng),
        credits=np.full(len(days), -1),
    )


def _draw_kinds(practice: Practice, count: int, rng: np.random.Generator) -> NDArray[np.str_]:
    shape = practice.shape
    patient_share = 1 - shape.claim_share - shape.institution_share
    return rng.choice(
        [INSURER, INSTITUTION, PATIENT], count, p=[shape.claim_share, shape.institution_share, patient_share]
    )


def _draw_debtors(kinds: NDArray[np.str_], debtors: Debtors, rng: np.random.Generator) -> Ints:
    """Draw a debtor per invoice: a few insurers get most claims, others have equal chances."""
    chance = rng.random(len(kinds))
    chance = np.where(kinds == INSURER, chance**2, chance)
    chosen = np.empty(len(kinds), dtype=np.int64)
    for kind, rows in debtors.rows.items():
        here = kinds == kind
        chosen[here] = rows[(chance[here] * len(rows)).astype(np.int64)]
    return chosen


def _draw_conditions(
    practice: Practice, kinds: NDArray[np.str_], usual: NDArray[np.object_], rng: np.random.Generator
) -> NDArray[np.object_]:
    """Return the debtor's own condition, or PIN or cash where a patient pays at the desk."""
    at_the_desk = (kinds == PATIENT) & (rng.random(len(kinds)) < practice.shape.desk_share)
    return np.where(at_the_desk, rng.choice(["PIN", "CONTANT"], len(kinds), p=[0.75, 0.25]), usual)


def _on_workdays(days: Times) -> Times:
    """Move a Saturday or Sunday to the Friday before."""
    weekday = (days.astype("datetime64[D]").astype(np.int64) + 3) % 7
    return (days - np.maximum(weekday - 4, 0)).astype("datetime64[s]")


def _time_of_day(count: int, rng: np.random.Generator) -> NDArray[np.timedelta64]:
    """Draw office hours; one in fifty is in the last or the first second of a day."""
    seconds = rng.integers(8 * 3600, 20 * 3600, count)
    seconds[::100] = 86_399
    seconds[50::100] = 0
    return seconds.astype("timedelta64[s]")


def _draw_lines(practice: Practice, invoices: Invoices, catalog: Catalog, rng: np.random.Generator) -> Lines:
    """Draw the lines; a discount is a part of the first item, so totals stay positive."""
    sizes = rng.integers(1, MAX_LINES + 1, len(invoices.moment))
    owner = np.repeat(np.arange(len(sizes)), sizes)
    first = np.repeat(np.cumsum(sizes) - sizes, sizes)
    claim = invoices.claim[owner]
    discount = (rng.random(len(owner)) < DISCOUNT_SHARE) & ~claim & (first != np.arange(len(owner)))
    item = _draw_items(practice, catalog, owner, claim, rng)
    item = np.where(discount, item[first], item)
    price = catalog.items["price_cents"].to_numpy(np.int64)[item]
    quantity = np.where(rng.random(len(owner)) < 0.85, 1, rng.integers(2, 5, len(owner)))
    return Lines(
        owner=owner,
        item=item,
        quantity=np.where(discount, 1, quantity),
        price_cents=np.where(discount, -(price // DISCOUNT_DIVISOR), price),
        discount=discount,
    )


def _draw_items(
    practice: Practice, catalog: Catalog, owner: Ints, claim: Bools, rng: np.random.Generator
) -> Ints:
    """Draw an item per line; most lines of an invoice are of one profession (M8)."""
    professions = len(catalog.professions)
    usual = rng.integers(0, professions, owner[-1] + 1)[owner]
    profession = np.where(
        rng.random(len(owner)) < OTHER_PROFESSION_SHARE, rng.integers(0, professions, len(owner)), usual
    )
    article = rng.random(len(owner)) < practice.shape.article_share
    return catalog.draw(profession, article, claim, rng.random(len(owner)))


def _draw_credits(
    practice: Practice, invoices: Invoices, lines: Lines, rng: np.random.Generator
) -> tuple[Invoices, Lines]:
    """Draw credit invoices, some days after their original.

    No first-sync date or link date is between the two.
    """
    original = np.flatnonzero(~invoices.draft & (rng.random(len(invoices.draft)) < CREDIT_SHARE))
    days = rng.integers(*DAYS_UNTIL_CREDIT, len(original)).astype("timedelta64[D]")
    moment = _on_workdays((invoices.moment[original] + days).astype("datetime64[D]")) + np.timedelta64(
        17, "h"
    )
    kept = (moment > invoices.moment[original]) & (
        _period(practice, moment) == _period(practice, invoices.moment[original])
    )
    original, moment = original[kept], moment[kept]
    credits = replace(invoices.take(original), moment=moment, credits=original)
    return credits, _credited_lines(lines, original, rng)


def _period(practice: Practice, moment: Times) -> Ints:
    """Return 0 before the first-sync date, 1 before the link date, 2 from it on."""
    borders = np.array([practice.first_sync_date, practice.link_date, HISTORY_END + 1], dtype="datetime64[s]")
    return np.searchsorted(borders, moment, side="right")


def _credited_lines(lines: Lines, original: Ints, rng: np.random.Generator) -> Lines:
    """Return the lines of each original, or the first one only, with the opposite sign."""
    starts = lines.starts
    sizes = np.diff(starts, append=len(lines.owner))[original]
    totals = np.add.reduceat(lines.amount_cents, starts)[original]
    partly = (rng.random(len(original)) > WHOLE_CREDIT_SHARE) & (
        lines.amount_cents[starts[original]] < totals
    )
    sizes = np.where(partly, 1, sizes)
    owner = np.repeat(np.arange(len(original)), sizes)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    copied = lines.take(starts[original][owner] + place)
    return replace(copied, owner=owner, quantity=-copied.quantity)


def _in_order_of_time(invoices: Invoices, lines: Lines) -> tuple[Invoices, Lines]:
    order = np.lexsort([np.arange(len(invoices.moment)), invoices.moment])
    new_row = np.empty_like(order)
    new_row[order] = np.arange(len(order))
    invoices = invoices.take(order)
    credits = np.where(invoices.credits < 0, -1, new_row[invoices.credits])
    owner = new_row[lines.owner]
    by_owner = np.argsort(owner, kind="stable")
    return replace(invoices, credits=credits), replace(lines, owner=owner).take(by_owner)
