"""One question for the accountant, by a signed link: a code can't be booked on, which one instead?

The answer takes the code's place wherever the settings have it, as a version of the settings. The
next night makes all plans anew, so it cures every record that was rejected for the old code.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from exact_online.activation.secret import hashed, new_secret
from exact_online.acts.settings import save_settings
from exact_online.api import odata
from exact_online.api.lists import lists_from_document
from exact_online.ledger import EventKind, Ledger
from exact_online.ledger.activation import ActivationLink
from exact_online.reason_codes import Reason
from exact_online.settings import ExactLists
from exact_online.transform.preflight import ON_CREDIT, check_account, check_vat_code
from exact_online.vocabulary import GlAccountType, VatRate

VALID_FOR = dt.timedelta(days=7)
"""Its records are rejected every night until it is answered."""
NO_WORDS = ("", "")

ACCOUNT, VAT_CODE, CONDITION = "account", "vat_code", "payment_condition"
KINDS: Mapping[str, tuple[str, str]] = {
    Reason.GL_ACCOUNT_NOT_IN_EXACT: (ACCOUNT, "account"),
    Reason.GL_ACCOUNT_BLOCKED: (ACCOUNT, "account"),
    Reason.GL_ACCOUNT_WRONG_TYPE: (ACCOUNT, "account"),
    Reason.COST_CENTER_MANDATORY: (ACCOUNT, "account"),
    Reason.COST_UNIT_MANDATORY: (ACCOUNT, "account"),
    Reason.VAT_CODE_NOT_IN_EXACT: (VAT_CODE, "vat_code"),
    Reason.VAT_CODE_BLOCKED: (VAT_CODE, "vat_code"),
    Reason.VAT_CODE_WRONG_KIND: (VAT_CODE, "vat_code"),
    Reason.VAT_CODE_NOT_FOR_SALES: (VAT_CODE, "vat_code"),
    Reason.VAT_CODE_WRONG_PERCENTAGE: (VAT_CODE, "vat_code"),
    Reason.VAT_CODE_WITHOUT_ACCOUNT: (VAT_CODE, "vat_code"),
    Reason.VAT_ACCOUNT_WRONG_TYPE: (VAT_CODE, "vat_code"),
    Reason.PAYMENT_CONDITION_NOT_IN_EXACT: (CONDITION, "code"),
    Reason.PAYMENT_CONDITION_NOT_ON_CREDIT: (CONDITION, "code"),
}
"""Reason -> which kind of code another one can be chosen for, and the value that names it."""
KIND_WORDS = {
    ACCOUNT: ("grootboekrekening", "ledger account"),
    VAT_CODE: ("btw-code", "VAT code"),
    CONDITION: ("betalingsconditie", "payment condition"),
}
"""What each kind is called, in Dutch and English."""
LISTS = {ACCOUNT: "gl_accounts", VAT_CODE: "vat_codes", CONDITION: "payment_conditions"}


@dataclass(frozen=True)
class Question:
    """Which code another one is wanted for; what a link keeps."""

    kind: str
    """`ACCOUNT`, `VAT_CODE` or `CONDITION`."""
    code: str
    reason: str


@dataclass(frozen=True)
class Option:
    """A code of the division that would do, with its name there."""

    code: str
    name: str


@dataclass(frozen=True)
class Asked:
    """A question with what can be answered by the lists as they were read last."""

    question: Question
    options: tuple[Option, ...]
    used: int
    """In how many places the settings have the code; 0: another one was chosen meanwhile."""


def question_of(reason: str, values: Mapping[str, Any]) -> Question | None:
    """Return what can be asked about a cause; None when no choice of a code cures it."""
    kind, name = KINDS.get(reason, ("", ""))
    return Question(kind, str(values[name]), reason) if kind and values.get(name) else None


def asked(ledger: Ledger, practice: str, question: Question) -> Asked:
    """Return the answers that the lists of the division allow, as they were read last."""
    rows = {name: odata.parse(each) for name, each in ledger.mirrors.read_lists(practice).items()}
    lists = lists_from_document(rows)
    slots = _slots(_document(ledger, practice), question)
    fits = [code for code in _codes(lists, question.kind) if _fits(code, slots, question.kind, lists)]
    names = {
        odata.trimmed(row.get("Code")): row.get("Description") for row in rows.get(LISTS[question.kind], [])
    }
    options = tuple(
        Option(code, str(names.get(code) or "")) for code in sorted(fits) if code != question.code
    )
    return Asked(question, options if slots else (), len(slots))


def answer(ledger: Ledger, link: ActivationLink, question: Question, code: str) -> bool:
    """Let `code` take the place of the code that was asked about, and spend the link, at once.

    Return False when the link was spent or is too old, or when the code is none of the options
    (by now): then nothing is changed.
    """
    who = f"{link.person} (via link)"
    with ledger.transaction("answer"):
        if code not in {option.code for option in asked(ledger, link.practice, question).options}:
            return False
        # Nothing goes on with it afterwards, so no browser is to know it again.
        if not ledger.activation.spend_link(link.link_id, hashed(new_secret())):
            return False
        document = _document(ledger, link.practice)
        for place, key, _ in _slots(document, question):
            place[key] = code
        version = save_settings(ledger, link.practice, document, who)
        details = {"kind": question.kind, "from": question.code, "to": code, "version": version}
        ledger.events.note(link.practice, who, EventKind.QUESTION_ANSWERED, link=link.link_id, **details)
    return True


Slot = tuple[MutableMapping[str, Any], str, Any]
"""Where a document has a code: the object, its key there, and what the code must be fit for."""


def _document(ledger: Ledger, practice: str) -> dict[str, Any]:
    latest = next(iter(ledger.settings_history.versions(practice)), None)
    return copy.deepcopy(dict(latest.settings)) if latest else {}


def _slots(document: MutableMapping[str, Any], question: Question) -> list[Slot]:
    return [slot for slot in _all_slots(document, question.kind) if slot[0][slot[1]] == question.code]


def _all_slots(document: MutableMapping[str, Any], kind: str) -> Iterator[Slot]:
    match kind:
        case "account":
            for row in document.get("revenue_accounts", []):
                yield row, "account", GlAccountType.REVENUE
            for name in document.get("suspense_accounts", {}):
                yield document["suspense_accounts"], name, GlAccountType.GENERAL
            if "receivables_account" in document:
                yield document, "receivables_account", GlAccountType.RECEIVABLE
        case "vat_code":
            for name in document.get("vat_codes", {}):
                yield document["vat_codes"], name, VatRate(name)
        case _:
            for name in document.get("payment_conditions", {}):
                yield document["payment_conditions"], name, None


def _codes(lists: ExactLists, kind: str) -> list[str]:
    return list({ACCOUNT: lists.gl_accounts, VAT_CODE: lists.vat_codes}.get(kind, lists.payment_conditions))


def _fits(code: str, slots: list[Slot], kind: str, lists: ExactLists) -> bool:
    """Whether a code passes, in each place, the check that the old one did not."""
    if kind == ACCOUNT:
        return not any(check_account(code, wanted, NO_WORDS, lists) for _, _, wanted in slots)
    if kind == VAT_CODE:
        return not any(check_vat_code(rate, code, lists) for _, _, rate in slots)
    return lists.payment_conditions[code].method == ON_CREDIT
