"""The optional SQLite file: a restart goes on where it stood."""

from __future__ import annotations

from pathlib import Path

from simulator import World
from simulator.gateway import Gateway
from simulator.storage import Storage
from tests.simulator.books import Client


def test_a_restart_finds_books_tokens_and_periods_as_they_were(
    world: World, exact: Client, tmp_path: Path
) -> None:
    storage = Storage(tmp_path / "exact.sqlite")
    assert storage.empty
    storage.attach(world)
    exact.gateway = Gateway(world, storage)
    entry = exact.book(exact.line(100.0, "2"), EntryNumber=26001, YourRef="26001")
    gone = exact.post("crm/Accounts", {"Name": "Weg"}).d["ID"]
    exact.delete(f"crm/Accounts(guid'{gone}')")
    world.division("zuiderlicht").close_period(2026, 1)
    exact.get("vat/VATCodes")
    exact.post("crm/Accounts", {"Name": "Laatste"})
    storage.close()

    again, storage = World(clock=world.clock), Storage(tmp_path / "exact.sqlite")
    storage.load(again)
    after = Client(again)
    after.token = exact.token
    again.limits.off()
    after.token = again.tokens()["access_token"]
    assert after.booked(entry["EntryID"]) == exact.booked(entry["EntryID"])
    assert after.rejection(EntryNumber=26001) == "In gebruik: Boekstuknummer"
    assert after.get(f"crm/Accounts(guid'{gone}')").status == 404
    assert again.division("zuiderlicht").is_closed("70", 2026, 1)
    assert again.division("noorderlicht").version >= world.division("noorderlicht").version


def test_the_token_of_before_the_restart_still_works(world: World, exact: Client, tmp_path: Path) -> None:
    storage = Storage(tmp_path / "exact.sqlite")
    storage.attach(world)
    again = World(clock=world.clock)
    Storage(tmp_path / "exact.sqlite").load(again)
    after = Client(again)
    grant = next(iter(world.authority.grants.values()))
    assert again.app.client_secret == world.app.client_secret
    assert grant.refresh in again.authority.spent | set(again.authority.refresh)
    assert after.get("vat/VATCodes").status == 200
