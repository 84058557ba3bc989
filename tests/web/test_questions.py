"""The one-question page: an accountant without a login cures a cause by one answer (C7)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from contextlib import closing

import pytest
from fastapi.testclient import TestClient

from exact_online.activation.links import PER_LINK
from exact_online.activation.questions import VALID_FOR, asked, question_of
from exact_online.ledger import EventKind, Ledger
from exact_online.web import database
from exact_online.web.exact import exact_hook
from exact_online.web.inputs import page_clock
from exact_online.web.pages import pages
from tests.dags.mailbox import Mailbox, mailbox, text_of
from tests.link.fixtures import link, small_place
from tests.link.small import SmallLink
from tests.load.test_retries import row
from tests.web.consenting import BASE_URL

__all__ = ["link", "mailbox", "small_place"]

ACCOUNTANT = {"person": "A. Boekhouder", "mail_address": "a.boekhouder@kantoor.example"}
INVOICES = (2600001, 2600002)


@pytest.fixture
def ledger(link: SmallLink, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """The ledger of the small link after a night, with an account that is blocked."""
    dsn = link.place.ledger_dsn.replace("postgresql://", "postgres://")
    monkeypatch.setenv("AIRFLOW_CONN_EXACT_SYNC_DB", dsn)
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", BASE_URL)
    monkeypatch.setenv("AIRFLOW__API__SECRET_KEY", "of the tests alone")
    link.james.debtor("1001")
    for number in INVOICES:
        link.james.invoice(number, "1001", (2500, 0, "tariff"))
    row("GLAccounts", "8010", IsBlocked=True)(link)
    link.night()
    return link.ledger


@pytest.fixture
def pools(ledger: Ledger) -> object:
    """The pages' sessions go to that ledger."""
    database._pool.cache_clear()
    yield
    database._pool().close()
    database._pool.cache_clear()


@pytest.fixture
def path(
    pools: object, client: TestClient, sign_in: Callable[[str], None], mailbox: Mailbox, link: SmallLink
) -> str:
    """The path of a question that support mailed, within the public pages."""
    sign_in("user")
    cause = re.findall(r'href="/open-items/([^"]+)">Rekening', client.get("/open-items").text)[0]
    page = client.get(f"/open-items/{cause}").text
    assert "codes van de administratie kunnen dat" in page
    answer = client.post(f"/practices/{link.practice.code}/questions/{cause}", data=ACCOUNTANT)
    assert "De vraag is gemaild." in client.get(answer.headers["location"]).text
    (message,) = mailbox.messages
    assert message["To"] == ACCOUNTANT["mail_address"]
    (found,) = re.findall(rf"{BASE_URL}/exact-online-links(/question/[\w.-]+)", text_of(message))
    return str(found)


def test_one_answer_cures_all_its_rejections_that_night_and_the_link_is_dead(
    public_client: TestClient, path: str, link: SmallLink, ledger: Ledger
) -> None:
    for _ in range(5):
        page = public_client.get(path).text
    assert "Wat komt er in de plaats van grootboekrekening 8010?" in page
    assert "2 facturen van samen" in page
    assert "8011" in page
    assert '<option value="8010"' not in page
    answer = public_client.post(path, data={"code": "8011"})
    assert "het antwoord is opgeslagen" in public_client.get(answer.headers["location"]).text
    version, before = ledger.settings_history.versions(link.practice.code)[:2]
    assert version.changed_by == "A. Boekhouder (via link)"
    assert [each["account"] for each in version.settings["revenue_accounts"]].count("8010") == 0
    assert {**version.settings, "revenue_accounts": 0} == {**before.settings, "revenue_accounts": 0}
    kinds = [event.event for event in ledger.events.latest(link.practice.code)]
    assert kinds[:3] == [EventKind.QUESTION_ANSWERED, EventKind.SETTINGS_SAVED, EventKind.QUESTION_SENT]
    for again in (public_client.get(path), public_client.post(path, data={"code": "8012"})):
        assert again.status_code == 410
        assert "Deze vraag is beantwoord" in again.text
    assert len(ledger.settings_history.versions(link.practice.code)) == 2
    link.night()
    assert {link.states()[f"factuur:{number}"] for number in INVOICES} == {"booked"}


