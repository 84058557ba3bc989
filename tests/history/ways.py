"""The four ways in which two years come into Exact. Each ends with the closed year opened, all of
it booked, and a night that finds no difference.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from exact_online import ledger as ledgers
from exact_online.extract.reach import connect_james
from exact_online.failures import LockLost
from exact_online.ledger import ExportFile, Ledger
from exact_online.night import history, own_days, steps
from simulator import excel_import
from tests.faults.crashes import SimulatedCrash
from tests.history.books import doubles, james_cents, settled
from tests.history.two_years import BEFORE, CHANGE, FIRST, ONE_DAY, change_mapping, open_closed_year
from tests.history.walk import MOST_NIGHTS, Walk
from tests.link.small import SmallLink

PARTS = ((FIRST, CHANGE), (CHANGE, BEFORE))
AT_ONCE = 10
PATIENCE_SECONDS = 600.0
"""So long a night waits for the practice when runs of a backfill are at work (tasks/nights.py)."""
POINTS_OF_ENTRY, POINTS_IN_UPLOAD, POINTS_OF_HAND_OVER = 8, 3, 120
"""Crash points, about."""
TOPICS = {
    "relations": excel_import.RELATIONS,
    "sales_entry": excel_import.SALES,
    "general_journal_entry": excel_import.GENERAL,
}


def by_import(walk: Walk) -> None:
    """The form, once for each part; the nights after it go on by themselves."""
    _by_import(walk, POINTS_OF_ENTRY)


def by_bulk(walk: Walk) -> None:
    """The same with the practice's setting `bulk`: in uploads of many entries."""
    walk.link.setting(bulk=True)
    _by_import(walk, POINTS_IN_UPLOAD, bulk=True)


