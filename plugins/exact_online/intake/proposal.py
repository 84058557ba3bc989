"""A proposal for every field, from what the division has (M8, M22): a code with its reason.

The accountant corrects instead of typing. Deterministic: the same chart gives the same proposal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from exact_online.intake.chart import Chart, begins, words_of
from exact_online.intake.fields import Form, IntakeField
from exact_online.intake.scoring import Score, score
from exact_online.settings import GlAccount, Journal
from exact_online.transform.preflight import ON_CREDIT
from exact_online.transform.vat_rates import present_basis_points
from exact_online.transform.words import CONDITION_WORDS
from exact_online.vocabulary import (
    GlAccountType,
    JournalType,
    PaymentCondition,
    VatCodeKind,
    VatNature,
    VatRate,
)

T = TypeVar("T")
DAYS = {
    PaymentCondition.DAYS_14: 14,
    PaymentCondition.DAYS_21: 21,
    PaymentCondition.DAYS_30: 30,
    PaymentCondition.DAYS_60: 60,
}
PAID_WORDS = {
    PaymentCondition.PIN: ("pin", "pinpas", "betaalpas"),
    PaymentCondition.CASH: ("contant", "kas", "cash"),
    PaymentCondition.DIRECT_DEBIT: ("incasso", "automatisch", "machtiging"),
}
BESIDE = (
    "korting",
    "verhuur",
    "huur",
    "rente",
    "subsidie",
    "donatie",
    "oud",
    "vervallen",
    "diverse",
    "overig",
    "prive",
)
"""In the name of a revenue account that is for something else than care or articles."""
MIN_POINTS = 1


@dataclass(frozen=True)
class Proposed:
    """A code, and in Dutch why it is proposed."""

    code: str
    reason: str


def propose(form: Form, chart: Chart) -> dict[str, Proposed]:
    """Return field -> proposal; a field for which nothing fits is not there."""
    found = dict(_journals(chart))
    sales = found.get("sales_journal")
    receivables = _receivables(chart, sales.code if sales else "")
    if receivables:
        found["receivables_account"] = receivables
    for condition in (PaymentCondition.PIN, PaymentCondition.CASH):
        if suspense := _suspense(condition, chart):
            found[f"suspense_{condition}"] = suspense
    found |= dict(_vat_codes(chart)) | dict(_conditions(chart)) | _revenue(form, chart)
    return found


def _best(things: Iterable[T], points: Callable[[T], int], code: Callable[[T], str]) -> T | None:
    """The one with the most points; of equals the one with the lowest code."""
    ranked = sorted(things, key=lambda thing: (-points(thing), len(code(thing)), code(thing)))
    return ranked[0] if ranked else None


def _journals(chart: Chart) -> Iterator[tuple[str, Proposed]]:
    wanted = {
        "sales_journal": (JournalType.SALES, ("james", "zorg", "praktijk"), "Verkoop"),
        "general_journal": (JournalType.GENERAL, ("james", "pin", "memoriaal"), "Memoriaal"),
    }
    for name, (kind, stems, word) in wanted.items():
        fitting = [each for each in chart.lists.journals.values() if each.type == kind and not each.blocked]
        if kind is JournalType.GENERAL:
            fitting = [each for each in fitting if each.allow_vat] or fitting
        best = _best_named(fitting, chart, stems)
        if best:
            others = f"; er zijn er {len(fitting)}" if len(fitting) > 1 else ", het enige"
            named = chart.journal_names.get(best.code, best.code)
            yield name, Proposed(best.code, f"{named}: een dagboek van type {word}{others}.")


def _best_named(journals: Iterable[Journal], chart: Chart, stems: tuple[str, ...]) -> Journal | None:
    def points(journal: Journal) -> int:
        return begins(words_of(chart.journal_names.get(journal.code, "")), stems)

    return _best(journals, points, lambda journal: journal.code)


def _receivables(chart: Chart, sales_journal: str) -> Proposed | None:
    accounts = chart.lists.gl_accounts.values()
    journal = chart.lists.journals.get(sales_journal)
    of_journal = next((each for each in accounts if journal and each.id == journal.gl_account), None)
    if of_journal:
        return Proposed(of_journal.code, f"De rekening die bij verkoopboek {sales_journal} staat.")
    fitting = [each for each in accounts if each.type == GlAccountType.RECEIVABLE and not each.blocked]
    best = _best(fitting, lambda each: 0, lambda each: each.code)
    return Proposed(best.code, _name_of(best, chart) + ": van type Debiteuren.") if best else None


def _suspense(condition: PaymentCondition, chart: Chart) -> Proposed | None:
    stems, word = PAID_WORDS[condition], CONDITION_WORDS[condition][0]
    fitting = [
        each
        for each in chart.lists.gl_accounts.values()
        if each.type == GlAccountType.GENERAL and not each.blocked and not each.cost_center_mandatory
        if begins(chart.words.get(each.code, frozenset()), stems)
    ]
    best = _best(
        fitting,
        lambda each: begins(chart.words[each.code], ("tussen", "kruis", "onderweg")),
        lambda each: each.code,
    )
    if best is None:
        return None
    return Proposed(best.code, f"{_name_of(best, chart)}: van type Algemeen, en de naam noemt {word}.")


def _vat_codes(chart: Chart) -> Iterator[tuple[str, Proposed]]:
    for rate in VatRate:
        fitting = [
            each
            for each in chart.lists.vat_codes.values()
            if each.basis_points == present_basis_points(rate) and not each.blocked and each.gl_to_pay
            if each.nature is VatNature.SALES and each.kind in (VatCodeKind.EXCLUDING, VatCodeKind.INCLUDING)
        ]
        best = _best(fitting, lambda each: each.kind is VatCodeKind.EXCLUDING, lambda each: each.code)
        if best:
            kind = "exclusief" if best.kind is VatCodeKind.EXCLUDING else "inclusief"
            percentage = (best.basis_points or 0) // 100
            reason = f"{percentage} %, voor verkoop, {kind}, met een af te dragen btw-rekening."
            yield f"vat_{rate}", Proposed(best.code, reason)


def _conditions(chart: Chart) -> Iterator[tuple[str, Proposed]]:
    known = [each for each in chart.lists.payment_conditions.values() if each.method == ON_CREDIT]
    names = {each.code: words_of(chart.condition_names.get(each.code, "")) for each in known}
    said = {code: begins(words, sum(PAID_WORDS.values(), ())) for code, words in names.items()}
    for condition in PaymentCondition:
        if condition in DAYS:
            fitting = [each for each in known if each.days == DAYS[condition] and not each.end_of_months]
            fitting = [each for each in fitting if not said[each.code]]
            reason = f"{DAYS[condition]} dagen"
        else:
            fitting = [each for each in known if begins(names[each.code], PAID_WORDS[condition])]
            reason = f"de naam noemt {CONDITION_WORDS[condition][0]}"
        best = _best(fitting, lambda each: 0, lambda each: each.code)
        if best:
            named = chart.condition_names.get(best.code, best.code)
            yield f"condition_{condition}", Proposed(best.code, f"{named}: {reason}, op rekening.")


def _revenue(form: Form, chart: Chart) -> dict[str, Proposed]:
    """Give each cell its best account, the surest first; an account has one cell where it can."""
    accounts = _revenue_accounts(chart)
    fields = [field for field in form.fields if field.cell]
    ranked = sorted(
        (
            (each, field, account)
            for field in fields
            for account in accounts
            if (each := _score(field, account, form, chart)).points >= MIN_POINTS
        ),
        key=lambda of: (-of[0].points, len(of[2].code), of[2].code, of[1].name),
    )
    found: dict[str, Proposed] = {}
    for once in (True, False):
        used = {proposed.code for proposed in found.values()} if once else set()
        for each, field, account in ranked:
            if field.name not in found and account.code not in used:
                found[field.name] = Proposed(account.code, _reason(each, account, chart))
                if once:
                    used.add(account.code)
    return found


def _revenue_accounts(chart: Chart) -> Sequence[GlAccount]:
    return [
        each
        for each in chart.lists.gl_accounts.values()
        if each.type == GlAccountType.REVENUE and not each.blocked
        if not each.cost_center_mandatory and not each.cost_unit_mandatory
        if not begins(chart.words.get(each.code, frozenset()), BESIDE)
    ]


def _score(field: IntakeField, account: GlAccount, form: Form, chart: Chart) -> Score:
    assert field.cell is not None
    code = field.cell[0]
    (own,) = [each for each in form.professions if each.code == code]
    others = [each for each in form.professions if each.code != code]
    return score(account, field.cell, own, others, chart)


def _reason(of: Score, account: GlAccount, chart: Chart) -> str:
    because = "; ".join(of.reasons) or "een omzetrekening die nergens anders past"
    return f"{_name_of(account, chart)}: {because}."


def _name_of(account: GlAccount, chart: Chart) -> str:
    return chart.names.get(account.code) or account.code
