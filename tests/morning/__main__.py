"""A whole morning against what `make up` starts: `make morning`.

Five practices, a night without and a night with 30 faults, support in a browser, the night after.
It writes var/morning/report.json, and pictures of each page in both themes and at two widths.
"""

from __future__ import annotations

import datetime as dt
import json
import resource
import shutil
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import Any

import httpx
import psycopg
from playwright.sync_api import Browser, Page, sync_playwright

from dev.demo.exact_server import ExactServer
from dev.demo.night import airflow_with_practices
from dev.local.airflow import Airflow
from dev.local.failures import CannotRun
from dev.local.places import VAR
from dev.local.ports import free_port
from dev.local.progress import step
from dev.local.stack import Stack, opened
from exact_online.book_day import AMSTERDAM, book_day
from exact_online.dutch import dutch_day
from exact_online.ledger import Ledger, connect
from exact_online.registry import DAG_PREFIX
from exact_online.schedule import MORNING, PAGES, SUPPORT_MAIL_VARIABLE
from tests.browser.chromium import launch
from tests.browser.gallery import Gallery
from tests.dags.mailbox import SUPPORT, Mailbox, connection_to, serving
from tests.morning import proof
from tests.morning.people import Bookkeeper, all_of
from tests.morning.places import fill, practices
from tests.morning.plan import CHANGED, FAULTS, KADE, PLEIN
from tests.morning.support import Support

FOLDER = VAR / "morning"
WATCH = "exact_online_watch"
NIGHT_SECONDS = 1800
MAIL_SECONDS = 60
LOOKED_AT = (
    "/", "/open-items", "/practices/fysio_duin", "/practices/fysio_duin/nights",
    "/practices/fysio_duin/bookings", "/practices/fysio_duin/reconciliation", "/practices/fysio_duin/log",
    "/practices/fysio_plein", "/practices/fysio_plein/link", "/outage", "/reasons",
)  # fmt: skip


@dataclass
class Morning:
    """What runs, and who looks at it."""

    airflow: Airflow
    ledger: Ledger
    owner: psycopg.Connection[Any]
    support: Support
    box: Mailbox
    gallery: Gallery
    report: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    """What is wrong with how pages look."""
    _seen: set[str] = field(default_factory=set)

    def night(self, name: str) -> None:
        """Run the DAGs of all practices, and wait until they have ended."""
        client, began = self.airflow.client, time.monotonic()
        with step(f"The night {name}"):
            for each in practices():
                client.start(DAG_PREFIX + each.code)
            for each in practices():
                client.wait_until_idle(DAG_PREFIX + each.code, NIGHT_SECONDS)
        states = {each.code: client.runs(DAG_PREFIX + each.code)[0]["state"] for each in practices()}
        self.report[f"night {name}"] = {"seconds": round(time.monotonic() - began), "runs": states}

    def watch(self) -> None:
        """Run the watch of the morning."""
        with step("The watch of the morning"):
            self.airflow.client.wait_for_dag(WATCH)
            self.airflow.client.wait_until_idle(WATCH, NIGHT_SECONDS)
            run = self.airflow.client.trigger(WATCH)
            self.airflow.client.wait(WATCH, run, NIGHT_SECONDS)

    def mails(self, name: str, *expected: str) -> None:
        """Wait for exactly these subjects, in any order, since the last time."""
        told = self.report.setdefault("mails", {})
        known, until = sum(map(len, told.values())), time.monotonic() + MAIL_SECONDS
        while len(self.box.subjects) < known + len(expected) and time.monotonic() < until:
            time.sleep(0.2)
        told[name] = self.box.subjects[known:]
        assert sorted(told[name]) == sorted(expected), name

    def look_at_all(self, state: str, pages: Sequence[str] = LOOKED_AT) -> None:
        """Take pictures of the pages that support opens, with axe, as they are now."""
        for path in pages:
            self.support.go(path)
            self._take(self.support.page, state + (path.rstrip("/").replace("/", "-") or "-fleet"))

    def _take(self, page: Page, name: str) -> None:
        """Take pictures of a page; what axe finds, or is too wide, is told in the end."""
        if "--no-pictures" in sys.argv:
            return
        try:
            self.gallery.take(page, name)
        except AssertionError as found:
            self.wrong.append(str(found))

    def look(self, page: Page, name: str) -> None:
        """Take pictures of a page on the way, the first time that it is seen."""
        if name in self._seen:
            return
        self._seen.add(name)
        if page is self.support.exact:
            page.screenshot(path=self.gallery.folder / f"morning-{name}.png", full_page=True)
        else:
            self._take(page, name)

    def clear_reconcile(self) -> None:
        """Clear the red task of what was accepted, with all after it, as its page says."""
        client = self.airflow.client
        with step("The comparison once more, of what was accepted"):
            for each in practices():
                dag_id = DAG_PREFIX + each.code
                run = client.runs(dag_id)[0]
                if run["state"] == "failed":
                    client.clear(
                        dag_id, run["dag_run_id"], only_failed=False, task_ids=["reconcile"],
                        include_downstream=True,
                    )  # fmt: skip
                    client.wait(dag_id, run["dag_run_id"], NIGHT_SECONDS)


