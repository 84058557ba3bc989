"""What the books of the two years are in Exact, and what they must be, summed from James alone by
rules of its own (docs/booking-rules.md): nothing of the link's transform is used here.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

from tests.history.two_years import BEFORE, CHANGE, MOVED, NUMBER
from tests.link.small import SmallLink

Balance = dict[tuple[str, int, int], int]
"""Ledger account, financial year and period -> cents, a debit positive."""

RECEIVABLES, SUSPENSE_PIN = "1300", "1101"
VAT_ACCOUNTS = {6: "1501", 9: "1501", 21: "1500"}
RATE_PLACES = {0: 0, 6: 1, 9: 1, 21: 2}
GROUP_PLACES = {"Verzekeraar": 0, "Patiënt": 1, "Instelling": 2, "artikel": 3}


def trial_balance(link: SmallLink) -> Balance:
    """What the division has of before 2026, summed from its transaction lines."""
    sums: Counter[tuple[str, int, int]] = Counter()
    accounts = link.division["GLAccounts"].rows
    for line in link.division["TransactionLines"]:
        if line["FinancialYear"] < 2026:
            code = accounts[line["GLAccount"]]["Code"].strip()
            sums[code, line["FinancialYear"], line["FinancialPeriod"]] += round(line["AmountDC"] * 100)
    return {key: cents for key, cents in sums.items() if cents}


def balance_of_james(link: SmallLink) -> Balance:
    """What an accountant would make of James' rows."""
    rows = link.james.conn.execute(
        "select f.factuur_id, (f.gefactureerd_op at time zone 'Europe/Amsterdam')::date,"
        " f.betalingsconditie, d.soort, r.artikel_id is not null, r.btw_percentage::int,"
        " (r.bedrag * 100)::bigint"
        " from james.factuur as f inner join james.factuurregel as r using (factuur_id)"
        " inner join james.debiteur as d using (debiteur_id)"
        " where f.factuur_id >= %(first)s and f.gefactureerd_op < %(before)s",
        {"first": NUMBER, "before": BEFORE},
    )
    invoices: dict[int, tuple[dt.date, str, Counter[tuple[int, int]]]] = {}
    for number, day, condition, kind, is_article, rate, cents in rows:
        found = invoices.setdefault(number, (day, condition, Counter()))
        found[2][rate, GROUP_PLACES["artikel" if is_article else kind]] += cents
    sums: Counter[tuple[str, int, int]] = Counter()
    for day, condition, gross in invoices.values():
        # The financial years begin in July.
        place = (day.year if day.month > 6 else day.year - 1, (day.month - 7) % 12 + 1)
        sums[SUSPENSE_PIN if condition == "PIN" else RECEIVABLES, *place] += sum(gross.values())
        for account, cents in _credited(gross, day).items():
            sums[account, *place] -= cents
    return {key: cents for key, cents in sums.items() if cents}


def _credited(gross: Counter[tuple[int, int]], day: dt.date) -> Counter[str]:
    """Revenue and VAT accounts -> cents, of one invoice."""
    credited: Counter[str] = Counter()
    for rate in {rate for rate, _ in gross}:
        of_rate = {group: gross[rate, group] for each, group in sorted(gross) if each == rate}
        exact = {group: divmod(cents * rate, 100 + rate) for group, cents in of_rate.items()}
        vat_of_all = Decimal(sum(of_rate.values()) * rate) / (100 + rate)
        vat = int(vat_of_all.quantize(Decimal(1), ROUND_HALF_UP))
        shares = {group: floor for group, (floor, _) in exact.items()}
        by_rest = sorted(of_rate, key=lambda group: (-exact[group][1], group))
        for group in by_rest[: vat - sum(shares.values())]:
            shares[group] += 1
        if vat:
            credited[VAT_ACCOUNTS[rate]] += vat
        for group, cents in of_rate.items():
            account = str(8000 + 10 * group + RATE_PLACES[rate])
            credited[account if day < CHANGE else MOVED.get(account, account)] += cents - shares[group]
    return credited


def james_cents(link: SmallLink) -> int:
    """All that James has of the two years; gross."""
    row = link.james.conn.execute(
        "select sum(r.bedrag) from james.factuurregel as r inner join james.factuur as f using (factuur_id)"
        " where f.factuur_id >= %(first)s and f.gefactureerd_op < %(before)s",
        {"first": NUMBER, "before": BEFORE},
    ).fetchone()
    assert row is not None
    return int(row[0] * 100)


def settled(link: SmallLink) -> tuple[int, int]:
    """How many entries of the two years are booked or handed over, and their gross cents."""
    row = link.ledger.conn.execute(
        "select count(*) as n, coalesce(sum(total_cents), 0)::bigint as cents from every_current_booking"
        " where kind <> 'debtor' and state in ('booked', 'exported') and entry_date < %s",
        [BEFORE],
    ).fetchone()
    assert row is not None
    return row["n"], row["cents"]


def doubles(link: SmallLink) -> list[int]:
    """Numbers that Exact has more than once."""
    counts = Counter(
        entry["EntryNumber"]
        for table in ("SalesEntries", "GeneralJournalEntries")
        for entry in link.division[table]
    )
    return [number for number, times in counts.items() if times > 1]
