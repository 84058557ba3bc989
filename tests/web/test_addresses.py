"""Mail addresses of practice and accountant: typed on two pages, checked, kept and forgotten."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from dev.demo.practices import practices
from exact_online.ledger import EventKind, Ledger
from exact_online.ledger.practices import MailAddresses
from tests.ledger_cases import register

HERE = "/practices/noord/settings"
BOTH = {"practice_mail": "balie@praktijk.example", "accountant_mail": "anna@kantoor.example"}


@pytest.fixture(autouse=True)
def noord(ledger: Ledger, sign_in: Callable[[str], None]) -> None:
    sign_in("op")
    register(ledger, "noord", 100)


def test_they_are_optional_on_the_page_of_a_new_practice(
    client: TestClient, ledger: Ledger, james_connection: None
) -> None:
    code = {"james_practice_code": practices()[0].james_practice_code, "code": "nieuw"}
    wrong = client.post("/new", data={**code, "practice_mail": "balie@"})
    assert wrong.status_code == 422
    assert "Dit is geen e-mailadres." in wrong.text
    assert 'value="balie@"' in wrong.text
    assert ledger.practices.find("nieuw") is None
    assert client.post("/new", data={**code, **BOTH}).status_code == 303
    assert ledger.practices.addresses("nieuw") == MailAddresses(**BOTH)


@pytest.mark.parametrize(
    "address",
    ["a@b", "a b@c.nl", "a@c.nl,b@c.nl", "a@c.nl\nBcc: x@y.nl", "é@c.nl", f"{'a' * 60}@{'b' * 60}.nl@"],
)
def test_a_wrong_address_is_said_beside_its_field_and_nothing_is_kept(
    client: TestClient, ledger: Ledger, address: str
) -> None:
    answer = client.post(f"{HERE}/addresses", data={**BOTH, "accountant_mail": address})
    assert answer.status_code == 422
    assert "Dit is geen e-mailadres." in answer.text
    assert ledger.practices.addresses("noord") == MailAddresses()


def test_they_are_changed_and_emptied_and_the_log_does_not_have_them(
    client: TestClient, ledger: Ledger
) -> None:
    assert client.post(f"{HERE}/addresses", data=BOTH).headers["location"] == f"{HERE}#addresses"
    assert 'value="anna@kantoor.example"' in client.get(HERE).text
    client.post(f"{HERE}/addresses", data=BOTH)
    client.post(f"{HERE}/addresses", data={"practice_mail": "", "accountant_mail": ""})
    assert ledger.practices.addresses("noord") == MailAddresses()
    events = ledger.events.latest("noord")
    assert [(each.event, each.who, each.details) for each in events] == [
        (EventKind.MAIL_ADDRESSES_CHANGED, "op", {}), (EventKind.MAIL_ADDRESSES_CHANGED, "op", {}),
    ]  # fmt: skip
    assert "E-mailadressen veranderd" in client.get("/practices/noord/log").text


def test_who_may_not_set_up_does_not_see_them(
    client: TestClient, ledger: Ledger, sign_in: Callable[[str], None]
) -> None:
    client.post(f"{HERE}/addresses", data=BOTH)
    sign_in("user")
    assert "kantoor.example" not in client.get(HERE).text
    assert client.post(f"{HERE}/addresses", data=BOTH).status_code == 403


def test_disconnecting_forgets_them(client: TestClient, ledger: Ledger) -> None:
    client.post(f"{HERE}/addresses", data=BOTH)
    client.post("/practices/noord/disconnect", data={"code": "noord"})
    assert ledger.practices.get("noord").chain_id is None
    assert ledger.practices.addresses("noord") == MailAddresses()
