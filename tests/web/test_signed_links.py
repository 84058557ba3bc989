"""An accountant without an account links a practice by a signed link (M6)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from exact_online.activation.links import FRESH_LINKS, PER_LINK, PER_VISITOR
from exact_online.ledger import EventKind, Ledger
from exact_online.web.leaving import LINK_COOKIE
from simulator.world import World
from tests.dags.mailbox import Mailbox, mailbox, text_of
from tests.ledger_cases import register
from tests.web.consenting import AGREE, BASE_URL, come_back, world

__all__ = ["mailbox", "world"]

ACCOUNTANT = {"person": "A. Boekhouder", "mail_address": "a.boekhouder@kantoor.example"}


@pytest.fixture(autouse=True)
def _practices(sign_in: Callable[[str], None], world: World, ledger: Ledger) -> None:
    sign_in("user")
    for code in ("noorderlicht", "geheime_praktijk"):
        register(ledger, code)


@pytest.fixture
def path(client: TestClient, mailbox: Mailbox) -> str:
    """The path of a link that support made, within the public pages."""
    return _made(client)


def _made(client: TestClient, practice: str = "noorderlicht") -> str:
    client.post(f"/practices/{practice}/links", data=ACCOUNTANT)
    page = client.get(f"/practices/{practice}/link").text
    found = re.search(rf'value="{BASE_URL}/exact-online-links(/activate/[^"]+)"', page)
    assert found
    return found[1]


def test_support_mails_it_and_can_copy_it(
    client: TestClient, path: str, mailbox: Mailbox, ledger: Ledger
) -> None:
    (message,) = mailbox.messages
    assert message["To"] == ACCOUNTANT["mail_address"]
    assert f"{BASE_URL}/exact-online-links{path}" in text_of(message)
    (event,) = ledger.events.latest("noorderlicht")
    assert (event.event, event.who) == (EventKind.LINK_SENT, "user")


def test_a_mail_that_does_not_go_leaves_a_link_to_copy(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", "smtp://127.0.0.1:1/?disable_ssl=true&retry_limit=1")
    answer = client.post("/practices/noorderlicht/links", data=ACCOUNTANT)
    assert "Kopieer de link" in client.get(answer.headers["location"]).text


@pytest.mark.parametrize("address", ["", "a@b", "a b@c.nl", "a@c.nl\nBcc: x@y.nl", "a@c.nl,b@c.nl"])
def test_a_wrong_address_is_said_beside_its_field(client: TestClient, ledger: Ledger, address: str) -> None:
    fields = {**ACCOUNTANT, "mail_address": address}
    answer = client.post("/practices/noorderlicht/links", data=fields)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert ledger.activation.links("noorderlicht") == []


def test_opening_never_spends_it_and_the_consent_does(
    public_client: TestClient, path: str, ledger: Ledger, world: World
) -> None:
    for _ in range(5):
        assert public_client.get(path).status_code == 200
        assert public_client.head(path).status_code in (200, 405)
    back = come_back(public_client, public_client.post(f"{path}/connect", data=AGREE))
    assert back.headers["location"] == path
    (link,) = ledger.activation.links("noorderlicht")
    assert link.spent_at is not None
    division = world.division("noorderlicht")
    answer = public_client.post(f"{path}/division", data={"division": division.code})
    assert "De koppeling met Exact is gemaakt." in public_client.get(answer.headers["location"]).text
    assert ledger.practices.get("noorderlicht").division == division.code
    assert {event.who for event in ledger.events.latest("noorderlicht")} == {"A. Boekhouder", "user"}


def test_a_spent_link_is_of_no_use_in_another_browser(
    public_client: TestClient, path: str, world: World, ledger: Ledger
) -> None:
    come_back(public_client, public_client.post(f"{path}/connect", data=AGREE))
    public_client.cookies.clear()
    for stolen in ("", "z" * 43):
        public_client.cookies.set(LINK_COOKIE, stolen)
        assert public_client.get(path).status_code == 410
        code = world.division("noorderlicht").code
        assert public_client.post(f"{path}/division", data={"division": code}).status_code == 410
        assert public_client.post(f"{path}/connect", data=AGREE).status_code == 410
    assert ledger.practices.get("noorderlicht").division is None


@pytest.mark.parametrize("how", ["spent", "expired"])
def test_an_old_link_offers_a_fresh_one_to_the_same_address_and_progress_is_kept(
    public_client: TestClient, path: str, mailbox: Mailbox, ledger: Ledger, how: str
) -> None:
    if how == "spent":
        come_back(public_client, public_client.post(f"{path}/connect", data=AGREE))
    else:
        ledger.conn.execute("update exact_sync.activation_link set expires_at = clock_timestamp()")
    public_client.cookies.clear()
    page = public_client.get(path)
    assert page.status_code == 410
    assert "a...@kantoor.example" in page.text
    assert ACCOUNTANT["mail_address"] not in page.text
    answer = public_client.post(f"{path}/again", data={"mail_address": "thief@evil.example"})
    assert "onderweg" in public_client.get(answer.headers["location"]).text
    assert [message["To"] for message in mailbox.messages] == [ACCOUNTANT["mail_address"]] * 2
    fresh = re.search(r"/activate/[\w.-]+", text_of(mailbox.messages[1]))
    assert fresh
    opened = public_client.get(fresh[0]).text
    assert ("Administratie van deze praktijk" in opened) == (how == "spent")


def test_fresh_links_are_limited(
    public_client: TestClient, path: str, mailbox: Mailbox, ledger: Ledger
) -> None:
    ledger.conn.execute("update exact_sync.activation_link set expires_at = clock_timestamp()")
    answers = [public_client.post(f"{path}/again").status_code for _ in range(FRESH_LINKS.requests + 1)]
    assert answers == [303] * FRESH_LINKS.requests + [429]
    assert len(mailbox.messages) == 1 + FRESH_LINKS.requests


def test_who_asks_too_often_reads_to_wait(public_client: TestClient, path: str) -> None:
    for _ in range(PER_LINK.requests):
        public_client.get(path)
    answer = public_client.get(path)
    assert answer.status_code == 429
    assert "Te veel verzoeken." in answer.text
    for _ in range(PER_VISITOR.requests):
        public_client.get("/activate/guess")
    assert public_client.get("/activate/guess").status_code == 429


def test_a_changed_token_is_unknown(public_client: TestClient, path: str) -> None:
    for changed in (path[:-2] + "xx", path.replace("activate/", "activate/x"), "/activate/1"):
        answer = public_client.get(changed)
        assert answer.status_code == 404
        assert "Deze link bestaat niet." in answer.text
        assert public_client.post(f"{changed}/connect", data=AGREE).status_code == 404


def test_a_link_shows_nothing_of_another_practice(
    client: TestClient, public_client: TestClient, ledger: Ledger, world: World, path: str
) -> None:
    taken = list(world.divisions.values())[1]
    ledger.practices.link("geheime_praktijk", _chain(ledger), taken.code, taken.name)
    come_back(public_client, public_client.post(f"{path}/connect", data=AGREE))
    page = public_client.get(path).text
    assert "disabled" in page
    assert "geheime_praktijk" not in page
    answer = public_client.post(f"{path}/division", data={"division": taken.code})
    assert answer.headers["location"].endswith("outcome=taken")


def _chain(ledger: Ledger) -> str:
    register(ledger, "derde", 77)
    return str(ledger.practices.get("derde").chain_id)


def test_another_site_sends_nothing(public_client: TestClient, path: str, ledger: Ledger) -> None:
    del public_client.headers["sec-fetch-site"]
    answer = public_client.post(f"{path}/connect", data=AGREE, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert ledger.conn.execute("select 1 from exact_sync.consent_request").fetchall() == []


def test_the_page_speaks_the_language_of_the_browser(public_client: TestClient, path: str) -> None:
    assert "Authenticeren" in public_client.get(path).text
    english = public_client.get(path, headers={"accept-language": "en"}).text
    assert "What the link does" in english
