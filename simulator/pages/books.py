"""The books of a division in a browser: relations, entries, trial balance, VAT, settings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from simulator.accounting.money import cents, euros
from simulator.auditfile import Choice, ReferenceIn, Version, auditfile
from simulator.derived import READERS
from simulator.division import Division
from simulator.pages.current import CurrentWorld
from simulator.pages.rendering import render_page
from simulator.tables import Row
from simulator.world import World

ROWS = 100
TABS = {
    "relaties": "Relaties",
    "boekingen": "Boekingen",
    "proefbalans": "Proef- en saldibalans",
    "btw": "Btw",
    "instellingen": "Instellingen",
}


@dataclass(frozen=True)
class Balance:
    """One line of the trial balance, in euros."""

    code: str
    name: str
    debit: float
    credit: float


router = APIRouter(include_in_schema=False)


@router.get("/")
def show_home(world: CurrentWorld) -> HTMLResponse:
    """Show all divisions."""
    return HTMLResponse(render_page("home.html", world, divisions=list(world.divisions.values()), path="/"))


@router.get("/boeken/{code}")
@router.get("/boeken/{code}/relaties")
def show_relations(
    request: Request, world: CurrentWorld, code: int, zoek: str = "", vanaf: int = 0
) -> HTMLResponse:
    """Show relations, a hundred at a time."""
    with world.lock:
        found = _search(_division(world, code), zoek)
        return _page(request, world, code, "relaties", zoek=zoek, **_part(found, vanaf))


@router.get("/boeken/{code}/boekingen")
def show_entries(
    request: Request, world: CurrentWorld, code: int, zoek: str = "", vanaf: int = 0
) -> HTMLResponse:
    """Show entries, a hundred at a time."""
    with world.lock:
        found = _entries(_division(world, code), zoek)
        return _page(request, world, code, "boekingen", zoek=zoek, **_part(found, vanaf))


@router.get("/boeken/{code}/boekingen/{entry_id}")
def show_entry(request: Request, world: CurrentWorld, code: int, entry_id: str) -> HTMLResponse:
    """Show one entry with its lines."""
    with world.lock:
        division = _division(world, code)
        row = division.entry(entry_id)
        if row is None:
            raise HTTPException(404, "Deze boeking is er niet (meer).")
        lines = sorted(
            division["TransactionLines"].find("EntryID", entry_id),
            key=lambda line: (line["LineNumber"], line["GLAccount"]),
        )
        shown = [_shown(division, line) for line in lines]
        return _page(request, world, code, "boekingen", entry=row, lines=shown)


@router.get("/docs/FinMenu.aspx")
def show_menu(
    code: Annotated[int, Query(alias="_Division_")], entry_id: Annotated[str, Query(alias="EntryID")] = ""
) -> RedirectResponse:
    """Go from the address of Exact's financial menu to the entries of its division, or to one."""
    return RedirectResponse(
        f"/boeken/{code}/boekingen{'/' if entry_id else ''}{quote(entry_id, safe='')}", 303
    )


@router.get("/boeken/{code}/proefbalans")
def show_trial_balance(
    request: Request, world: CurrentWorld, code: int, jaar: int | None = None
) -> HTMLResponse:
    """Show the trial balance of one year or of all."""
    with world.lock:
        division = _division(world, code)
        rows = trial_balance_of(division, jaar)
        return _page(request, world, code, "proefbalans", rows=rows, jaar=jaar, years=_years(division))


@router.get("/boeken/{code}/btw")
def show_vat(request: Request, world: CurrentWorld, code: int) -> HTMLResponse:
    """Show base and VAT per code and period."""
    with world.lock:
        totals = world.auditor.totals_per_vat_code(_division(world, code))
        in_order = sorted(totals.items(), key=lambda item: (item[0][1:], item[0][0]))
        rows = [(*key, euros(base), euros(tax)) for key, (base, tax) in in_order]
        return _page(request, world, code, "btw", rows=rows)


@router.get("/boeken/{code}/instellingen")
def show_settings(request: Request, world: CurrentWorld, code: int) -> HTMLResponse:
    """Show journals, VAT codes, payment conditions and ledger accounts."""
    with world.lock:
        percentage = READERS["VATCodes"]["Percentage"]
        return _page(request, world, code, "instellingen", percentage=percentage)