@pytest.mark.parametrize("code", ["", "8010", "1300", "no such code"])
def test_what_is_no_option_changes_and_spends_nothing(
    public_client: TestClient, path: str, link: SmallLink, ledger: Ledger, code: str
) -> None:
    """Nothing chosen, the blocked one, one of another type, one that is not there."""
    answer = public_client.post(path, data={"code": code})
    assert answer.status_code == 422
    assert len(ledger.settings_history.versions(link.practice.code)) == 1
    assert public_client.get(path).status_code == 200


def test_an_expired_a_forged_and_a_too_often_opened_link(
    public_client: TestClient, path: str, ledger: Ledger
) -> None:
    assert public_client.get(path[:-2] + "xx").status_code == 404
    assert public_client.get(path.replace("/question/", "/activate/")).status_code == 404
    ledger.conn.execute("update exact_sync.activation_link set expires_at = clock_timestamp()")
    assert public_client.get(path).status_code == 410
    assert public_client.post(path, data={"code": "8011"}).status_code == 410
    for _ in range(PER_LINK.requests):
        answer = public_client.get(path)
    assert answer.status_code == 429


def test_a_link_that_links_a_practice_asks_nothing(
    public_client: TestClient, path: str, client: TestClient, link: SmallLink, ledger: Ledger
) -> None:
    """And the list of links of a practice has no questions."""
    client.post(f"/practices/{link.practice.code}/links", data=ACCOUNTANT)
    (made,) = ledger.activation.links(link.practice.code)
    assert made.question is None
    assert made.expires_at - made.made_at > VALID_FOR + dt.timedelta(days=1)


def test_vat_codes_and_payment_conditions_offer_what_fits_each_place(ledger: Ledger, link: SmallLink) -> None:
    code = link.practice.code
    settings = ledger.settings_history.versions(code)[0].settings
    high = settings["vat_codes"]["high"]
    question = question_of("vat_code_blocked", {"vat_code": high, "rate_nl": "21%"})
    assert question is not None
    assert settings["vat_codes"]["low"] not in {
        option.code for option in asked(ledger, code, question).options
    }
    condition = question_of("payment_condition_not_in_exact", {"code": settings["payment_conditions"]["pin"]})
    assert condition is not None
    assert asked(ledger, code, condition).used == 1
    assert {option.code for option in asked(ledger, code, condition).options}
    assert question_of("no_lines", {}) is None


def test_a_page_says_whether_it_would_work_now(
    pools: object, client: TestClient, sign_in: Callable[[str], None], link: SmallLink, ledger: Ledger,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """No while the account is blocked, yes once it is not; nothing is booked by asking."""

    class Hook:
        def client(self, _practice: object, ledger: Ledger) -> object:
            return link.client(ledger)

    sign_in("user")
    monkeypatch.setenv("AIRFLOW_CONN_JAMES_DB", link.place.james_dsn.replace("postgresql://", "postgres://"))
    pages.dependency_overrides |= {exact_hook: Hook, page_clock: lambda: link.clock}
    address = f"/practices/{link.practice.code}/would-it-work?key=factuur:{INVOICES[0]}"
    page = client.get(address).text
    assert "Nee: het zou worden geweigerd." in page
    assert "is in Exact geblokkeerd" in page
    row("GLAccounts", "8010", IsBlocked=False)(link)
    assert "Ja: het komt door alle controles" in client.get(address).text
    other = link.new_ledger()
    with closing(other.conn), other.holding(link.practice.code):
        assert "Op dit moment loopt er een nacht" in client.get(address).text
    assert link.states()[f"factuur:{INVOICES[0]}"] == "rejected"
    assert client.get(address.replace("factuur:", "factuur:9")).status_code == 200
