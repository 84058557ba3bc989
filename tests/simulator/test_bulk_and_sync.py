"""Bulk and sync reads (fact 1b)."""

from __future__ import annotations

from tests.simulator.books import Client


def newest(exact: Client) -> int:
    return max(
        int(row["Timestamp"])
        for row in exact.get("sync/CRM/Accounts", filter="Timestamp gt 1L", select="Timestamp").results
    )


def test_a_changed_record_comes_back_with_a_higher_timestamp(exact: Client) -> None:
    seen = newest(exact)
    exact.put(f"crm/Accounts(guid'{exact.id_of('Accounts', '1')}')", {"City": "Assen"})
    rows = exact.get("sync/CRM/Accounts", filter=f"Timestamp gt {seen}L", select="ID,City").results
    assert [row["City"] for row in rows] == ["Assen"]


def test_sync_pages_follow_the_timestamp(exact: Client) -> None:
    for number in range(510):
        exact.book(YourRef=f"{number}")
    first = exact.get(
        "sync/Financial/TransactionLines", filter="Timestamp gt 1L", select="Timestamp,LineNumber"
    )
    assert first.d["__next"].endswith(f"$skiptoken={first.results[-1]['Timestamp']}L")
    rest = exact.call("GET", first.d["__next"].removeprefix("http://simulator")).results
    stamps = [int(row["Timestamp"]) for row in first.results + rest]
    assert stamps == sorted(set(stamps))
    assert len(stamps) == 1020
    assert {row["LineNumber"] for row in rest} == {0, 1}


def test_bulk_reads_the_same_rows(exact: Client) -> None:
    exact.book()
    bulk = exact.get("bulk/Financial/TransactionLines", select="ID").results
    regular = exact.get("financialtransaction/TransactionLines", select="ID").results
    assert [row["ID"] for row in bulk] == [row["ID"] for row in regular]
    assert len(exact.get("bulk/CRM/Accounts", filter="Status eq 'C'", select="ID").results) == 1


def test_a_timestamp_can_be_found_by_time(exact: Client) -> None:
    exact.world.clock.advance(hours=1)
    exact.token = exact.world.tokens()["access_token"]
    seen = newest(exact)
    query = "modified=datetime'2026-03-10T03:30:00'&endPoint='CRM/Accounts'"
    assert (
        int(exact.call("GET", f"read/sync/Sync/SyncTimestamp?{query}").results[0]["TimeStampAsBigInt"])
        == seen
    )
