"""Exact's app scopes: the table is that of the code, and a night needs each of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from exact_online.api.answers import AnswerKind, classify
from exact_online.api.scopes import SCOPE_OF, WRITTEN, Level, declared, needed
from exact_online.failures import AppScopeMissing
from exact_online.watch import scope_items
from simulator.contract import BY_ENDPOINT
from tests.link.fixtures import link, small_place
from tests.link.scopes import grant_only
from tests.link.small import SmallLink

__all__ = ["link", "small_place"]

PLUGINS = Path(__file__).parents[2] / "plugins" / "exact_online"
ENDPOINT = re.compile(
    r'"((?:current|hrm|system|users|read|sync|bulk|crm|salesentry|generaljournalentry|vat|financial|'
    r'financialtransaction|cashflow|docs)/[A-Za-z/]+)"'
)


def test_the_table_has_each_call_of_the_code_and_no_other() -> None:
    sources = [path for path in PLUGINS.rglob("*.py") if path.name != "scopes.py"]
    found = {endpoint for path in sources for endpoint in ENDPOINT.findall(path.read_text(encoding="utf-8"))}
    assert found == set(SCOPE_OF)
    for endpoint, scope in SCOPE_OF.items():
        resource = BY_ENDPOINT.get(endpoint.lower())
        assert resource is None or resource.scope == scope, endpoint


def test_what_is_written_needs_to_manage() -> None:
    assert needed("crm/Accounts", "POST") == ("Crm accounts", Level.MANAGE)
    assert needed("vat/VATCodes", "GET") == ("Financial accounting", Level.READ)
    assert needed("current/Me", "GET") is None
    assert declared() == {
        "Organization administration": Level.READ,
        "Crm accounts": Level.MANAGE,
        "Financial accounting": Level.MANAGE,
        "Financial generalledgers": Level.READ,
        "Financial cashflow": Level.READ,
    }
    assert set(SCOPE_OF) >= WRITTEN


def test_a_missing_scope_is_no_right_of_a_user() -> None:
    words = "Application Scope Violated. Cannot read 'Crm accounts' scope."
    body = json.dumps({"error": {"message": {"value": words}}}).encode()
    assert classify("GET", 403, {}, body).kind is AnswerKind.SCOPE
    assert classify("GET", 403, {}, b"").kind is AnswerKind.CONFIGURATION


def everything(link: SmallLink) -> None:
    """Debtors and invoices of both journals."""
    link.james.debtor("1001", condition="INCASSO", iban="NL91ABNA0417164300")
    link.james.invoice(1, "1001")
    link.james.invoice(2, "1001", condition="PIN")


def test_a_night_needs_the_declared_scopes_and_no_others(link: SmallLink) -> None:
    everything(link)
    assert link.night().items == []
    asked = {(call.method, call.endpoint) for call in link.world.log if call.endpoint in SCOPE_OF}
    used = {scope for method, endpoint in asked if (scope := needed(endpoint, method))}
    assert {(scope, level) for scope, level in declared().items()} <= used


LESS = [
    *({scope: level for scope, level in declared().items() if scope != left_out} for left_out in declared()),
    *({**declared(), scope: Level.READ} for scope, level in declared().items() if level is Level.MANAGE),
]


@pytest.mark.parametrize("scopes", LESS, ids=str)
def test_one_scope_less_stops_the_practice_with_a_sentence(link: SmallLink, scopes: dict[str, Level]) -> None:
    everything(link)
    grant_only(link.world, scopes)
    with pytest.raises(AppScopeMissing, match="mist bij Exact de scope"):
        link.night()


def test_the_fleet_stops_asking_until_a_person_clears_and_support_hears_it_once(link: SmallLink) -> None:
    everything(link)
    grant_only(link.world, {**declared(), "Crm accounts": Level.READ})
    with pytest.raises(AppScopeMissing, match="Crm accounts"):
        link.night()
    asked = len(link.world.log)
    for _ in range(3):
        with link.another_worker(), pytest.raises(AppScopeMissing, match="Crm accounts"):
            link.night()
    assert len(link.world.log) == asked
    assert [(item.is_urgent, item.is_due) for item in scope_items(link.ledger)] == [(True, True)]
    link.ledger.tokens.note_scopes_reported()
    assert [(item.is_urgent, item.is_due) for item in scope_items(link.ledger)] == [(True, False)]
    grant_only(link.world)
    link.client(link.ledger).ask_again()
    assert link.night().items == []
    assert scope_items(link.ledger) == []


def test_a_night_later_one_may_ask_and_a_success_ends_it(link: SmallLink) -> None:
    """Exact may have approved it without anybody telling the link."""
    everything(link)
    grant_only(link.world, {**declared(), "Crm accounts": Level.READ})
    with pytest.raises(AppScopeMissing):
        link.night()
    grant_only(link.world)
    link.ledger.conn.execute("update missing_scope set found_at = found_at - interval '21 hours'")
    assert link.night().items == []
    assert scope_items(link.ledger) == []