def _by_import(walk: Walk, points: int, **kept: bool) -> None:
    span = max(20, points * walk.invoices // max(1, walk.deaths))
    for place, (first, before) in enumerate(PARTS):
        asked = {"history_from": first.isoformat(), "history_until": (before - ONE_DAY).isoformat()}
        walk.night("import", deaths=_deaths(walk), span=span, **asked)
        _until(walk, span, lambda days=(first, before): walk.is_at_rest(*days))
        if place == 0:
            change_mapping(walk.link, **kept)
    _check_held(walk)
    open_closed_year(walk.link)
    walk.night(deaths=walk.deaths - walk.deaths_died, span=span)
    _until(walk, span, lambda: not walk.held_in_closed_year() and walk.is_at_rest(FIRST, BEFORE))
    _check_whole(walk)


def _deaths(walk: Walk) -> int:
    """A third of what is left in each night, so that all nights have some."""
    return -(-(walk.deaths - walk.deaths_died) // 3)


def _until(walk: Walk, span: int, is_done: Callable[[], bool]) -> None:
    while not is_done():
        assert len(walk.nights) < MOST_NIGHTS
        walk.night(deaths=_deaths(walk), span=span)


# Excel.


def by_excel(walk: Walk) -> None:
    """Handed over in workbooks, which a bookkeeper imports unedited; those of the closed year
    once more when it is open.
    """
    for place, (first, before) in enumerate(PARTS):
        asked = {"history_from": first.isoformat(), "history_until": (before - ONE_DAY).isoformat()}
        deaths = walk.deaths // 2 if place == 0 else walk.deaths - walk.deaths_died
        walk.night("excel", deaths=deaths, span=POINTS_OF_HAND_OVER, **asked)
        if place == 0:
            change_mapping(walk.link)
    files = _files(walk.link)
    rejected = [file for file in files if _import(walk.link, file)]
    assert rejected, "those of the closed year"
    open_closed_year(walk.link)
    assert not [file for file in rejected if _import(walk.link, file)]
    walk.night()
    checks = walk.link.ledger.exports.read_back(walk.link.practice.code, every=True)
    assert sum(check.found for check in checks) == walk.invoices
    assert not any(check.missing or check.different for check in checks)
    _check_whole(walk)


def _files(link: SmallLink) -> list[ExportFile]:
    """What is handed over: relations first, then in the order of making."""
    code = link.practice.code
    sets = sorted({file.set_id for file in link.ledger.exports.files(code)})
    files = [file for set_id in sets for file in link.ledger.exports.file_set(code, set_id)]
    return sorted((file for file in files if file.kind in TOPICS), key=lambda file: file.kind != "relations")


def _import(link: SmallLink, file: ExportFile) -> list[str]:
    """Return what Exact rejects; what a file has in Exact already is not counted."""
    assert file.content is not None
    done = excel_import.load(link.division, file.content, TOPICS[file.kind], link.world.user.id)
    return list(done.rejected.values())


# Airflow's backfill.


def by_backfill(walk: Walk) -> None:
    """Runs of single days in random order, ten at once, and repeated; a night in the midst.

    Airflow lets one of them import at a time (`max_active_tis_per_dag`); here ten do, each of which
    comes back when another has the practice. All is booked without a night after it.
    """
    link, days = walk.link, walk.days_with_invoice
    first, second = ([day for day in days if (day < CHANGE) == is_first] for is_first in (True, False))
    span = max(20, POINTS_OF_ENTRY * walk.invoices // max(1, walk.deaths))
    with walk.workers_dying(walk.deaths, span):
        _backfill(walk, first, "")
        change_mapping(link)
        _backfill(walk, second, "")
    _check_held(walk)
    open_closed_year(link)
    link.clock.sleep(3600)
    link.ledger.conn.execute("update exact_list set fetched_at = fetched_at - interval '1 hour'")
    _backfill(walk, days, "again")
    _check_whole(walk)


def _backfill(walk: Walk, days: Sequence[dt.date], again: str) -> None:
    order = walk.chance.sample(list(days), len(days))
    _one_run(walk, order[0], again)  # the first reads the division
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = [pool.submit(_one_run, walk, day, again) for day in order[1:]]
        while sum(run.done() for run in runs) < len(runs) // 2:
            time.sleep(0.2)
        walk.link.ledger.be_patient(PATIENCE_SECONDS)
        walk.night("nothing")
        for run in runs:
            run.result()


def _one_run(walk: Walk, day: dt.date, again: str) -> None:
    """A worker does a day; when it dies, another one begins it again."""
    while True:
        try:
            own_days_of(walk.link, day, again)
            return
        except SimulatedCrash:
            walk.tell(f"the run of {day} died")


def own_days_of(link: SmallLink, day: dt.date, again: str) -> None:
    """One run: a worker with sessions of its own, which comes back when another has the
    practice.
    """
    with (
        closing(ledgers.connect(link.place.ledger_dsn)) as session,
        closing(connect_james(link.place.james_dsn)) as james,
    ):
        ledger, code = Ledger(session), link.practice.code
        run = steps.open_run(ledger, code, f"backfill__{day}{again}", day + ONE_DAY)
        night = history.choose_days(link.night_of(run, ledger), "import", (day, day + ONE_DAY))
        own_days.make_ready(night)
        older = history.for_history(night, lambda run: link.night_of(run, ledger, backfill=True))
        while True:
            try:
                own_days.import_days(older, james, (day, day + ONE_DAY))
                break
            except LockLost:
                time.sleep(0.1)
        if found := history.found_history(night):
            own_days.compare_days(link.night_of(found, ledger), james)


# What all of them are held to.


def _check_held(walk: Walk) -> None:
    """FR-H1: what lies in the closed year is held and listed, and all else is booked."""
    held = walk.held_in_closed_year()
    assert held > walk.invoices // 3
    assert settled(walk.link)[0] == walk.invoices - held, walk.unsettled()
    causes = walk.link.ledger.open_items.causes(ledgers.OpenFilter(practice=walk.link.practice.code))
    assert sum(cause.records for cause in causes if cause.reason == "period_closed") == held


def _check_whole(walk: Walk) -> None:
    assert walk.deaths_died == walk.deaths
    assert settled(walk.link) == (walk.invoices, james_cents(walk.link))
    assert doubles(walk.link) == []
    outcome = walk.night("nothing")
    assert outcome.numbers.difference_cents == 0
    assert outcome.numbers.differences_new == 0


WAYS: dict[str, Callable[[Walk], None]] = {
    "import": by_import,
    "excel": by_excel,
    "bulk": by_bulk,
    "backfill": by_backfill,
}
