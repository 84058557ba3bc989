"""The auditor knows only the requests and the books (INV-1, INV-3, INV-6, INV-7, INV-12)."""

from __future__ import annotations

from tests.simulator.books import Client


def test_entries_are_counted_per_reference(exact: Client) -> None:
    exact.book(YourRef="26001")
    exact.book(YourRef="26001")
    lines = exact.line(-1.0, "", Description="26002"), exact.line(1.0, "", "1010", Description="26002")
    exact.post("generaljournalentry/GeneralJournalEntries", exact.journal_entry(*lines))
    assert exact.world.auditor.entries_per_reference(exact.division) == {"26001": 2, "26002": 1}


def test_totals_are_in_cents_per_account_and_vat_code(exact: Client) -> None:
    exact.book(exact.line(100.0, "2"), exact.line(10.0, "0"))
    exact.book(exact.line(-50.0, "2"))
    auditor = exact.world.auditor
    assert auditor.totals_per_account(exact.division) == {
        ("1300", 2026, 3): 7050,
        ("8000", 2026, 3): -6000,
        ("1500", 2026, 3): -1050,
    }
    assert auditor.totals_per_vat_code(exact.division) == {
        ("2", 2026, 3): (5000, 1050),
        ("0", 2026, 3): (1000, 0),
    }


def test_what_is_not_ours_is_watched(exact: Client) -> None:
    auditor, theirs = exact.world.auditor, exact.id_of("Accounts", "90001")
    exact.book()
    assert auditor.touched(exact.division) == []
    exact.put(f"crm/Accounts(guid'{theirs}')", {"City": "Assen"})
    assert auditor.touched(exact.division) == [f"Accounts/{theirs}"]


def test_changes_to_what_is_booked_are_noted(exact: Client) -> None:
    entry = exact.book()
    assert exact.world.auditor.changed_entries() == []
    exact.put(f"salesentry/SalesEntries(guid'{entry['EntryID']}')", {"Description": "x"})
    assert [write.method for write in exact.world.auditor.changed_entries()] == ["PUT"]


def test_calls_and_errors_are_counted_as_they_came(exact: Client) -> None:
    exact.get("vat/VATCodes")
    exact.get("vat/VATCodes", filter="nope")
    minute, hour = int(exact.world.clock.seconds() // 60), int(exact.world.clock.seconds() // 3600)
    assert exact.world.auditor.calls_per_minute[exact.division.code, minute] == 2
    assert exact.world.auditor.errors_per_hour[exact.division.code, "vat/VATCodes", hour] == 1
