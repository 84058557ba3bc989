"""A bookkeeper changes the books by the forms of their pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import requests

from simulator import World, running
from tests.simulator.books import Client

Press = Callable[..., requests.Response]


@pytest.fixture
def press(world: World, exact: Client) -> Iterator[Press]:
    with running(world) as address:

        def press(path: str, **form: str) -> requests.Response:
            where = f"{address}/boeken/{exact.division.code}/{path}"
            return requests.post(where, data=form, timeout=10, allow_redirects=False)

        yield press


def test_an_account_and_a_relation_are_blocked_and_released(exact: Client, press: Press) -> None:
    relation = next(iter(exact.division["Accounts"]))["Code"].strip()
    account = next(iter(exact.division["GLAccounts"]))["Code"]
    for act in ("blokkeren", "vrijgeven"):
        assert press("grootboekrekening", account=account, act=act).status_code == 303
        assert press("relatie", relation=relation, act=act).status_code == 303
        found = exact.division.find_by_code("GLAccounts", account)
        assert found
        assert found["IsBlocked"] == exact.division.relation(relation)["Blocked"] == (act == "blokkeren")


def test_an_entry_is_typed_changed_and_deleted(exact: Client, press: Press) -> None:
    assert press("relaties", number="77", name="Zorggroep Oost", postcode="9711 AA").status_code == 303
    typed = {"number": "26700077", "reference": "A1", "day": "2026-11-20", "relation": "77"}
    account = next(row for row in exact.division["GLAccounts"] if row["Type"] == 110)["Code"]
    answer = press("boekingen", **typed, account=account, vat_code="0", amount="12,50")
    assert answer.status_code == 303, answer.text
    (entry,) = exact.division.entries("A1")
    assert (entry["AmountDC"], entry["EntryNumber"]) == (12.5, 26700077)
    where = f"boekingen/{entry['EntryID']}"
    assert press(where, act="wijzigen", amount="1.012,75").status_code == 303
    assert exact.division.entries("A1")[0]["AmountDC"] == 1012.75
    assert press(where, act="verwijderen").status_code == 303
    assert exact.division.entries("A1") == []


@pytest.mark.parametrize(
    ("path", "form", "words"),
    [
        ("relatie", {"relation": "404", "act": "blokkeren"}, "has no relation with code 404"),
        ("grootboekrekening", {"account": "9", "act": "blokkeren"}, "Er is geen rekening 9."),
        ("boekingen/nothing", {"act": "wijzigen", "amount": "1"}, "Er is geen verkoopboeking."),
        ("boekingen/nothing", {"act": "verwijderen"}, "has no entry nothing"),
    ],
)
def test_what_can_not_be_done_is_one_sentence(
    exact: Client, press: Press, path: str, form: dict[str, str], words: str
) -> None:
    answer = press(path, **form)
    assert answer.status_code == 400
    assert words in answer.text
