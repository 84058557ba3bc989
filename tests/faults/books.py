"""What stands in Exact when nothing is in between: INV-1, INV-3 and INV-4.

James is computed here, anew. What people put otherwise by hand must be told, and nothing else may.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from dev.demo.practices import BASIS_POINTS, RECEIVABLES, SUSPENSE_CASH, SUSPENSE_PIN, VAT_ACCOUNTS
from exact_online.vocabulary import EXPLAINED_BY_STATE, VatRate
from tests.faults.witnesses import Accounts, Witnesses
from tests.link.james import Written

RATES = {0: VatRate.ZERO, 9: VatRate.LOW, 21: VatRate.HIGH}


def inv_1_booked_means_there(seen: Witnesses) -> Iterator[str]:
    """What the ledger calls booked is in Exact, once per entry; what people removed is told."""
    booked = [row for row in seen.bookings if row["state"] == "booked" and row["kind"] != "debtor"]
    ids = Counter(str(row["exact_id"]) for row in booked)
    yield from (f"entry {entry} is {times} bookings" for entry, times in ids.items() if times > 1)
    for row in booked:
        entry = str(row["exact_id"])
        if entry not in seen.entries and not (
            entry in seen.by_hand.removed and row["source_key"] in seen.told
        ):
            yield f"{row['source_key']} is booked, and Exact does not have it"


def inv_3_sums(seen: Witnesses) -> Iterator[str]:
    """Each booked entry is to the cent what James had, per account, VAT code and rate."""
    for row in seen.current:
        if row["state"] == "booked" and str(row["exact_id"]) in seen.entries:
            yield from _differs_from_james(seen, row)


def _differs_from_james(seen: Witnesses, row: dict[str, Any]) -> Iterator[str]:
    key, entry_id = row["source_key"], str(row["exact_id"])
    there, versions = seen.accounts_of(entry_id), seen.link.james.written[key]
    if seen.by_hand.is_ours(entry_id):
        if not any(agrees(version, there) for version in versions):
            yield f"{key}: Exact has {there}, James had {versions}"
        yield from _wrong_codes(seen, key, entry_id)
        yield from _never_so(seen, row, versions)
    is_equal = key in seen.in_james and _is_now(seen, versions[-1], entry_id)
    if not is_equal and key not in seen.told and not _is_even(seen, row):
        yield f"{key} is {there} in Exact, James has {versions[-1]}, and nobody was told"
    causes = {d["cause"] for d in seen.differences if d["subject"] == key} - set(EXPLAINED_BY_STATE)
    if is_equal and causes and entry_id not in seen.by_hand.changed:
        yield f"{key} is the same in James and Exact, and told as {causes}"


def _never_so(seen: Witnesses, row: dict[str, Any], versions: list[Written]) -> Iterator[str]:
    """Debtor, day and reference are those of one moment in James."""
    booked = row["debtor_number"], row["entry_date"], row["reference"]
    for place, name in enumerate(("debtor", "day", "reference")):
        had = {(version.debtor, version.day, version.reference)[place] for version in versions}
        if booked[place] not in had:
            yield f"{row['source_key']} is booked with {name} {booked[place]}, James had {had}"


def _is_now(seen: Witnesses, now: Written, entry_id: str) -> bool:
    """Is this entry what James has now, looks of a payment condition apart?"""
    entry = seen.entries[entry_id]
    return (
        agrees(now, seen.accounts_of(entry_id))
        and seen.relations_of(entry_id) == {now.debtor}
        and seen.days_of(entry_id) == {str(now.day)}
        and (seen.reference_of(entry), entry["EntryNumber"]) == (now.reference, now.number)
    )


def _is_even(seen: Witnesses, row: dict[str, Any]) -> bool:
    """Is an invoice with what credits it the same on both sides, though neither is by itself?"""
    original = row["credits_key"] or row["source_key"]
    group = [one for one in seen.current if original in (one["source_key"], one["credits_key"])]
    keys = {one["source_key"] for one in group}
    james = sum(
        cents for key in keys & seen.in_james for cents, _, _ in seen.link.james.written[key][-1].lines
    )
    entries = [entry for one in group for entry in seen.ours.get(one["reference"], [])]
    exact = sum(debit_cents(seen.accounts_of(entry["EntryID"])) for entry in entries)
    return len(entries) > 1 and james == exact


def _wrong_codes(seen: Witnesses, key: str, entry_id: str) -> Iterator[str]:
    """Each revenue account has the VAT code of its rate."""
    for account, code in seen.codes_of(entry_id):
        if account.startswith("80"):
            wanted = seen.link.practice.vat_codes[list(VatRate)[int(account) % 10]].code
            if code != wanted:
                yield f"{key}: account {account} has VAT code {code}, not {wanted}"


def inv_3_ledgers_totals(seen: Witnesses) -> Iterator[str]:
    """What the ledger keeps of a booking adds up to what Exact has, unless that is told."""
    kept: dict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
    for line in seen.rows("select * from booking_line"):
        place = line["gl_account"], line["vat_code"].strip()
        kept[line["booking_id"]][place] += line["gross_cents"] - line["vat_cents"]
    for row in seen.current:
        entry_id = str(row["exact_id"])
        if row["state"] != "booked" or entry_id not in seen.entries or row["source_key"] in seen.told:
            continue
        there = Counter(
            {
                (account, code): -cents
                for (account, code), cents in seen.codes_of(entry_id).items()
                if account.startswith("8")
            }
        )
        ours = {place: cents for place, cents in kept[row["booking_id"]].items() if cents}
        if ours != {place: cents for place, cents in there.items() if cents}:
            yield f"{row['source_key']}: the ledger has {ours}, Exact {dict(there)}"


def inv_3_every_euro_has_its_cause(seen: Witnesses) -> Iterator[str]:
    """What James has more than Exact is what the open differences say, and none is unexplained."""
    keys = set(seen.link.james.in_scope(seen.link.scope))
    versions = [seen.link.james.written[key] for key in keys if key in seen.link.james.written]
    james = sum(cents for written in versions for cents, _, _ in written[-1].lines)
    exact = sum(debit_cents(seen.accounts_of(entry)) for entry in _about_invoices(seen))
    rows = [row for row in seen.differences if row["kind"] != "debtor"]
    told = sum(row["james_cents"] - row["exact_cents"] for row in rows)
    if james - exact != told:
        listed = [(row["subject"], row["cause"], row["james_cents"], row["exact_cents"]) for row in rows]
        yield f"James has {james - exact} cents more than Exact, told are {told}: {listed}"
    yield from (f"{row['subject']} is unexplained" for row in rows if row["cause"] == "unexplained")


def _about_invoices(seen: Witnesses) -> Iterator[str]:
    """Entries that are booked, or bear the number or reference of an invoice."""
    booked = {str(row["exact_id"]) for row in seen.current}
    for entry_id, row in seen.entries.items():
        if entry_id in booked or _names_one(seen, row, seen.current):
            yield entry_id


def _names_one(seen: Witnesses, entry: dict[str, Any], rows: list[dict[str, Any]]) -> bool:
    """Does an entry bear the number or the reference of one of these bookings?"""
    reference, number = seen.reference_of(entry), entry["EntryNumber"]
    return any(reference == row["reference"] or number == row["entry_number"] for row in rows)


def agrees(written: Written, there: Accounts) -> bool:
    """Is this what an invoice must book (C3)?

    Total and VAT per rate to the cent; the share of each account of a rate, within a cent.
    """
    gross: Counter[tuple[VatRate, str]] = Counter()
    for cents, percentage, origin in written.lines:
        gross[RATES[percentage], revenue_account(written, origin, RATES[percentage])] += cents
    parts = [
        _rate_agrees(rate, {account: cents for (of, account), cents in gross.items() if of is rate}, there)
        for rate in VatRate
    ]
    known = {debit_account(written), *VAT_ACCOUNTS.values(), *(account for _, account in gross)}
    return all(parts) and there.get(debit_account(written), 0) == sum(gross.values()) and set(there) <= known


def _rate_agrees(rate: VatRate, gross: Mapping[str, int], there: Accounts) -> bool:
    vat = vat_within(sum(gross.values()), BASIS_POINTS[rate])
    net = {account: -there.get(account, 0) for account in gross}
    near = all(
        abs(net[account] - cents * 10_000 / (10_000 + BASIS_POINTS[rate])) <= 1
        for account, cents in gross.items()
    )
    return (
        near and sum(net.values()) == sum(gross.values()) - vat and there.get(VAT_ACCOUNTS[rate], 0) == -vat
    )


def vat_within(gross: int, basis_points: int) -> int:
    """The VAT in a gross amount, half up, away from zero."""
    sign = -1 if gross < 0 else 1
    return sign * ((2 * abs(gross) * basis_points + 10_000 + basis_points) // (2 * (10_000 + basis_points)))


def revenue_account(written: Written, origin: str, rate: VatRate) -> str:
    offset = (
        30
        if origin == "article"
        else {"Verzekeraar": 0, "Patiënt": 10, "Instelling": 20}[written.debtor_kind]
    )
    return str(8000 + offset + list(VatRate).index(rate))


def debit_account(written: Written) -> str:
    return {"PIN": SUSPENSE_PIN, "CONTANT": SUSPENSE_CASH}.get(written.condition, RECEIVABLES)


def debit_cents(there: Accounts) -> int:
    """Return the total of an entry: what its debtor or desk owes."""
    return sum(there.get(account, 0) for account in (RECEIVABLES, SUSPENSE_CASH, SUSPENSE_PIN))


def inv_4_agreement(seen: Witnesses) -> Iterator[str]:
    """Ledger and Exact know the same entries, by id, number and reference."""
    booked = {
        str(row["exact_id"]): row
        for row in seen.bookings
        if row["state"] == "booked" and row["kind"] != "debtor"
    }
    yield from (
        f"entry {seen.reference_of(seen.entries[entry])} is an orphan"
        for entry in seen.entries.keys() - booked.keys()
        if seen.by_hand.is_ours(entry) and f"exact:{entry}" not in seen.told
    )
    for entry_id, row in booked.items():
        entry = seen.entries.get(entry_id)
        if entry is None or row["source_key"] in seen.told or entry_id in seen.by_hand.changed:
            continue
        if (seen.reference_of(entry), entry["EntryNumber"]) != (row["reference"], row["entry_number"]):
            yield f"{row['source_key']} is booked under the id of another entry"
        yield from _wrong_place(seen, row, entry_id)


def _wrong_place(seen: Witnesses, row: dict[str, Any], entry_id: str) -> Iterator[str]:
    """Relation, day and period of an entry, as its lines have them, against the booking."""
    codes, days = seen.relations_of(entry_id), seen.days_of(entry_id)
    periods = {(line["FinancialYear"], line["FinancialPeriod"]) for line in seen.lines[entry_id]}
    if codes != {row["debtor_number"]}:
        yield f"{row['source_key']} is booked for debtor {row['debtor_number']} and stands on {codes}"
    if days != {str(row["entry_date"])}:
        yield f"{row['source_key']} is booked on {row['entry_date']} and stands on {days}"
    if periods != {(row["financial_year"], row["financial_period"])}:
        yield f"{row['source_key']} stands in {periods}"
    if {period for _, period in periods} != {row["entry_date"].month}:
        yield f"{row['source_key']} of {row['entry_date']} stands in {periods}"


def inv_4_debtors_agree(seen: Witnesses) -> Iterator[str]:
    """Each debtor that is booked has its relation, its main contact and its bank account, as last
    sent.
    """
    relations = {
        row["debtor_number"]: row for row in seen.rows("select * from relation where practice = %(practice)s")
    }
    latest = {
        row["source_key"]: row
        for row in seen.bookings
        if row["kind"] == "debtor" and row["state"] == "booked"
    }
    for row in latest.values():
        relation = relations[row["debtor_number"]]
        there = seen.division["Accounts"].get(str(relation["exact_id"]))
        if row["payload"] is None:  # purged: what was sent is known no more
            yield from () if there else [f"debtor {row['debtor_number']} is not in Exact"]
            continue
        payload = json.loads(row["payload"])
        if there is None or there["Name"] != payload["account"]["Name"]:
            yield f"debtor {row['debtor_number']} is not in Exact as it was sent"
        elif payload["contact"] and there["MainContact"] != str(relation["contact_id"]):
            yield f"debtor {row['debtor_number']} has no main contact"
        elif payload["bank_account"] and not seen.division["BankAccounts"].get(
            str(relation["bank_account_id"])
        ):
            yield f"debtor {row['debtor_number']} has no bank account"


def inv_4_doubles_are_told(seen: Witnesses) -> Iterator[str]:
    """A contact or bank account has no number.

    A second one, by a call that landed very late, is at least told.
    """
    relations = {
        str(row["exact_id"]): f"debiteur:{row['debtor_number']}"
        for row in seen.rows("select * from relation where practice = %(practice)s")
    }
    told = {
        row["source_key"]
        for row in seen.rows(
            "select * from difference where practice = %(practice)s and cause = 'debtor_double_in_exact'"
        )
    }
    for table in ("Contacts", "BankAccounts"):
        owners = Counter(row["Account"] for row in seen.division[table])
        doubled = {owner for owner, times in owners.items() if times > 1}
        yield from (
            f"relation {owner} has {owners[owner]} {table}"
            for owner in doubled
            if relations.get(owner) not in told
        )
