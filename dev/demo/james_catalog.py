"""The items that a practice charges, as arrays: a million lines can be drawn from them at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dev.demo.james_copy import euros
from dev.demo.james_items import ARTICLES, PROFESSIONS, TARIFFS, Item
from dev.demo.practices import Practice

Ints = NDArray[np.int64]
ITEMS_PER_PRACTICE = 1000
PROFESSION_IDS = {code: place for place, code in enumerate(PROFESSIONS, start=1)}


@dataclass(frozen=True)
class Catalog:
    """The items of a practice, one row each, and per kind of line the rows it can be drawn from.

    A pool is the rows for one profession, article or not, claim or not. ``pool_rows`` holds the
    pools one after the other; each begins at its ``pool_starts`` and has its ``pool_sizes`` rows.
    """

    professions: Ints
    """Ids of the practice's professions in James."""
    items: pd.DataFrame
    pool_rows: Ints
    pool_starts: Ints
    pool_sizes: Ints

    def draw(
        self,
        profession: Ints,
        article: NDArray[np.bool_],
        claim: NDArray[np.bool_],
        chance: NDArray[np.float64],
    ) -> Ints:
        """Return a row of ``items`` per line; all arrays have one entry per line.

        ``profession`` counts from 0, ``chance`` is from 0 up to 1.
        A line of a claim gets a tariff where no article can be claimed.
        """
        pool = _pool(profession, article, claim)
        pool = np.where(self.pool_sizes[pool] == 0, _pool(profession, np.zeros_like(article), claim), pool)
        return self.pool_rows[self.pool_starts[pool] + (chance * self.pool_sizes[pool]).astype(np.int64)]


def _pool(profession: Ints, article: NDArray[np.bool_], claim: NDArray[np.bool_]) -> Ints:
    return (profession * 2 + article) * 2 + claim


def make_catalog(practice: Practice, practice_id: int) -> Catalog:
    """Return the items of a practice's professions, with their ids in James."""
    items = pd.DataFrame(_items(practice, practice_id))
    pools = [
        np.flatnonzero(
            (items["profession"] == place)
            & (items["article"] == article)
            & (items["claimable"] | (not claim))
        )
        for place in range(len(practice.professions))
        for article in (False, True)
        for claim in (False, True)
    ]
    sizes = np.array([len(pool) for pool in pools])
    ids = np.array([PROFESSION_IDS[code] for code in practice.professions])
    return Catalog(ids, items, np.concatenate(pools), np.concatenate([[0], np.cumsum(sizes)[:-1]]), sizes)


def _items(practice: Practice, practice_id: int) -> Iterator[dict[str, object]]:
    number = practice_id * ITEMS_PER_PRACTICE
    for place, profession in enumerate(practice.professions):
        for article, item in _items_of(profession):
            number += 1
            yield {"id": number, "profession": place, "article": article, **item._asdict()}


def _items_of(profession: str) -> list[tuple[bool, Item]]:
    return [(False, item) for item in TARIFFS[profession]] + [(True, item) for item in ARTICLES[profession]]


def price_lists(catalog: Catalog, practice_id: int) -> dict[str, pd.DataFrame]:
    """Return the frames of the tables tarieflijst, tarief and artikel."""
    lists = practice_id * ITEMS_PER_PRACTICE + np.arange(len(catalog.professions))
    items = catalog.items.assign(prijs=euros(catalog.items["price_cents"].to_numpy(np.int64)))
    items = items.rename(columns={"description": "omschrijving", "vat_percentage": "btw_percentage"})
    tariffs, articles = items[~items["article"]], items[items["article"]]
    return {
        "tarieflijst": pd.DataFrame(
            {
                "tarieflijst_id": lists,
                "praktijk_id": practice_id,
                "professie_id": catalog.professions,
                "codelijst": "999",
                "naam": "Praktijktarieven",
                "geldig_vanaf": "2025-01-01",
            }
        ),
        "tarief": tariffs.rename(columns={"id": "tarief_id", "code": "prestatiecode"}).assign(
            tarieflijst_id=lists[tariffs["profession"]]
        )[["tarief_id", "tarieflijst_id", "prestatiecode", "omschrijving", "btw_percentage", "prijs"]],
        "artikel": articles.rename(columns={"id": "artikel_id", "code": "artikelnummer"}).assign(
            praktijk_id=practice_id, professie_id=catalog.professions[articles["profession"]]
        )[
            [
                "artikel_id",
                "praktijk_id",
                "professie_id",
                "artikelnummer",
                "omschrijving",
                "btw_percentage",
                "prijs",
            ]
        ],
    }
