"""A ledger of 14 practices with 900 invoices that are open by 30 causes."""

from __future__ import annotations

import json
from collections import Counter

from exact_online.ledger import Ledger
from tests.ledger_cases import open_run, plan, register, rejection

PRACTICES = [f"praktijk_{number:02}" for number in range(14)]


def causes() -> list[tuple[str, dict[str, str]]]:
    """Thirty: a reason, and the values that name what is to be put right."""
    return [
        *(("gl_account_blocked", {"account": f"83{number:02}"}) for number in range(10)),
        *(("gl_account_not_in_exact", {"account": f"83{number:02}"}) for number in range(4)),
        *(("vat_code_blocked", {"vat_code": code, "rate_en": "21%"}) for code in ("2", "4", "5")),
        *(("journal_blocked", {"journal": code}) for code in ("70", "71")),
        *(("payment_condition_unknown", {"condition": code}) for code in ("7D", "1W")),
        *(("vat_rate_unknown", {"percentage": code}) for code in ("6,00", "19,00")),
        *(("revenue_account_missing", {"profession": name}) for name in ("logopedie", "ergotherapie")),
        ("no_lines", {}),
        ("total_mismatch", {}),
        ("claim_number_missing", {}),
        ("currency_not_euro", {"currency": "USD"}),
        ("currency_not_euro", {"currency": "GBP"}),
    ]


def plant(ledger: Ledger) -> Counter[tuple[str, str]]:
    """Make the practices and their rejections, each invoice 1,00 euro.

    Return how many records each cause has: (reason, its values as JSON with sorted keys).
    """
    planted = causes()
    wanted: Counter[tuple[str, str]] = Counter()
    for place, code in enumerate(PRACTICES):
        register(ledger, code)
        rows = []
        for number in range(place, 900, len(PRACTICES)):
            reason, values = planted[number % len(planted)]
            own = {"number": str(number), "line": str(number % 3), "use_nl": f"omzet {number}", "total": "1"}
            rows.append({**rejection(number, reason, json.dumps({**values, **own})), "total_cents": 100})
            wanted[reason, json.dumps(values, sort_keys=True)] += 1
        plan(ledger, open_run(ledger, code), rows)
    return wanted
