"""The mail of a practice's night: one at most, for what is new or old, and one when all is well."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowSkipException

from exact_online.book_day import AMSTERDAM
from exact_online.failure_mail import mail_on_failure
from exact_online.failures import LinkFailure, NeedsPerson
from exact_online.mails.nights import tell_night
from exact_online.mails.words import ACTS
from exact_online.registry import DAG_PREFIX
from exact_online.schedule import SUPPORT_MAIL_VARIABLE
from exact_online.tasks import night_tasks, preparing
from exact_online.tasks.support_mail import deliver, post_of
from exact_online.web.language import translations
from exact_online.web.open_words import ACT_WORDS
from tests.dags.mailbox import Mailbox, mailbox, text_of
from tests.link.fixtures import link, small_place
from tests.link.small import BOOK_DAY, SmallLink
from tests.night.test_hand_over import BEFORE_LINK
from tests.stage import Outcome

__all__ = ["link", "mailbox", "small_place"]

BASE = "https://airflow.example.org/james"
PAGES = f"{BASE}/plugin/exact-online/james/exact-online"
"""As `schedule.pages_in_frame` has it."""
OPTIONS = {"dry_run": False, "backfill": "nothing", "history_from": None, "rebuild_ledger": False,
           "confirm_relations": False}  # fmt: skip


@pytest.fixture(autouse=True)
def connection(link: SmallLink, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AIRFLOW_CONN_EXACT_SYNC_DB", link.place.ledger_dsn.partition("?")[0])
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", BASE)
    link.ledger.conn.execute("update token_chain set issued_at = now()")
    return


def day_after(days: int) -> dt.date:
    """The ledger writes with its own clock since when something is open."""
    return dt.datetime.now(AMSTERDAM).date() + dt.timedelta(days=days)


def told(link: SmallLink, box: Mailbox, outcome: Outcome, days: int = 0) -> list[str]:
    """Tell a night as task `report` does, `days` after the first; return the subjects that came."""
    before = len(box.messages)
    ledger, run = link.ledger, outcome.run
    failures = ledger.outages.failures(run.practice, run.airflow_run_id)
    warnings = ledger.review.adjustments_of_run(run.run_id)
    practice = ledger.practices.get(run.practice)
    tell_night(post_of(ledger), practice, day_after(days), failures, outcome.numbers, warnings)
    deliver(ledger)
    return box.subjects[before:]


def block_revenue(link: SmallLink, blocked: bool = True) -> None:
    for row in link.division["GLAccounts"]:
        if row["Type"] == 110:
            row["IsBlocked"] = blocked


def rejected_night(link: SmallLink) -> Outcome:
    """Two invoices of 40,00 euro on an account that the accountant blocked."""
    block_revenue(link)
    link.james.debtor("1001", name="Kanarievogel")
    link.james.invoice(2600001, "1001")
    link.james.invoice(2600002, "1001")
    return link.night()


def test_what_is_new_is_told_once_with_link_euros_and_what_ends_it(link: SmallLink, mailbox: Mailbox) -> None:
    outcome = rejected_night(link)
    assert told(link, mailbox, outcome) == [
        f"Exact Online noorderlicht: 2 open na de nacht van {day_after(0):%d-%m-%Y}"
    ]
    (message,) = mailbox.messages
    text = text_of(message)
    assert message["To"] == "support@example.org"
    euros = sum(row.cents for row in link.ledger.open_items.causes()) // 100
    assert f"2 records open, {euros},00 euro" in text
    assert f'<a href="{PAGES}/practices/noorderlicht">' in text
    assert "<strong>nieuw</strong>: Rekening &#39;8010&#39; (omzet fysiotherapie, patiënten, nul)" in text
    assert f'<a href="{PAGES}/reasons/gl_account_blocked">Uitleg</a>' in text
    assert "factuur:2600001, factuur:2600002" in text
    assert "accountant: Exact" in text
    assert "gaat het vanzelf mee. Of kies op de pagina: Sluiten." in text
    assert "Kanarievogel" not in text
    assert told(link, mailbox, outcome) == [], "the same night again"
    link.world.clock.advance(days=1)
    assert told(link, mailbox, link.night(), 0) == []


def test_what_stays_open_is_told_after_1_7_and_30_days(link: SmallLink, mailbox: Mailbox) -> None:
    outcome = rejected_night(link)
    days = {day: told(link, mailbox, outcome, day) for day in range(40)}
    assert [day for day, subjects in days.items() if subjects] == [0, 1, 7, 30]
    labels = [text.split("<strong>")[1].split("<")[0] for text in mailbox.texts()]
    assert labels == ["nieuw", "1 dag open", "7 dagen open", "30 dagen open"]


def test_a_new_record_of_a_known_cause_is_new(link: SmallLink, mailbox: Mailbox) -> None:
    told(link, mailbox, rejected_night(link))
    link.james.invoice(2600003, "1001")
    assert told(link, mailbox, link.night(), 2) == [
        f"Exact Online noorderlicht: 3 open na de nacht van {day_after(2):%d-%m-%Y}"
    ]
    assert "<strong>1 nieuw, 1 dag open</strong>" in mailbox.texts()[-1]


def test_all_is_well_again_is_told_once(link: SmallLink, mailbox: Mailbox) -> None:
    told(link, mailbox, rejected_night(link))
    block_revenue(link, blocked=False)
    better = link.night()
    assert better.items == []
    assert told(link, mailbox, better, 1) == ["Exact Online noorderlicht: alles is weer in orde"]
    assert f"niets meer open op {day_after(1):%d-%m-%Y}" in mailbox.texts()[-1]
    assert told(link, mailbox, better, 2) == told(link, mailbox, link.night(), 3) == []


def test_warnings_alone_are_not_followed_by_all_is_well(link: SmallLink, mailbox: Mailbox) -> None:
    """Nothing was open."""
    link.james.debtor("5000", kind="Verzekeraar")
    link.james.invoice(2600001, "5000", claim="D1", condition="PIN")
    assert len(told(link, mailbox, link.night())) == 1
    assert "aan een verzekeraar staat op PIN" in mailbox.texts()[0]
    assert told(link, mailbox, link.night(), 1) == []


def test_a_night_without_anything_is_not_told(link: SmallLink, mailbox: Mailbox) -> None:
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001")
    assert told(link, mailbox, link.night()) == []


def test_without_an_address_nothing_counts_as_told(
    link: SmallLink, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = rejected_night(link)
    with monkeypatch.context() as meanwhile:
        meanwhile.delenv(SUPPORT_MAIL_VARIABLE)
        assert told(link, mailbox, outcome) == []
    assert link.ledger.conn.execute("select count(*) as n from mail").fetchone() == {"n": 0}
    assert len(told(link, mailbox, outcome, 1)) == 1
    assert "<strong>nieuw</strong>" in mailbox.texts()[0]


def test_what_only_waits_or_ends_by_itself_is_no_news(link: SmallLink, mailbox: Mailbox) -> None:
    """It is told with an age all the same."""
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001")
    outcome = link.night()
    link.ledger.conn.execute("delete from booking_line")
    link.ledger.conn.execute(
        "alter table booking disable trigger user;"
        " update booking set state = 'planned', exact_id = null, booked_at = null,"
        " payload = '{}', planned_at = now() - interval '2 days' where kind <> 'debtor';"
        " alter table booking enable trigger user"
    )
    assert told(link, mailbox, outcome, -2) == []
    assert len(told(link, mailbox, outcome, -1)) == 1
    assert "Gaat vanzelf verder; er hoeft niets." in mailbox.texts()[0]


def test_the_words_of_buttons_are_those_of_the_pages() -> None:
    texts = translations("nl")
    assert {act: texts.gettext(label) for act, (label, _) in ACT_WORDS.items()} == ACTS


# A run that fails.


def night_of(link: SmallLink, name: str = "scheduled__1") -> SimpleNamespace:
    moment = dt.datetime.combine(BOOK_DAY, dt.time(1), dt.UTC)
    return SimpleNamespace(run_id=name, run_after=moment, dag_id=f"{DAG_PREFIX}{link.practice.code}")


def failed(link: SmallLink, dag_run: SimpleNamespace, box: Mailbox) -> list[str]:
    """Run what Airflow runs when a run has failed; return the subjects that came."""
    before = len(box.messages)
    for callback in mail_on_failure():
        callback({"dag": DAG(dag_run.dag_id, schedule=None), "dag_run": dag_run})
    return box.subjects[before:]


def opened(link: SmallLink, dag_run: SimpleNamespace) -> None:
    """Run task `prepare`, which is expected to fail."""
    with pytest.raises((NeedsPerson, LinkFailure)):
        preparing.prepare(link.practice.code, dag_run, OPTIONS)


def test_a_night_that_was_never_opened_is_told_with_its_cause(link: SmallLink, mailbox: Mailbox) -> None:
    link.ledger.conn.execute("delete from settings_version")
    dag_run = night_of(link)
    opened(link, dag_run)
    assert failed(link, dag_run, mailbox) == [
        "Exact Online noorderlicht: de nacht van 22-11-2026 vraagt iets"
    ]
    (text,) = mailbox.texts()
    assert "<strong>nieuw</strong>: Praktijk noorderlicht heeft nog geen instellingen." in text
    assert "wis (Clear) dan taak prepare met alle taken erna" in text
    assert failed(link, dag_run, mailbox) == [], "cleared, and failed once more"
    opened(link, night_of(link, "scheduled__2"))
    assert failed(link, night_of(link, "scheduled__2"), mailbox) == [], "the next night"


def test_a_night_that_was_begun_and_never_opened_is_one_item_of_one_mail(
    link: SmallLink, mailbox: Mailbox
) -> None:
    """Of the night and of what stopped it: one fact."""
    link.ledger.conn.execute(
        "insert into settings_version (practice, version, settings, changed_by)"
        " select practice, version + 1, settings - 'sales_journal', 'test' from settings_version"
    )
    dag_run = night_of(link)
    opened(link, dag_run)
    with pytest.raises(AirflowSkipException):
        night_tasks.report(link.practice.code, dag_run, None, None)
    assert failed(link, dag_run, mailbox) == [], "its report told it"
    assert mailbox.subjects == ["Exact Online noorderlicht: de nacht van 22-11-2026 vraagt iets"]
    (text,) = mailbox.texts()
    assert text.count("/reasons/settings_unusable") == 1
    assert "wis (Clear) dan taak prepare met alle taken erna" in text
    told = link.ledger.conn.execute("select subject, reason from told_item").fetchall()
    assert told == [{"subject": "nacht:2026-11-22", "reason": "settings_unusable"}]


def test_a_run_whose_night_was_told_is_not_told_again(link: SmallLink, mailbox: Mailbox) -> None:
    """One mail per night: what turned the run red is in the mail of its report."""
    outcome = rejected_night(link)
    assert len(told(link, mailbox, outcome, (BOOK_DAY - day_after(0)).days)) == 1
    dag_run = night_of(link, outcome.run.airflow_run_id)
    assert failed(link, dag_run, mailbox) == []


def test_a_run_that_failed_by_nothing_that_is_known_is_told_once(link: SmallLink, mailbox: Mailbox) -> None:
    """A worker that was killed, a timeout, a fault of the link."""
    assert failed(link, night_of(link), mailbox) == [
        "Exact Online noorderlicht: de nacht van 22-11-2026 vraagt iets"
    ]
    assert "Run scheduled__1 van de nacht is mislukt" in mailbox.texts()[0]
    assert failed(link, night_of(link), mailbox) == []


def test_a_dry_run_that_failed_is_not_mailed(link: SmallLink, mailbox: Mailbox) -> None:
    """Who started it looks at it."""
    run = link.ledger.runs.open(link.practice.code, "manual__1", BOOK_DAY, dry_run=True, settings_version=1)
    assert failed(link, night_of(link, run.airflow_run_id), mailbox) == []


def test_a_task_that_begins_again_forgets_by_what_it_failed(link: SmallLink, mailbox: Mailbox) -> None:
    dag_run = night_of(link)
    link.ledger.outages.note_failure(
        link.practice.code, dag_run.run_id, "prepare", "prepare", [("settings_missing", {})]
    )
    opened(link, dag_run)  # connection exact_online is not defined here
    (failure,) = link.ledger.outages.failures(link.practice.code, dag_run.run_id)
    assert failure.problems == [["connection_missing", {"connection": "exact_online"}]]
    assert len(failed(link, dag_run, mailbox)) == 1
    assert "een storing raakt alle praktijken" in mailbox.subjects[0], "every practice needs it"


def test_a_hand_over_of_which_nothing_but_closed_periods_waits_is_told_once(
    link: SmallLink, mailbox: Mailbox
) -> None:
    """M20: the night is green, and the bookkeeper must open a period before his import."""
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001", day=BEFORE_LINK)
    link.division.close_period(BEFORE_LINK.year, BEFORE_LINK.month, "70")
    outcome = link.night(backfill="excel")
    assert outcome.numbers.exported_closed == 1
    day = f"{day_after(0):%d-%m-%Y}"
    assert told(link, mailbox, outcome) == [
        f"Exact Online noorderlicht: werkboek van de nacht van {day} raakt gesloten perioden"
    ]
    (text,) = mailbox.texts()
    assert "1 overgedragen boeking ligt in een gesloten periode: open die in Exact voor de import." in text
    assert "Gesloten perioden" in text
    assert told(link, mailbox, outcome) == [], "the same night again"
    link.world.clock.advance(days=1)
    assert told(link, mailbox, link.night(backfill="excel"), 0) == []


def test_a_missing_connection_is_three_lines_and_no_trace(
    link: SmallLink, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """C7: Airflow's own exception had a stack trace, and did not say who cures it."""
    monkeypatch.delenv("AIRFLOW_CONN_EXACT_ONLINE", raising=False)
    with pytest.raises(NeedsPerson):
        preparing.prepare(link.practice.code, night_of(link), OPTIONS)
    errors = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert errors == [
        "Airflow kent de verbinding exact_online niet.",
        "Oplossen: James Support: Airflow, Admin, Connections: maak haar aan. [connection_missing]",
        "Daarna: wis (Clear) taak prepare met alle taken erna (Downstream).",
    ]
    assert all(record.exc_info is None for record in caplog.records)