def main() -> int:
    """Walk the morning; return 0 when all is as it must be. An assertion says what is not."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / "pictures").mkdir(parents=True)
    box, began = Mailbox(port=free_port()), time.monotonic()
    mail = {
        "AIRFLOW_CONN_SMTP_DEFAULT": connection_to(box.port),
        SUPPORT_MAIL_VARIABLE: SUPPORT,
    }
    with ExitStack() as until_the_end:
        stack = until_the_end.enter_context(opened(FOLDER))
        until_the_end.enter_context(serving(box))
        up = airflow_with_practices(
            stack,
            ExactServer(None, None),
            practices(),
            fill=fill,
            before_linking=lambda url: Bookkeeper(url).give_own_user(PLEIN),
            more=mail,
        )
        airflow = until_the_end.enter_context(up)
        browser = launch(until_the_end.enter_context(sync_playwright()))
        until_the_end.callback(browser.close)
        morning = _morning(until_the_end, stack, airflow, browser, box)
        try:
            _walk(morning)
        finally:
            used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
            morning.report |= {
                "wrong with how pages look": morning.wrong,
                "seconds": round(time.monotonic() - began),
                "cpu_seconds_of_this_process": round(used[0].ru_utime + used[0].ru_stime),
                "faults": morning.support.report(),
            }
            text = json.dumps(morning.report, ensure_ascii=False, indent=2, default=str)
            (FOLDER / "report.json").write_text(text + "\n", encoding="utf-8")
    print(f"30 faults found, cured and gone; the report: {FOLDER / 'report.json'}")
    return 0


def _morning(
    until_the_end: ExitStack, stack: Stack, airflow: Airflow, browser: Browser, box: Mailbox
) -> Morning:
    ledger = Ledger(until_the_end.enter_context(closing(connect(stack.databases.exact_sync))))
    owner = until_the_end.enter_context(psycopg.connect(stack.databases.james_owner, autocommit=True))
    answer = httpx.post(
        f"{airflow.url}/auth/token", json={"username": airflow.user, "password": airflow.password}, timeout=30
    )
    context = browser.new_context(locale="nl-NL", viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "_token", "value": answer.json()["access_token"], "url": airflow.url}])
    assert stack.simulator_url is not None
    people = all_of(owner, Bookkeeper(stack.simulator_url))
    support = Support(
        context.new_page(), f"{airflow.url}/{PAGES}", context.new_page(), people, lambda: letters(box)
    )
    return Morning(airflow, ledger, owner, support, box, Gallery("morning", FOLDER / "pictures"))


def letters(box: Mailbox) -> list[str]:
    """Return what was mailed to others than support."""
    return [
        text for text, message in zip(box.texts(), box.messages, strict=True) if SUPPORT not in message["To"]
    ]


def _walk(morning: Morning) -> None:
    support, day = morning.support, dutch_day(book_day(dt.datetime.now(dt.UTC)))
    morning.look_at_all("empty")
    morning.night("without faults")
    morning.mails("after the night without faults")
    assert proof.open_items(morning.ledger) == []
    for fault in FAULTS:
        fault.kind.plant(support.practices[fault.practice])
    proof.an_hour_passes(support.practices[PLEIN].exact, morning.ledger)
    morning.night("with faults")
    found = proof.open_items(morning.ledger)
    morning.report["open after the night with faults"] = found
    counts = Counter(each["practice"] for each in found if each["practice"] != PLEIN)
    morning.mails(
        "after the night with faults",
        *(f"Exact Online {code}: {open_} open na de nacht van {day}" for code, open_ in counts.items()),
        *_of_the_broken_link(day),
    )
    morning.watch()
    reasons = {each["reason"] for each in found}
    morning.mails("after the watch", f"Exact Online: {len(reasons)} oorzaken open bij 5 praktijken op {day}")
    morning.look_at_all("broken")
    compared = proof.pages_say_what_sql_says(support, morning.ledger, morning.owner)
    by_keys = next(fault for fault in FAULTS if (fault.practice, fault.kind) == (KADE, CHANGED))
    morning.report["keys from the list to the act"] = support.accept_by_keyboard(by_keys)
    for fault in FAULTS:
        if fault is not by_keys:
            support.work_off(fault, morning.look)
    morning.mails(
        "while support worked",
        "Een vraag over grootboekrekening 8032 van Fysiotherapie Heide",
        "Koppeling met Exact Online voor Fysiotherapie Plein",
    )
    morning.night("after the cures")
    told_anew = {fault.practice for fault in FAULTS if fault.kind.then}
    well = {code: f"Exact Online {code}: alles is weer in orde" for code in counts}
    morning.mails("after the night after the cures", *(well[code] for code in well if code not in told_anew))
    support.accept_what_is_left(FAULTS)
    morning.clear_reconcile()
    morning.watch()
    morning.mails("in the end", *(well[code] for code in well if code in told_anew))
    compared += proof.all_is_well(support, morning.ledger, morning.owner)
    morning.report["numbers of pages that SQL confirms"] = compared
    morning.look_at_all("green")
    assert len(support.found) == len(FAULTS)
    assert {found.clicks for found in support.found if found.fault != by_keys.name} == {2}
    assert morning.wrong == []


def _of_the_broken_link(day: str) -> list[str]:
    """By day a link that breaks is mailed at once; at night the watch of the morning tells it."""
    by_day = dt.datetime.now(AMSTERDAM).time() >= MORNING
    return [f"Exact Online: 1 waarschuwing op {day}"] if by_day else []


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CannotRun as problem:
        sys.exit(str(problem))
