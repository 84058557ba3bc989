"""No body whatever breaks the simulator, and a rejection leaves the books as they were."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.contract import CONTRACT, Resource
from tests.simulator.books import Client, new_world
from tests.simulator.test_contract import BASE, NAMED, RIGHT

EXACT = Client(new_world())
EXACT.world.limits.off()
CODES = st.sampled_from(
    [
        "",
        "0",
        "2",
        "3",
        "6",
        "70",
        "90",
        "14",
        "C",
        "EUR",
        "\ud800",
        "\x00",
        "2026-02-30",
        "9999-12-31",
        "/Date(99999999999999999)/",
    ]
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=60),
    CODES,
    st.sampled_from(list(RIGHT.values())),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.sampled_from(["Account", "GLAccount", "GLAR"]).map(lambda name: NAMED[name](EXACT)),
)
WRITABLE = [resource for resource in CONTRACT.values() if "POST" in resource.methods]


def entities(resource: Resource) -> st.SearchStrategy[dict[str, Any]]:
    changes = st.dictionaries(st.sampled_from(list(resource.properties)), VALUES, max_size=6)
    return changes.map(lambda change: BASE[resource.name](EXACT) | change)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(WRITABLE).flatmap(lambda resource: st.tuples(st.just(resource), entities(resource))))
def test_no_body_whatever_breaks_it(case: tuple[Resource, dict[str, Any]]) -> None:
    resource, entity = case
    before = {name: len(table) for name, table in EXACT.division.tables.items()}
    reply = EXACT.post(resource.uri, entity)
    assert reply.status in {201, 400, 500}
    if reply.status == 201:
        assert set(reply.d) == {"__metadata", *resource.properties}
        return
    assert reply.text
    assert before == {name: len(table) for name, table in EXACT.division.tables.items()}


def test_a_general_ledger_account_with_a_type_of_null_gets_the_default() -> None:
    """Found by the test above: null was compared with a number."""
    assert (
        EXACT.post("financial/GLAccounts", {"Code": "8877", "Description": "Omzet", "Type": None}).d["Type"]
        == 90
    )


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.sampled_from(list(CONTRACT["SalesEntries"].properties)), VALUES, max_size=4))
def test_no_put_whatever_unbalances_an_entry(change: dict[str, Any]) -> None:
    entry = EXACT.book(EXACT.line(100.0, "2"))
    reply = EXACT.put(f"salesentry/SalesEntries(guid'{entry['EntryID']}')", change)
    assert reply.status in {204, 400, 500}
    assert EXACT.world.auditor.unbalanced(EXACT.division) == []
    assert EXACT.booked(entry["EntryID"])["1300"] == 121.0


def test_a_journal_entry_without_lines_is_rejected_in_words() -> None:
    """Found by the test above: without lines there was no financial year to number it in."""
    entry = {"JournalCode": "90", "GeneralJournalEntryLines": []}
    reply = EXACT.post(CONTRACT["GeneralJournalEntries"].uri, entry)
    assert (reply.status, reply.text) == (500, "Verplicht: Memoriaalregels")
