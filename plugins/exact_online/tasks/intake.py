"""The intake of a practice, for pages and the command line: form, workbook, check, preview.

Nothing here knows of a login: the pages behind it and those of a signed link call the same.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from exact_online.api import odata
from exact_online.api.chart import fetch_chart
from exact_online.api.lists import fetch_lists, keep_lists, lists_from_document
from exact_online.api.odata import Row
from exact_online.extract.practice import james_professions
from exact_online.failures import LinkFailure, NotReady
from exact_online.hook import ExactOnlineHook
from exact_online.intake import (
    Fault,
    Filled,
    Form,
    Profession,
    Proposed,
    blank_workbook,
    fill_in,
    form_of,
    propose,
    read_workbook,
    values_of,
)
from exact_online.intake.blank import Choices
from exact_online.intake.chart import Chart
from exact_online.intake.fields import Kind
from exact_online.ledger import Ledger, Practice
from exact_online.ledger.settings_history import SettingsSource, SettingsVersion
from exact_online.night.effect import Effect, effect_of, last_month
from exact_online.requirements import known, rows_of
from exact_online.schedule import EXACT
from exact_online.settings import ExactLists
from exact_online.tasks.connections import james_session

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Intake:
    """A practice's form, with what is known already."""

    practice: Practice
    form: Form
    lists: ExactLists | None
    """Of the division, as last read; None before it is authorised."""
    latest: SettingsVersion | None

    @property
    def values(self) -> dict[str, str]:
        """The values of the latest version; empty when there is none."""
        return values_of(self.form, self.latest.settings) if self.latest else {}


@dataclass(frozen=True)
class Checked:
    """What a filled form came to: faults, or a draft to look at and save."""

    faults: list[Fault]
    draft_id: str | None


def opened_intake(ledger: Ledger, practice: Practice) -> Intake:
    """Return the form of a practice, with its professions in James.

    Raises Unreachable when James is away, NotReady when James knows no profession of it.
    """
    with james_session() as james:
        found = james_professions(james, practice.james_practice_code)
    if not found:
        raise NotReady(
            f"James kent geen professie van praktijk {practice.james_practice_code}. Voeg haar professies "
            "eerst in James toe: elke professie heeft twaalf eigen omzetrekeningen."
        )
    professions = tuple(Profession(each.code, each.name) for each in found)
    form = form_of(practice.code, practice.name, professions)
    latest = next(iter(ledger.settings_history.versions(practice.code)), None)
    return Intake(practice, form, _kept_lists(ledger, practice.code), latest)


def make_workbook(
    ledger: Ledger, intake: Intake, proposed: Mapping[str, Proposed], *, with_present: bool = False
) -> bytes:
    """Return the workbook to fill in, with the proposal, or with the settings as they are, and the
    list of requirements as it was read last.
    """
    lists = intake.lists
    codes = {} if lists is None else {
        Kind.JOURNAL: sorted(lists.journals),
        Kind.GL_ACCOUNT: sorted(lists.gl_accounts),
        Kind.VAT_CODE: sorted(lists.vat_codes),
        Kind.CONDITION: sorted(lists.payment_conditions),
    }  # fmt: skip
    values = intake.values if with_present else {}
    checked = known(ledger, intake.practice.code)
    rows = rows_of(checked.requirements) if checked else []
    return blank_workbook(intake.form, proposed, Choices(codes), values, rows)


def check_workbook(ledger: Ledger, intake: Intake, file: str, content: bytes, by: str) -> Checked:
    """Read a filled workbook; keep it as a draft when it has no faults."""
    before = intake.latest.settings if intake.latest else None
    filled, faults = read_workbook(intake.form, content, intake.lists, before)
    return _checked(ledger, intake, filled, faults, by, SettingsSource.of(file, content))


def check_values(ledger: Ledger, intake: Intake, values: Mapping[str, str], by: str) -> Checked:
    """Check what was filled in on a page; keep it as a draft when it has no faults."""
    before = intake.latest.settings if intake.latest else None
    filled, faults = fill_in(intake.form, values, intake.lists, before)
    return _checked(ledger, intake, filled, faults, by, None)


