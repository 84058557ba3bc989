"""Reads from James what is new or changed: of each month James is asked for a few figures, and only
the months that differ from what was kept of them are read (docs/decisions/0023).

Once a week, and whenever what was kept may not hold, all of the practice is read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import psycopg

from exact_online.book_day import own_day
from exact_online.dutch import dutch_day
from exact_online.extract.contract import contract
from exact_online.extract.copying import blocks, copied
from exact_online.extract.james import KEYS_PER_CHUNK, StagedCounts, fetch_chosen, james_code, pour_keys
from exact_online.extract.revenue import revenue_totals
from exact_online.extract.snapshot import snapshot
from exact_online.ledger import JamesTotal, Ledger, Run
from exact_online.ledger.james_months import NO_DAY, Days, LastReading
from exact_online.ledger.staging import Staging

Connection = psycopg.Connection[Any]

FIGURES = """
select
    date_trunc('month', answer.invoice_date)::date as month,
    count(*) as invoices,
    coalesce(sum(hashtextextended(answer::text, 0)), 0) as digest
from ({keys}
) as answer
group by 1"""
"""The figures of a month over all that invoice_keys.sql returns: two of the same sum are as likely
as two equal numbers of 64 bits."""
WEEK = 7
"""Days after which all is read at the latest."""
WITH_A_DAY = 'answer."invoice_date" is not null'
AMONG_ASKED = 'answer."invoice_key" in (select unnest(%(only_keys)s::text[]))'

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reading:
    """What a night read from James."""

    counts: StagedCounts
    totals: list[JamesTotal]
    """What James says the invoices of all months come to."""
    months: int
    """That were read: their figures differed, or all was read."""
    in_full: bool


def stage_changed(
    james: Connection,
    ledger: Ledger,
    run: Run,
    days: Days,
    *,
    in_full: bool = False,
    keys_per_chunk: int = KEYS_PER_CHUNK,
) -> Reading:
    """Stage the invoices and claims of `days` that the ledger lacks, as `james.stage_invoices`
    does, and return what was read.

    Read are the keys of the months of which James says other figures than at the last reading, and
    of a month that was not settled since; James is also asked for what is rejected or held, was
    closed for now, or is otherwise in James than it is booked. All keys are read with `in_full`
    (`reads_all`).

    The months settle when the run has planned what it fetched (`ledger.james_months.settle`).
    Raises as `james.stage_invoices`.
    """
    staging, months, practice = ledger.staging, ledger.james_months, run.practice
    with snapshot(james), staging.transaction("stage invoices"):
        code = james_code(james, staging, practice)
        staging.clear_invoices(run.run_id)
        staging.prepare_keys()
        _pour_figures(james, staging, code, days)
        differing = months.to_read(practice, days, in_full=in_full)
        ranges = [days] if in_full else joined(differing)
        if in_full:
            keys = pour_keys(james, staging, code, days)
            staging.ask_none(practice, *days)
        else:
            keys = sum(_pour_range(james, staging, code, each) for each in ranges)
            keys += _pour_asked(james, ledger, code, practice, days, keys_per_chunk)
        staging.choose_keys(practice)
        staging.note_gone_invoices(practice, run.run_id, *days)
        counts = fetch_chosen(james, staging, run.run_id, practice, code, keys, keys_per_chunk)
        totals = _totals_per_month(james, code, ranges, in_full=in_full)
        if in_full:
            _tell_otherwise(months.otherwise(practice, totals))
            months.note_full(run, _basis(code, days[0]))
        months.keep(run, days, totals)
        return Reading(counts, months.totals(practice), len(differing), in_full)


def reads_all(ledger: Ledger, run: Run, first_day: dt.date) -> bool:
    """Return whether a run reads all of its practice from James, invoices and debtors.

    That is the practice's first run; one a week; one that follows a change of what is compared; and
    one that read James before: a person began it again. `first_day`: of the invoices.
    """
    code = ledger.staging.james_practice_code(run.practice) or ""
    return is_due(run, ledger.james_months.last_reading(run), _basis(code, first_day))


def is_due(run: Run, last: LastReading, basis: str) -> bool:
    """Return whether a run reads all of its practice.

    That is on the weekday on which everything of the practice is compared as well; on a later
    night when that one did not come; and when nothing that was kept can be compared.
    """
    if last.full_day is None or last.basis != basis or last.was_read:
        return True
    age = (run.book_day - last.full_day).days
    return age >= WEEK or (age > 0 and run.book_day.weekday() == own_day(run.practice))


def joined(ranges: Iterable[Days]) -> list[Days]:
    """Return ranges of days with those that touch made one; an empty one stays by itself."""
    found: list[Days] = []
    for first, before in sorted(ranges):
        if found and found[-1][0] < found[-1][1] == first < before:
            found[-1] = (found[-1][0], before)
        else:
            found.append((first, before))
    return found


def _basis(code: str, first_day: dt.date) -> str:
    """Digest of all that decides what the figures and totals of a month are, but James' rows."""
    texts = [FIGURES, *(contract(name).text for name in ("invoice_keys", "revenue_totals"))]
    return hashlib.sha256("\0".join([code, str(first_day), *texts]).encode()).hexdigest()


def _pour_figures(james: Connection, staging: Staging, code: str, days: Days) -> None:
    asked = {"james_practice_code": code, "from_date": days[0], "before_date": days[1]}
    question = FIGURES.format(keys=contract("invoice_keys").text)
    with closing(copied(james, question, asked)) as rows:
        staging.copy_in("month_now", ("month", "invoices", "digest"), blocks(rows, b""))


def _pour_range(james: Connection, staging: Staging, code: str, days: Days) -> int:
    """Copy the keys of some months; an empty range has those without a day, which are in each."""
    return pour_keys(james, staging, code, days, WITH_A_DAY if days[0] < days[1] else "")


def _pour_asked(
    james: Connection, ledger: Ledger, code: str, practice: str, days: Days, keys_per_chunk: int
) -> int:
    ledger.james_months.ask(practice)
    found, after = 0, ""
    while chunk := ledger.james_months.next_asked(after, keys_per_chunk):
        after = chunk[-1]
        found += pour_keys(james, ledger.staging, code, days, AMONG_ASKED, only_keys=chunk)
    return found


def _totals_per_month(
    james: Connection, code: str, ranges: Sequence[Days], *, in_full: bool
) -> Mapping[str, Sequence[JamesTotal]]:
    """Return what James sums over the ranges, by month as `JamesMonths.keep` has it."""
    totals: dict[str, list[JamesTotal]] = defaultdict(list)
    for days in ranges:
        is_empty = days[0] == days[1]
        for total in revenue_totals(james, code, days):
            if in_full or (total.month is None) == is_empty:
                totals[NO_DAY if total.month is None else total.month.isoformat()].append(total)
    return totals


def _tell_otherwise(months: Sequence[str]) -> None:
    for month in months:
        name = (
            "zonder dag"
            if month == NO_DAY
            else f"van de maand vanaf {dutch_day(dt.date.fromisoformat(month))}"
        )
        log.warning(
            "De facturen %s komen in James op iets anders uit, zonder dat James zegt dat er een is "
            "gewijzigd. Meld dit aan de ontwikkelaars.",
            name,
        )
