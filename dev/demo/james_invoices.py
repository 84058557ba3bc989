"""Makes the invoices, claims and lines of a practice. Everything is an array: no loop runs over invoices or lines.

The order of the work: draw drafts and final invoices with their lines; credit some of them; put all in order of time; number them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dev.demo.james_catalog import Catalog
from dev.demo.james_copy import euros, moments
from dev.demo.james_debtors import IDS_PER_PRACTICE, INSTITUTION, INSURER, PATIENT, Debtors
from dev.demo.practices import Practice

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Times = NDArray[np.datetime64]

HISTORY_START = np.datetime64("2025-10-01")
HISTORY_END = np.datetime64("2026-11-15")
MOST_LINES = 7
DRAFT_SHARE = 0.05
CREDIT_SHARE = 0.04
WHOLE_CREDIT_SHARE = 0.6
OTHER_PROFESSION_SHARE = 0.15
DISCOUNT_SHARE = 0.04
DISCOUNT_DIVISOR = 10
DAYS_UNTIL_CREDIT = (2, 10)
LINES_PER_INVOICE = 4.31
"""Lines in all per invoice asked for, with those of drafts and credits; measured."""


@dataclass(frozen=True)
class Invoices:
    """Headers, one array entry per invoice or claim."""

    claim: Bools
    draft: Bools
    debtor: Ints
    """Row of the debtor's card."""
    condition: NDArray[np.object_]
    moment: Times
    """Local wall-clock time at which the number is assigned; of a draft, at which it was made."""
    credits: Ints
    """Row of the credited invoice, or -1."""

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
    """One array entry per line; ``owner`` is the row of its invoice, and owners ascend."""

    owner: Ints
    item: Ints
    """Row in the catalog."""
    quantity: Ints
    price_cents: Ints
    discount: Bools

    @property
    def amount_cents(self) -> Ints:
        """Gross."""
        return self.quantity * self.price_cents

    @property
    def starts(self) -> Ints:
        """Where each invoice's lines begin; every invoice has at least one."""
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
    """``counts``: invoices before, and from, the link date on; drafts and credits come on top. In order of time."""
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
    """Few insurers get most claims; patients and institutions are alike."""
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
    """What the debtor usually has, unless a patient pays at the desk."""
    at_the_desk = (kinds == PATIENT) & (rng.random(len(kinds)) < practice.shape.desk_share)
    return np.where(at_the_desk, rng.choice(["PIN", "CONTANT"], len(kinds), p=[0.75, 0.25]), usual)


def _on_workdays(days: Times) -> Times:
    """A Saturday or Sunday moves to the Friday before."""
    weekday = (days.astype("datetime64[D]").astype(np.int64) + 3) % 7
    return (days - np.maximum(weekday - 4, 0)).astype("datetime64[s]")


def _time_of_day(count: int, rng: np.random.Generator) -> NDArray[np.timedelta64]:
    """Mostly office hours; one in fifty in the last or the first second of a day."""
    seconds = rng.integers(8 * 3600, 20 * 3600, count)
    seconds[::100] = 86_399
    seconds[50::100] = 0
    return seconds.astype("timedelta64[s]")


def _draw_lines(practice: Practice, invoices: Invoices, catalog: Catalog, rng: np.random.Generator) -> Lines:
    """A discount line takes a part off the invoice's first item, so a total stays positive."""
    sizes = rng.integers(1, MOST_LINES + 1, len(invoices.moment))
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
    """Most lines of an invoice are of one profession; some invoices mix them (M8)."""
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
    """Credit invoices some days after their original, on the same side of each date from which the link takes invoices."""
    original = np.flatnonzero(~invoices.draft & (rng.random(len(invoices.draft)) < CREDIT_SHARE))
    days = rng.integers(*DAYS_UNTIL_CREDIT, len(original)).astype("timedelta64[D]")
    moment = _on_workdays((invoices.moment[original] + days).astype("datetime64[D]")) + np.timedelta64(
        17, "h"
    )
    kept = (moment > invoices.moment[original]) & (
        _era(practice, moment) == _era(practice, invoices.moment[original])
    )
    original, moment = original[kept], moment[kept]
    credits = replace(invoices.take(original), moment=moment, credits=original)
    return credits, _credited_lines(lines, original, rng)


def _era(practice: Practice, moment: Times) -> Ints:
    borders = np.array([practice.first_sync_date, practice.link_date, HISTORY_END + 1], dtype="datetime64[s]")
    return np.searchsorted(borders, moment, side="right")


def _credited_lines(lines: Lines, original: Ints, rng: np.random.Generator) -> Lines:
    """All lines of an original with the sign turned, or the first one only."""
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


