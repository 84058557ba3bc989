"""Open items, the question and the way out of an outage, in a browser before a real api-server."""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from collections.abc import Callable

import pytest
from airflow.utils.state import DagRunState
from playwright.sync_api import Browser, Page

from dev.demo.practices import practices, settings_document
from exact_online.activation.links import token_of
from exact_online.activation.questions import Question
from exact_online.ledger import Ledger
from exact_online.schedule import PUBLIC_PAGES
from tests.browser import failed_runs
from tests.browser.conftest import PICTURES, Site
from tests.browser.test_look import violations
from tests.ledger_cases import book, differ, entry, open_run, plan, register, rejection

FAILED = int(os.environ.get("OUTAGE_RUNS", "6"))
"""Runs that an outage left: OUTAGE_RUNS=500 takes minutes, and tells how long clearing took."""
LOOKS = [(1280, False), (390, False), (1280, True), (390, True)]
NAMES = ("open_noord", "open_zuid", "open_oost")
KINDS = [
    ("gl_account_blocked", {"account": "8310", "use_nl": "omzet fysiotherapie, patiënten, 0 %"}),
    ("vat_rate_unknown", {"number": "2600123", "line": "2", "percentage": "6,00", "date": "2026-11-20"}),
    ("vat_code_blocked", {"vat_code": "4", "rate_nl": "21 %", "rate_en": "21 %"}),
    ("no_lines", {"number": "2600124"}),
]


def picture(page: Page, name: str, width: int, dark: bool) -> None:
    page.screenshot(path=PICTURES / f"open-{name}-{'dark' if dark else 'light'}-{width}.png", full_page=True)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture
def open_items(ledger: Ledger) -> None:
    """Four causes over three practices, a difference, a link that is broken."""
    if ledger.practices.find(NAMES[0]) is not None:
        return
    for place, code in enumerate(NAMES):
        register(ledger, code, 500 + place)
        run = open_run(ledger, code)
        rows = []
        for number in range(40):
            reason, values = KINDS[number % len(KINDS)]
            rows.append(
                {
                    **rejection(1000 * place + number, reason, json.dumps(values)),
                    "total_cents": 12_345 + number,
                }
            )
        plan(ledger, run, rows)
    run = open_run(ledger, NAMES[0], "second")
    plan(ledger, run, [entry(77)])
    differ(ledger, run, 77, book(ledger, run, 77))
    ledger.conn.execute(
        "update exact_sync.token_chain set state = 'reconnect_needed', state_reason = 'used before' "
        "where chain_id = (select chain_id from exact_sync.practice where code = %s)",
        [NAMES[2]],
    )


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_from_the_list_by_the_cause_to_an_act_and_back(
    open_items: None, open_as: Callable[..., Page], width: int, dark: bool
) -> None:
    page = open_as("support", "/open-items?q=open_", dark=dark, width=width)
    page.get_by_text("De koppeling met Exact van").first.wait_for()
    picture(page, "list", width, dark)
    page.get_by_role("link", name="Rekening '8310'").click()
    page.get_by_role("heading", name="Wat hier gedaan kan worden").wait_for()
    picture(page, "cause", width, dark)
    page.get_by_role("button", name="Uitvoeren").click()
    page.get_by_text("Vul dit in.").wait_for()
    assert violations(page) == []
    page.get_by_role("link", name="factuur:0", exact=True).click()
    page.get_by_role("heading", name="factuur:0").wait_for()
    picture(page, "record", width, dark)
    page.get_by_label("Waarom").fill("met de accountant besproken")
    page.get_by_role("button", name="Uitvoeren").click()
    page.get_by_text("Bij 1 record is dit gedaan.").wait_for()
    page.get_by_text("Terugnemen").first.click()
    picture(page, "done", width, dark)
    page.get_by_label("Waarom").fill("vergissing")
    page.get_by_role("button", name="Terugnemen").click()
    page.get_by_role("cell", name="support").wait_for()


