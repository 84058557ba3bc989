"""The tables of James that hold the drawn invoices and claims, with their numbers and states."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dev.demo.james_catalog import Catalog
from dev.demo.james_copy import euros, moments
from dev.demo.james_debtors import IDS_PER_PRACTICE, Debtors
from dev.demo.james_invoices import HISTORY_END, Bools, Ints, Invoices, Lines


def invoice_frames(
    practice_id: int,
    invoices: Invoices,
    lines: Lines,
    debtors: Debtors,
    catalog: Catalog,
    rng: np.random.Generator,
) -> dict[str, pd.DataFrame]:
    """Return the frames of the tables factuur, factuurregel, declaratie and declaratieregel."""
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
    """Return numbers such as 2026000123, which fit in Int32.

    Invoices and claims are numbered together within a year; a draft has no number.
    """
    final = ~invoices.draft
    years = _years(invoices)
    counted = np.cumsum(final)
    before_year = {year: int(final[years < year].sum()) for year in np.unique(years)}
    in_year = counted - np.vectorize(before_year.get, otypes=[np.int64])(years)
    return _only(final, (years * 1_000_000 + in_year).astype(str))


def _claim_numbers(invoices: Invoices) -> NDArray[np.object_]:
    """Return numbers such as D000000123, counted over all years."""
    final = invoices.claim & ~invoices.draft
    return _only(final, np.char.add("D", np.char.zfill(np.cumsum(final).astype(str), 9)))


def _only(rows: Bools, texts: NDArray[np.str_]) -> NDArray[np.object_]:
    """Return the texts of these rows, and None for the others."""
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
