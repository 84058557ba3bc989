"""VAT of a line: by code, day, and an amount the client may set (facts 4.7a, 4.9a, 4.12)."""

from __future__ import annotations

from dataclasses import dataclass

from simulator import messages
from simulator.accounting.money import cents, net_of, share
from simulator.division import Division
from simulator.messages import Message
from simulator.tables import Row


@dataclass(frozen=True, slots=True)
class VatSplit:
    """Net and VAT of one line, in cents."""

    net: int
    vat: int
    code: Row | None
    percentage: float
    account: str | None
    """Id of the VAT account."""


def percentage_on(division: Division, code_id: str, day: int) -> float | None:
    """Return the fraction that holds on a day in milliseconds, or None when there is none."""
    for row in division["VatPercentages"].find("VATCodeID", code_id):
        end = row.get("EndDate")
        if row["StartDate"] <= day and (end is None or day < end + 86_400_000):
            return float(row["Percentage"])
    return None


def chosen_code(
    division: Division, values: Row, gl_account: Row, day: int, problems: list[Message]
) -> Row | None:
    """Return the VAT code of a line: by VATCode, else by VATPercentage, else the account's default.

    An empty VATCode prevents the default.
    """
    given = values.get("VATCode")
    if given is not None:
        return _by_code(division, given, problems) if given.strip() else None
    if values.get("VATPercentage"):
        return _by_percentage(division, values["VATPercentage"], day, problems)
    default = gl_account.get("VATCode")
    return _by_code(division, default, problems) if default and default.strip() else None


def _by_code(division: Division, code: str, problems: list[Message]) -> Row | None:
    row = division.find_by_code("VATCodes", code)
    if row is None:
        problems.append(messages.invalid_reference("VATCode"))
    elif row.get("IsBlocked"):
        problems.append(messages.blocked("VATCode"))
    return row


def _by_percentage(division: Division, percentage: float, day: int, problems: list[Message]) -> Row | None:
    """Works only above zero (fact 4.7a)."""
    for row in division["VATCodes"]:
        if (
            row.get("Type") == "E"
            and not row.get("IsBlocked")
            and percentage_on(division, row["ID"], day) == percentage > 0
        ):
            return row
    problems.append(messages.wrong_percentage(percentage))
    return None


def split(
    division: Division,
    code: Row | None,
    amount: int,
    override: float | None,
    day: int,
    problems: list[Message],
    *,
    including_is_gross: bool = True,
) -> VatSplit:
    """Return net and VAT of a line of `amount` cents; adds what is wrong to `problems`."""
    if code is None or code.get("Type") in {"B", "N"}:
        if override and (code is None or code.get("Type") == "N"):
            problems.append(messages.VAT_AMOUNT_WITHOUT_VAT)
        return VatSplit(amount, 0, code, 0.0, None)
    percentage = percentage_on(division, code["ID"], day)
    if percentage is None:
        problems.append(messages.wrong_percentage(""))
        return VatSplit(amount, 0, code, 0.0, None)
    if not code.get("GLToPay"):
        problems.append(messages.NO_VAT_ACCOUNT)
    if code.get("Type") == "I" and including_is_gross:
        vat = amount - net_of(amount, percentage) if override is None else cents(override)
        return VatSplit(amount - vat, vat, code, percentage, code.get("GLToPay"))
    vat = share(amount, percentage) if override is None else cents(override)
    return VatSplit(amount, vat, code, percentage, code.get("GLToPay"))