def test_a_filter_without_a_hit(open_items: None, open_as: Callable[..., Page]) -> None:
    page = open_as("viewer", "/open-items")
    page.get_by_label("Naam of code van de praktijk").fill("bestaat niet")
    page.get_by_text("Er staat niets open dat hieraan voldoet.").wait_for()
    picture(page, "none", 1280, False)


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_the_question_without_a_login(
    site: Site, chromium: Browser, ledger: Ledger, width: int, dark: bool
) -> None:
    """Signed by the key of the running api-server, as support's page would make it."""
    demo = practices()[0]
    if ledger.practices.find("open_vraag") is None:
        register(ledger, "open_vraag")
    ledger.practices.save_settings("open_vraag", settings_document(demo), "test")
    ledger.conn.execute(
        "insert into exact_sync.exact_list (practice, list_name, rows) "
        "values ('open_vraag', 'gl_accounts', %s) on conflict do nothing",
        [json.dumps([_account("8010", True), _account("8011", False), _account("8012", False)])],
    )
    rows = [rejection(5, "gl_account_blocked", '{"account": "8010", "use_nl": "omzet fysiotherapie"}')]
    plan(ledger, open_run(ledger, "open_vraag"), [{**each, "total_cents": 12_500} for each in rows])
    question = vars(Question("account", "8010", "gl_account_blocked"))
    link_id = ledger.activation.make_link(
        "open_vraag", "A. Boekhouder", "a@kantoor.example", "support", dt.timedelta(days=7), question
    )
    context = chromium.new_context(
        color_scheme="dark" if dark else "light", locale="nl-NL", viewport={"width": width, "height": 900}
    )
    page = context.new_page()
    page.goto(f"{site.url}/{PUBLIC_PAGES}/question/{token_of(link_id, site.secret_key)}")
    page.locator("html[data-ready]").wait_for(state="attached")
    picture(page, "question", width, dark)
    page.get_by_label("Boek voortaan met").select_option("8011")
    page.get_by_role("button", name="Dit antwoord opslaan").click()
    page.get_by_role("heading", name="Dank u").wait_for()
    picture(page, "answered", width, dark)
    page.go_back()
    page.reload()
    page.get_by_role("heading", name="Deze vraag is beantwoord").wait_for()
    picture(page, "dead", width, dark)
    context.close()


def _account(code: str, blocked: bool) -> dict[str, object]:
    return {
        "ID": f"00000000-0000-0000-0000-00000000{code}",
        "Code": code,
        "Description": f"Omzet {code}",
        "Type": 110,
        "IsBlocked": blocked,
    }


def test_after_an_outage_one_act_clears_the_failed_runs_and_no_others(
    open_as: Callable[..., Page], ledger: Ledger
) -> None:
    """By Airflow's public API, with the person's own rights; nothing else is touched."""
    failed, well, rejected = [f"storing_{number}" for number in range(FAILED)], ["gelukt"], ["afgewezen"]
    for code in failed + well + rejected:
        register(ledger, code)
    failed_runs.plant(failed + rejected)
    failed_runs.plant(well, DagRunState.SUCCESS)
    run = open_run(ledger, rejected[0], failed_runs.RUN_ID)
    ledger.conn.execute("update exact_sync.run set outcome = 'rejected' where run_id = %s", [run.run_id])
    page = open_as("support", "/outage")
    page.get_by_text(f"{FAILED} praktijken hebben een mislukte run").wait_for()
    picture(page, "outage", 1280, False)
    page.get_by_label("Waarom").fill("storing van Exact, voorbij sinds 6:10")
    page.get_by_role("button", name=f"{FAILED} mislukte runs wissen").click()
    began = time.monotonic()
    page.get_by_text(f"{FAILED} runs zijn gewist en beginnen opnieuw.").wait_for(timeout=FAILED * 10_000)
    print(f"{FAILED} runs cleared in {time.monotonic() - began:.1f} s")
    page.get_by_text("Er is in deze tijd geen mislukte run").wait_for()
    picture(page, "outage-done", 390, False)
    assert set(failed_runs.states(failed).values()) == {"queued"}
    assert failed_runs.states(well + rejected) == {"gelukt": "success", "afgewezen": "failed"}
    left = failed_runs.task_states(failed[0])
    assert [left[state] for state in ("failed", "upstream_failed", "skipped")] == [0, 0, 0]
    (event,) = ledger.events.latest(failed[0])
    assert (event.event, event.who) == ("run_cleared", "support")
    assert event.details["reason"].startswith("storing van Exact")


def test_a_viewer_is_not_let_in(open_as: Callable[..., Page]) -> None:
    page = open_as("viewer", "/outage")
    page.get_by_text("U hebt niet het recht om dit te doen.").wait_for()
