"""What is uncertain about Exact, one switch each; the default is harder on a client."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

OldToken = Literal["dies_at_once", "dies_on_first_use_of_the_new"]


@dataclass
class Switches:
    """Each switch names the fact it stands for, and its values; the first is the default."""

    answer_without_prefer: Literal["key_only", "full"] = "key_only"
    """Fact 1.23: a POST without ``Prefer: return=representation`` answers with the key alone, or
    with everything."""
    bulk_envelope: Literal["results", "flat"] = "results"
    """Fact 1.7: bulk pages as ``d.results``, or as a bare array with ``__next`` beside it."""
    zoned_dates: Literal["shifted", "as_written"] = "shifted"
    """Fact 1.16: a date with Z or an offset is taken to Dutch time first (and may become another
    day), or its zone is dropped."""
    date_literal_without_time: Literal["rejected", "accepted"] = "rejected"
    """Fact 1.14: ``datetime'2026-01-29'`` in a filter."""
    top_beyond_page: Literal["capped", "up_to_1000"] = "capped"
    """Fact 1.34: a ``$top`` above 60 on a regular endpoint."""
    numbers_as_text: Literal["rejected", "accepted"] = "rejected"
    """Fact 1.17: a JSON number where the contract says String; the public client ``exactonline``
    sends one."""
    own_keys: Literal["ignored", "kept"] = "ignored"
    """Fact 4.7a: a key (EntryID, ID) chosen by the client in a POST."""
    wide_reads: Literal["need_select_or_top", "free"] = "need_select_or_top"
    """Fact 1a: endpoints that ask for a $select or a $top=1."""
    account_filter: Literal["mandatory", "free"] = "mandatory"
    """Fact 1a: reads of Accounts and bulk/Accounts need a $filter on a known field."""
    transaction_line_filter: Literal["listed_fields_only", "any_field"] = "listed_fields_only"
    """Fact 1a: whether the filter column of TransactionLines is enforced."""
    vat_including_sales_lines: Literal["gross", "net"] = "gross"
    """Fact 4.7a: what AmountFC of a sales line means when its VAT code is of type I."""
    credit_note_type: Literal["by_sign", "as_sent"] = "by_sign"
    """Fact 4.7a: whether a Type 21 that a client sends has any effect."""
    journal_line_on_receivables: Literal["needs_account", "free"] = "needs_account"
    """Fact 4.9a: a general journal line on a debtors or creditors account without a relation."""
    journal_line_on_money_accounts: Literal["rejected", "free"] = "rejected"
    """Fact 4.9b: a general journal line on an account of type cash, bank or credit card."""
    too_long_texts: Literal["rejected", "cut"] = "rejected"
    """Fact 8.1: texts beyond the length that was seen."""
    unknown_optional_references: Literal["nulled", "rejected"] = "nulled"
    """Fact 4.7a: an id of another division in an optional property."""
    vat_percentage_unit: Literal["fraction", "percent"] = "fraction"
    """Fact 1.20: the unit of VATCodes.Percentage and VatPercentages.Percentage."""
    functional_errors: Literal["status_500", "status_400"] = "status_500"
    """Fact 6.2: the status of a rejection of content."""
    entry_numbers: Literal["as_sent", "hint"] = "as_sent"
    """Fact 4.7a: whether an entry number that a client sends is kept, or the journal's next one is
    given all the same."""
    retry_after: Literal["absent", "sent"] = "absent"
    """Fact 3.5: a Retry-After header on a 429."""
    refresh_too_early: Literal["status_400", "status_401"] = "status_400"
    """Fact 2.10: a refresh within 570 seconds; 401 is the older text."""
    refresh_too_early_rotates: Literal["no", "yes"] = "no"
    """Fact 2.15: whether a rejected early refresh still hands out a new refresh token."""
    old_refresh_token: OldToken = "dies_at_once"  # noqa: S105 - a switch, no token
    """Fact 2.7: when the previous refresh token stops working."""
    division_of_system_divisions: Literal["checked", "ignored"] = "checked"
    """Fact 4.2: whether the division in the URL of system/Divisions is validated."""
    plain_http_redirect: Literal["rejected", "accepted"] = "rejected"
    """Fact 2.3: a redirect address without https. Accepted only helps a demonstration on
    loopback."""

    def set(self, name: str, value: str) -> None:
        """Set a switch.

        ValueError names the switches, or the values of this one, when there is no such.
        """
        allowed = choices().get(name)
        if allowed is None:
            raise ValueError(f"There is no switch {name!r}. Choose one of: {', '.join(choices())}.")
        if value not in allowed:
            raise ValueError(f"Switch {name} can't be {value!r}. Choose one of: {', '.join(allowed)}.")
        setattr(self, name, value)

    def as_dict(self) -> dict[str, str]:
        """Return each switch with its value."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def choices() -> dict[str, tuple[str, ...]]:
    """Return each switch with its possible values, the default first."""
    hints: dict[str, Any] = get_type_hints(Switches)
    return {
        field.name: get_args(hints[field.name])
        for field in fields(Switches)
        if get_origin(hints[field.name]) is Literal
    }
