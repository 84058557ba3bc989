"""What is odd and booked as the rules say: told once when it is new, never red."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from dev.demo.practices import settings_document
from exact_online.report.sentences import warning_sentence
from tests.link.fixtures import link, small_place
from tests.link.small import PRACTICE, SmallLink
from tests.stage import Outcome
from tests.told_nights import mail_of_night
from tests.transform.one_invoice import plan
from tests.transform.practice import line

__all__ = ["link", "small_place"]

CLAIM: dict[str, Any] = {"invoice_kind": "claim", "claim_number": "D1"}


def warned(**header: Any) -> dict[str, Any]:
    """Reason -> values of the warnings about one invoice, which is booked."""
    plans = plan([line("45.00")], **header)
    assert len(plans.bookings) == 1
    rows = zip(plans.warnings["reason"], plans.warnings["reason_values"], strict=True)
    return {reason: json.loads(values) for reason, values in rows}


def test_an_insurer_at_the_desk_and_a_claim_to_a_patient_are_told() -> None:
    insurer = {**CLAIM, "debtor_kind": "insurer"}
    assert warned(**insurer, payment_condition="pin") == {
        "insurer_paid_at_desk": {
            "number": "2026001", "debtor": "1001", "condition_nl": "PIN", "condition_en": "PIN",
        }
    }  # fmt: skip
    assert set(warned(debtor_kind="insurer", payment_condition="cash")) == {"insurer_paid_at_desk"}
    assert set(warned(**CLAIM, debtor_kind="patient")) == {"claim_to_patient"}
    assert set(warned(**CLAIM, payment_condition="pin")) == {"claim_to_patient", "insurer_paid_at_desk"}
    assert warned(**insurer) == warned() == warned(payment_condition="pin") == {}


def told(link: SmallLink, outcome: Outcome) -> list[str]:
    """The sentences that the mail of a night has."""
    warnings = link.ledger.review.adjustments_of_run(outcome.run.run_id)
    sentences = [warning_sentence(warning) for warning in warnings]
    html = mail_of_night(link.ledger, outcome.run, outcome.numbers, warnings)
    assert html.count("<li>") == len(sentences)
    return sentences


def test_a_claim_that_was_paid_at_the_desk_is_booked_and_told_once(link: SmallLink) -> None:
    link.james.debtor("5000", kind="Verzekeraar")
    link.james.invoice(2600001, "5000", claim="D1", condition="PIN")
    link.james.invoice(2600002, "5000", claim="D2", condition="PIN", day=dt.date(2026, 9, 15))
    first = link.night(backfill="import")
    assert (first.items, link.writes("generaljournalentry/GeneralJournalEntries")) == ([], 2)
    assert told(link, first) == [
        f"Factuur {number} aan een verzekeraar staat op PIN, en is in het memoriaal geboekt. "
        "(praktijk: James: factuur of declaratie, betalingsconditie)"
        for number in (2600001, 2600002)
    ]
    assert told(link, link.night(backfill="import")) == []


def test_what_is_odd_in_the_settings_is_told_when_it_is_new(link: SmallLink) -> None:
    """M13: once; again when it was put right and comes back."""
    conditions = settings_document(PRACTICE)["payment_conditions"]
    assert told(link, link.night()) == []
    link.setting(payment_conditions={**conditions, "days_30": conditions["days_14"]})
    sentences = told(link, link.night())
    assert len(sentences) == 2
    assert sentences[0].startswith("Betalingsconditie '14' (30 dagen) heeft in Exact 14 dagen, niet 30.")
    assert "is ingevuld voor meer dan één: 14 dagen, 30 dagen." in sentences[1]
    assert told(link, link.night()) == []
    link.setting()
    assert told(link, link.night()) == []
    link.setting(payment_conditions={**conditions, "days_30": conditions["days_14"]})
    assert len(told(link, link.night())) == 2
