"""How fast the transform is, beside a plain-Python reference that must give the same bytes.

    PYTHONPATH=plugins:. python -m tests.bench.transform [--lines 1000000] [--reference-lines
    100000]

Prints lines per second of processor time of one core, and the peak memory of the process.
The rows are made up here (seeded); making them is not timed.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Iterator

import numpy as np
import pandas as pd

from exact_online.settings import ExactLists, PracticeSettings
from exact_online.transform import InvoicePlans, transform_invoices
from exact_online.vocabulary import PaymentCondition
from tests.bench import results
from tests.transform.plain import plan_plainly
from tests.transform.practice import PHYSIO, SPEECH, some_lists, some_settings

LINES_PER_INVOICE = 4
SEED = 20260122
INVOICES_PER_CHUNK = 25_000
"""As the night reads staged rows: what bounds the memory."""


def made_up_batch(line_count: int, seed: int = SEED) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Frames of docs/contracts.md: a quarter as many invoices as lines, usual prices, articles at 9
    and 21 %, some PIN, some claims."""
    random = np.random.default_rng(seed)
    count = line_count // LINES_PER_INVOICE
    invoice = np.repeat(np.arange(count), LINES_PER_INVOICE)
    article = random.random(line_count) < 0.25
    points = np.where(article, random.choice([900, 2100], line_count), 0)
    cents = np.where(
        article, random.integers(200, 20_000, line_count), random.choice([3325, 4150, 5275, 8900], line_count)
    )
    keys = [f"factuur:{number:09d}" for number in range(count)]
    line_keys = np.array(keys, dtype=object)[invoice]
    lines = pd.DataFrame(
        {
            "invoice_key": pd.array(line_keys, dtype="str"),
            "profession": pd.array(
                np.array([PHYSIO, SPEECH], dtype=object)[random.integers(0, 2, line_count)], dtype="str"
            ),
            "item_origin": pd.array(np.where(article, "article", "tariff").astype(object), dtype="str"),
            "amount_text": pd.array([f"{amount / 100:.2f}" for amount in cents.tolist()], dtype="str"),
            "line_number": pd.array(np.tile(np.arange(1, LINES_PER_INVOICE + 1), count), dtype="Int64"),
            "vat_basis_points": pd.array(points, dtype="Int64"),
            "amount_cents": pd.array(cents, dtype="Int64"),
        }
    )
    return _headers(keys, np.add.reduceat(cents, np.arange(0, line_count, LINES_PER_INVOICE)), random), lines


def _headers(
    keys: list[str], totals: np.ndarray[tuple[int], np.dtype[np.int64]], random: np.random.Generator
) -> pd.DataFrame:
    count = len(keys)
    claim = random.random(count) < 0.4
    numbers = np.array([str(1_000_000 + number) for number in range(count)], dtype=object)
    conditions = np.array(list(map(str, PaymentCondition)), dtype=object)[
        random.integers(0, len(PaymentCondition), count)
    ]
    texts = {
        "invoice_key": np.array(keys, dtype=object),
        "invoice_kind": np.where(claim, "claim", "invoice").astype(object),
        "invoice_number": numbers,
        "claim_number": np.array(
            [f"D{number}" if own else None for number, own in zip(numbers, claim, strict=True)], dtype=object
        ),
        "debtor_number": np.array(
            [str(number) for number in random.integers(1, 20_000, count)], dtype=object
        ),
        "debtor_kind": np.where(claim, "insurer", "patient").astype(object),
        "payment_condition": conditions,
        "currency": np.full(count, "EUR", dtype=object),
        "credited_invoice_number": np.full(count, None, dtype=object),
        "total_text": np.array([f"{total / 100:.2f}" for total in totals.tolist()], dtype=object),
        "shares_number_with": np.full(count, None, dtype=object),
        "changed_at": np.full(count, "2026-01-15T10:00:00+00:00", dtype=object),
    }
    days = np.datetime64("2025-01-01", "s") + random.integers(0, 365, count) * np.timedelta64(86_400, "s")
    return pd.DataFrame(
        {**{name: pd.array(values, dtype="str") for name, values in texts.items()}, "invoice_date": days}
        | {"total_cents": pd.array(totals, dtype="Int64")}
    )


def plan_in_chunks(
    invoices: pd.DataFrame, lines: pd.DataFrame, settings: PracticeSettings, lists: ExactLists
) -> Iterator[InvoicePlans]:
    """The plans of some invoices at a time, as the night makes them."""
    for first in range(0, len(invoices), INVOICES_PER_CHUNK):
        some = slice(first * LINES_PER_INVOICE, (first + INVOICES_PER_CHUNK) * LINES_PER_INVOICE)
        yield transform_invoices(invoices[first : first + INVOICES_PER_CHUNK], lines[some], settings, lists)


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--reference-lines", type=int, default=100_000)
    arguments = parser.parse_args()
    settings, lists = some_settings(), some_lists()

    invoices, lines = made_up_batch(arguments.lines)
    before = peak_megabytes()
    start = time.process_time()
    booked = sum(len(part.bookings) for part in plan_in_chunks(invoices, lines, settings, lists))
    fast = len(lines) / (time.process_time() - start)
    print(f"transform  {len(lines):>9,} lines, {booked:,} bookings: {fast:>9,.0f} lines/s")
    grown = peak_megabytes() - before
    print(f"memory     rows {before:,.0f} MB, peak while transforming in chunks + {grown:,.0f} MB")

    invoices, lines = made_up_batch(arguments.reference_lines)
    start = time.process_time()
    plain, _ = plan_plainly(invoices, lines, settings, lists)
    slow = len(lines) / (time.process_time() - start)
    print(
        f"reference  {len(lines):>9,} lines, {len(plain):,} bookings: {slow:>9,.0f} lines/s; "
        f"the transform does {fast / slow:.1f} x that"
    )
    same = transform_invoices(invoices, lines, settings, lists).bookings["fingerprint"].tolist() == [
        one.fingerprint for one in plain
    ]
    print("bytes      the same" if same else "bytes      DIFFER")
    figures = {"lines a second": fast, "megabytes on top of the rows": grown}
    results.write("transform", figures, {"times the plain rules": fast / slow})
    raise SystemExit(not same)


if __name__ == "__main__":
    main()
