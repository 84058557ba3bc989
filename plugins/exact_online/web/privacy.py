"""What a person agrees with before the consent screen of Exact."""

from __future__ import annotations

from pydantic import BaseModel

from exact_online.web.language import translatable
from exact_online.web.view import View

SENTENCES = (
    translatable(
        "The link reads debtors, final invoices and claims of this practice from James, and books them in "
        "the division of Exact Online that you choose."
    ),
    translatable(
        "Of a debtor it takes over: name, address, phone, e-mail and, for direct debit, the IBAN. "
        "It never reads a citizen service number, a diagnosis or a treatment."
    ),
    translatable(
        "In Exact it reads journals, ledger accounts, VAT codes, payment conditions, periods, relations "
        "and what is booked in the journals of the link."
    ),
    translatable(
        "Access to Exact is kept encrypted. It ends when you disconnect, or when you withdraw it in Exact."
    ),
)
TICK = translatable("I have read this and agree, also on behalf of the practice.")


class Agreement(BaseModel):
    """The tick of the form."""

    agreed: str


def privacy_sentences(view: View) -> list[str]:
    """Return the text in the reader's language."""
    return [view.text(sentence) for sentence in SENTENCES]


def agreed_text(view: View) -> str:
    """Return what is kept of the tick: the whole text, as it was shown."""
    return "\n".join([*privacy_sentences(view), view.text(TICK)])
