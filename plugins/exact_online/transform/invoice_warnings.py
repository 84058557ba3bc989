"""What is odd about an invoice and booked as the rules say: told once, nothing is rejected."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from exact_online.reason_codes import Reason
from exact_online.transform.plans import ADJUSTMENT_COLUMNS, frame
from exact_online.transform.words import CONDITION_WORDS, in_both_languages
from exact_online.vocabulary import DebtorKind, InvoiceKind, PaymentCondition


def invoice_warnings(accepted: pd.DataFrame) -> pd.DataFrame:
    """Return the warnings about invoices that are booked (`ADJUSTMENT_COLUMNS`), by source key.

    `accepted` comes from `read_headers`. An insurer does not pay at the desk, and a patient gets no
    claim: either may be a slip of the practice, so it is told; the money is booked where the kind
    of debtor and the payment condition say.
    """
    is_claim = accepted["invoice_kind"] == InvoiceKind.CLAIM
    to_insurer = is_claim | (accepted["debtor_kind"] == DebtorKind.INSURER)
    odd = {
        Reason.INSURER_PAID_AT_DESK: to_insurer & accepted["at_desk"],
        Reason.CLAIM_TO_PATIENT: is_claim & (accepted["debtor_kind"] == DebtorKind.PATIENT),
    }
    rows = [
        (row["invoice_key"], reason.value, _values(row))
        for reason, where in odd.items()
        for row in accepted[where].to_dict("records")
    ]
    columns = list(ADJUSTMENT_COLUMNS)
    found = pd.DataFrame(rows, columns=columns, dtype=object).sort_values(columns[:2], kind="stable")
    return frame(ADJUSTMENT_COLUMNS, found)


def _values(invoice: dict[Any, Any]) -> str:
    words = CONDITION_WORDS[PaymentCondition(invoice["payment_condition"])]
    values = {"number": invoice["invoice_number"], "debtor": invoice["debtor_number"]}
    return json.dumps({**values, **in_both_languages("condition", words)}, ensure_ascii=False)