@router.get("/boeken/{code}/auditfile")
def download_auditfile(
    world: CurrentWorld,
    code: int,
    jaar: int,
    versie: Version = "3.2",
    kenmerk: ReferenceIn = "invRef",
) -> Response:
    """Give the auditfile of a financial year; `kenmerk` says which element has your reference."""
    with world.lock:
        division = _division(world, code)
        try:
            content = auditfile(division, Choice(jaar, versie, kenmerk))
        except ValueError:
            raise HTTPException(404, f"Deze administratie heeft geen boekjaar {jaar}.") from None
    headers = {"Content-Disposition": f'attachment; filename="auditfile_{code}_{jaar}.xaf"'}
    return Response(content, media_type="application/xml", headers=headers)


def _page(request: Request, world: World, code: int, tab: str, **values: Any) -> HTMLResponse:
    frame = {"division": _division(world, code), "tabs": TABS, "tab": tab, "path": request.url.path}
    return HTMLResponse(render_page(f"{tab}.html", world, **frame, **values))


def _part(found: Sequence[Any], start: int) -> dict[str, Any]:
    """Return the values with which a list is shown in parts."""
    return {"rows": found[start : start + ROWS], "total": len(found), "vanaf": start, "size": ROWS}


def _division(world: World, code: int) -> Division:
    if code not in world.divisions:
        raise HTTPException(404, f"Er is geen administratie {code}.")
    return world.divisions[code]


def _search(division: Division, text: str) -> list[Row]:
    wanted = text.strip().lower()
    rows = [row for row in division["Accounts"] if wanted in f"{row['Code'].strip()} {row['Name']}".lower()]
    return sorted(rows, key=lambda row: str(row["Code"]))


def _entries(division: Division, text: str) -> list[dict[str, object]]:
    """Newest first, both kinds."""
    wanted = text.strip().lower()
    found = [_sales_entry(division, row) for row in division["SalesEntries"]]
    found += [_journal_entry(division, row) for row in division["GeneralJournalEntries"]]
    found = [row for row in found if wanted in f"{row['number']} {row['reference']} {row['party']}".lower()]
    return sorted(found, key=lambda row: str(row["created"]), reverse=True)


def _sales_entry(division: Division, row: Row) -> dict[str, object]:
    customer = division["Accounts"].get(row["Customer"])
    return {
        "id": row["EntryID"],
        "journal": row["Journal"],
        "number": row["EntryNumber"],
        "day": row["EntryDate"],
        "reference": row.get("YourRef") or "",
        "party": customer["Name"] if customer else "(verwijderde relatie)",
        "amount": row["AmountDC"],
        "status": "Verwerkt" if row["Status"] == 50 else "Open",
        "created": row["Timestamp"],
    }


def _journal_entry(division: Division, row: Row) -> dict[str, object]:
    lines = sorted(
        division["GeneralJournalEntryLines"].find("EntryID", row["EntryID"]),
        key=lambda line: int(line["LineNumber"]),
    )
    return {
        "id": row["EntryID"],
        "journal": row["JournalCode"],
        "number": row["EntryNumber"],
        "day": lines[0]["Date"] if lines else None,
        "reference": (lines[0].get("Description") or "") if lines else "",
        "party": "",
        "amount": euros(sum(cents(line["AmountDC"]) for line in lines if line["AmountDC"] > 0)),
        "status": "Verwerkt" if row["Status"] == 50 else "Open",
        "created": row["Timestamp"],
    }


def _shown(division: Division, line: Row) -> Row:
    account = division["GLAccounts"].get(line["GLAccount"]) or {}
    party = division["Accounts"].get(line.get("Account")) or {}
    return {
        **line,
        "code": account.get("Code", ""),
        "account": account.get("Description", ""),
        "party": party.get("Name", ""),
    }


def trial_balance_of(division: Division, year: int | None) -> list[Balance]:
    """Return debit and credit per ledger account, of one year or of all."""
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for line in division["TransactionLines"]:
        if year in {None, line["FinancialYear"]}:
            amount = cents(line["AmountDC"])
            totals[line["GLAccount"]][amount < 0] += abs(amount)
    rows = [
        (division["GLAccounts"].rows[account], debit, credit) for account, (debit, credit) in totals.items()
    ]
    return sorted(
        (
            Balance(row["Code"], row["Description"], euros(debit), euros(credit))
            for row, debit, credit in rows
        ),
        key=lambda row: row.code,
    )


def _years(division: Division) -> list[int]:
    return sorted({row["FinYear"] for row in division["FinancialPeriods"]})