def invoice_frames(
    practice_id: int,
    invoices: Invoices,
    lines: Lines,
    debtors: Debtors,
    catalog: Catalog,
    rng: np.random.Generator,
) -> dict[str, pd.DataFrame]:
    """Frames of the tables factuur, factuurregel, declaratie and declaratieregel."""
    ids = practice_id * IDS_PER_PRACTICE + np.arange(len(invoices.moment))
    totals = euros(np.add.reduceat(lines.amount_cents, lines.starts))
    headers = pd.DataFrame(
        {
            "id": ids,
            "praktijk_id": practice_id,
            "debiteur_id": debtors.ids[invoices.debtor],
            "declaratienummer": _claim_numbers(invoices),
            "factuurnummer": _invoice_numbers(invoices),
            "status": _states(invoices, rng),
            "aangemaakt_op": moments(invoices.moment),
            "gefactureerd_op": moments(np.where(invoices.draft, np.datetime64("NaT"), invoices.moment)),
            "betalingsconditie": invoices.condition,
            "totaalbedrag": totals,
            "crediteert": pd.array(ids[invoices.credits], dtype="Int64"),
            "gewijzigd_op": moments(invoices.moment),
        }
    )
    headers.loc[invoices.credits < 0, "crediteert"] = pd.NA
    return {
        **_tables_of("factuur", headers, ~invoices.claim),
        **_tables_of("declaratie", headers, invoices.claim),
    } | _line_tables(ids, invoices, lines, catalog)


def _tables_of(table: str, headers: pd.DataFrame, rows: Bools) -> dict[str, pd.DataFrame]:
    named = headers[rows].rename(columns={"id": f"{table}_id", "crediteert": f"crediteert_{table}_id"})
    return {table: named.drop(columns="declaratienummer") if table == "factuur" else named}


def _line_tables(ids: Ints, invoices: Invoices, lines: Lines, catalog: Catalog) -> dict[str, pd.DataFrame]:
    items = catalog.items
    article = items["article"].to_numpy(bool)[lines.item]
    number = np.arange(len(lines.owner)) - lines.starts[lines.owner] + 1
    item_id = pd.array(items["id"].to_numpy()[lines.item], dtype="Int64")
    described = np.where(lines.discount, "Korting", items["description"].to_numpy(object)[lines.item])
    frame = pd.DataFrame(
        {
            "id": ids[lines.owner],
            "regelnummer": number,
            "professie_id": catalog.professions[items["profession"].to_numpy()[lines.item]],
            "tarief_id": item_id,
            "artikel_id": item_id,
            "omschrijving": described,
            "aantal": lines.quantity,
            "stuksprijs": euros(lines.price_cents),
            "btw_percentage": items["vat_percentage"].to_numpy()[lines.item],
            "bedrag": euros(lines.amount_cents),
        }
    )
    frame["tarief_id"] = frame["tarief_id"].mask(article)
    frame["artikel_id"] = frame["artikel_id"].where(article)
    claim = invoices.claim[lines.owner]
    return {
        f"{table}regel": frame[rows].rename(columns={"id": f"{table}_id"})
        for table, rows in (("factuur", ~claim), ("declaratie", claim))
    }


def _years(invoices: Invoices) -> Ints:
    return invoices.moment.astype("datetime64[Y]").astype(np.int64) + 1970


def _invoice_numbers(invoices: Invoices) -> NDArray[np.object_]:
    """2026000123: fits Int32, counts on within the year over invoices and claims; a draft has none yet."""
    final = ~invoices.draft
    years = _years(invoices)
    counted = np.cumsum(final)
    before_year = {year: int(final[years < year].sum()) for year in np.unique(years)}
    in_year = counted - np.vectorize(before_year.get, otypes=[np.int64])(years)
    return _only(final, (years * 1_000_000 + in_year).astype(str))


def _claim_numbers(invoices: Invoices) -> NDArray[np.object_]:
    """D000000123, counted over all years."""
    final = invoices.claim & ~invoices.draft
    return _only(final, np.char.add("D", np.char.zfill(np.cumsum(final).astype(str), 9)))


def _only(rows: Bools, texts: NDArray[np.str_]) -> NDArray[np.object_]:
    """The texts of those rows, and nothing for the others."""
    chosen = texts.astype(object)
    chosen[~rows] = None
    return chosen


def _states(invoices: Invoices, rng: np.random.Generator) -> NDArray[np.object_]:
    age = (HISTORY_END - invoices.moment.astype("datetime64[D]")).astype(np.int64)
    chance = rng.random(len(age))
    at_the_desk = np.isin(invoices.condition, ["PIN", "CONTANT"])
    paid = at_the_desk | ((age > 30) & (chance < 0.8))
    reminded = (age > 30) & (chance > 0.95)
    return np.select(
        [invoices.draft, paid, reminded], ["te factureren", "betaald", "herinnerd"], "gefactureerd"
    ).astype(object)
