"""The mail addresses of a practice and its accountant, as forms take them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, EmailStr

from exact_online.ledger import EventKind, Ledger
from exact_online.ledger.practices import MailAddresses

MOST_LETTERS = 200


def _plain(address: str) -> str:
    """Not every mail server takes other letters. Raises ValueError."""
    if not address.isascii() or len(address) > MOST_LETTERS:
        raise ValueError
    return address


Address = Annotated[EmailStr, AfterValidator(_plain)]
"""One address, by email-validator; whether it can be delivered is not looked up."""


class AddressesForm(BaseModel):
    """Both may be left empty."""

    practice_mail: Address | None = None
    accountant_mail: Address | None = None

    @property
    def addresses(self) -> MailAddresses:
        """As the ledger keeps them."""
        return MailAddresses(self.practice_mail or "", self.accountant_mail or "")


def save_addresses(ledger: Ledger, practice: str, addresses: MailAddresses, by: str) -> None:
    """Keep them, and in the audit log that they are others: not which."""
    with ledger.transaction("mail addresses"):
        if ledger.practices.save_addresses(practice, addresses):
            ledger.events.note(practice, by, EventKind.MAIL_ADDRESSES_CHANGED)