def _checked(
    ledger: Ledger,
    intake: Intake,
    filled: Filled | None,
    faults: list[Fault],
    by: str,
    source: SettingsSource | None,
) -> Checked:
    if filled is None:
        return Checked(faults, None)
    draft = ledger.settings_history.keep_draft(intake.practice.code, filled.document, by, source)
    return Checked([], draft)


def preview(
    ledger: Ledger, practice: Practice, document: Mapping[str, object], day: dt.date
) -> Effect | None:
    """Return what settings would book of the month before `day`; None when James can't say now."""
    try:
        with james_session() as james:
            return effect_of(ledger, james, practice, document, last_month(day))
    except LinkFailure as failure:
        log.warning("The effect of settings of practice %s is not shown: %s", practice.code, failure)
        return None


def proposal(ledger: Ledger, intake: Intake, day: dt.date) -> dict[str, Proposed]:
    """Return field -> proposal from the division's chart; empty before it is authorised.

    Asks Exact only for what was never read, or is of an earlier year. When Exact is away there is
    no proposal: the workbook is blank then.
    """
    if intake.practice.division is None or intake.practice.chain_id is None:
        return {}
    try:
        chart = read_chart(ledger, intake.practice, day.year - 1)
    except LinkFailure as failure:
        log.warning("No proposal for practice %s: %s", intake.practice.code, failure)
        return {}
    return propose(intake.form, chart)


def read_chart(ledger: Ledger, practice: Practice, year: int) -> Chart:
    """Return the division's chart, read from Exact where the ledger does not have it yet."""
    document = _document(ledger, practice.code)
    if not document.get("gl_accounts") or _year_of(document) != year:
        client = ExactOnlineHook(EXACT).client(practice, ledger)
        if not document.get("gl_accounts"):
            first_day = dt.date(year, 1, 1)
            keep_lists(ledger.mirrors, practice.code, fetch_lists(client, first_day), first_day)
        chart = {**fetch_chart(client, year), "chart_year": [{"Year": year}]}
        ledger.mirrors.save_lists(practice.code, chart)
        document = _document(ledger, practice.code)
    return chart_of(document, year)


def chart_of(document: Mapping[str, list[Row]], year: int) -> Chart:
    """Return the chart in the lists of a division, as the ledger keeps them. Pure."""
    booked: dict[str, int] = {}
    for row in document.get("chart_booked", []):
        code = odata.trimmed(row.get("GLAccountCode")) or ""
        cents = round(100 * (float(row.get("AmountCredit") or 0) - float(row.get("AmountDebit") or 0)))
        booked[code] = booked.get(code, 0) + cents
    return Chart(
        lists_from_document(document),
        _names(document, "gl_accounts", "Description"),
        _names(document, "journals", "Description"),
        _names(document, "payment_conditions", "Description"),
        _names(document, "chart_classes", "ReportingCode"),
        booked,
        year,
    )


def _names(document: Mapping[str, list[Row]], name: str, of: str) -> dict[str, str]:
    rows = document.get(name, [])
    return {
        code: text
        for row in rows
        if (code := odata.trimmed(row.get("Code"))) and (text := odata.trimmed(row.get(of)))
    }


def account_names(ledger: Ledger, practice: str) -> dict[str, str]:
    """Return code -> description of the division's ledger accounts, as last read."""
    return _names(_document(ledger, practice), "gl_accounts", "Description")


def _document(ledger: Ledger, practice: str) -> dict[str, list[Row]]:
    return {name: odata.parse(rows) for name, rows in ledger.mirrors.read_lists(practice).items()}


def _year_of(document: Mapping[str, list[Row]]) -> int | None:
    return next((odata.number(row.get("Year")) for row in document.get("chart_year", [])), None)


def _kept_lists(ledger: Ledger, practice: str) -> ExactLists | None:
    document = _document(ledger, practice)
    return lists_from_document(document) if document.get("gl_accounts") else None
