"""The sentences of Exact in Dutch and English: ``<verb>: <caption>`` (facts 6.1 and 6.3).

Sentences marked "guess" were seen nowhere: a real text was not found, and one in the same style
stands in for it.
"""

from __future__ import annotations

Message = tuple[str, str]
"""(Dutch, English)."""

_CAPTIONS: dict[str, Message] = {
    "Account": ("Relatie", "Account"),
    "AmountFC": ("Bedrag", "Amount"),
    "Attachment": ("Bijlage", "Attachment"),
    "BankAccount": ("Bankrekening", "Bank account"),
    "Code": ("Code", "Code"),
    "CostCenter": ("Kostenplaats", "Cost center"),
    "CostUnit": ("Kostendrager", "Cost unit"),
    "Currency": ("Valuta", "Currency"),
    "Customer": ("Klant", "Customer"),
    "Description": ("Omschrijving", "Description"),
    "Document": ("Document", "Document"),
    "DueDate": ("vervaldatum", "Due date"),
    "EntryID": ("Boeking", "Entry"),
    "EntryNumber": ("Boekstuknummer", "Entry number"),
    "FileName": ("Bestandsnaam", "File name"),
    "FirstName": ("Voornaam", "First name"),
    "GeneralJournalEntryLines": ("Memoriaalregels", "General journal entry lines"),
    "GLAccount": ("Grootboekrekening", "G/L account"),
    "GLAR": ("Debiteurenrekening", "Accounts receivable"),
    "Journal": ("Dagboek", "Journal"),
    "JournalCode": ("Dagboek", "Journal"),
    "LastName": ("Achternaam", "Last name"),
    "MainContact": ("Hoofdcontactpersoon", "Main contact"),
    "Name": ("Naam", "Name"),
    "PaymentCondition": ("Betalingsconditie", "Payment condition"),
    "PaymentConditionPurchase": ("Betalingsconditie", "Payment condition"),
    "PaymentConditionSales": ("Betalingsconditie", "Payment condition"),
    "PurchaseVATCode": ("Btw-code", "VAT code"),
    "SalesEntryLines": ("Verkoopboekingsregels", "Sales entry lines"),
    "SalesVATCode": ("Btw-code", "VAT code"),
    "Subject": ("Onderwerp", "Subject"),
    "Title": ("Aanspreektitel", "Title"),
    "Type": ("Type", "Type"),
    "VATCode": ("Btw-code", "VAT code"),
    "YourRef": ("Uw ref.", "Your ref."),
}


def caption(name: str) -> Message:
    """Return what Exact's own screens call a property, in both languages; its name when unknown."""
    return _CAPTIONS.get(name, (name, name))


def _about(dutch: str, english: str, name: str) -> Message:
    nl, en = caption(name)
    return f"{dutch}: {nl}", f"{english}: {en}"


def mandatory(name: str) -> Message:
    """Return the sentence for a property that is missing."""
    return _about("Verplicht", "Mandatory", name)


def invalid(name: str) -> Message:
    """Return the sentence for a property with a wrong value."""
    return _about("Ongeldig", "Invalid", name)


def invalid_reference(name: str) -> Message:
    """Return the sentence for a code or id that does not exist."""
    return _about("Ongeldige referentie", "Invalid reference", name)


def blocked(name: str) -> Message:
    """Return the sentence for a reference to what is blocked."""
    return _about("Geblokkeerd", "Blocked", name)


def in_use(name: str) -> Message:
    """Return the sentence for a value that is in use already."""
    return _about("In gebruik", "In use", name)


def too_long(name: str, limit: int) -> Message:
    """Return the sentence for a text that is too long (a guess)."""
    nl, en = caption(name)
    return f"Ongeldig: {nl} - Maximale lengte: {limit}", f"Invalid: {en} - Maximum length: {limit}"


UNKNOWN_JOURNAL: Message = ("Ongeldige referentie: Journals", "Invalid reference: Journals")
NOT_A_CUSTOMER: Message = ("Ongeldig: Klant (Type)", "Invalid: Customer (Type)")
INACTIVE_CUSTOMER: Message = ("Niet actief: Klant", "Inactive: Customer")
"""Guess."""
WRONG_GL_ACCOUNT_TYPE: Message = ("Ongeldig: Grootboekrekeningtype", "Invalid: G/L account type")
WRONG_VAT_ACCOUNT_TYPE: Message = (
    "Ongeldig: Type (Rekening af te dragen btw)",
    "Invalid: Type (VAT to pay account)",
)
NO_VAT_ACCOUNT: Message = ("Verplicht: Rekening af te dragen btw", "Mandatory: VAT to pay account")
VAT_CODE_NOT_ALLOWED: Message = ("Niet toegestaan: Btw-code", "Not allowed: VAT-code")
RATE_NOT_ALLOWED: Message = ("Niet toegestaan: Wisselkoers", "Not allowed: Exchange rate")
VAT_AMOUNT_WITHOUT_VAT: Message = (
    'Een btw bedrag is niet toegestaan als u gebruikmaakt van een btw-code van het type "geen btw"',
    'A VAT amount is not allowed when you use a VAT code of the type "no VAT"',
)
UNKNOWN_YEAR: Message = (
    "Onbekend: Boekjaar (Periode-datumtabel)",
    "Unknown: Financial year (Period-date table)",
)
YEAR_IS_FIXED: Message = ("Het boekjaar kan niet worden gewijzigd.", "The financial year cannot be changed.")
ALREADY_EXISTS: Message = ("Gegeven bestaat reeds.", "Already exists")
OTHER_RECEIVABLES_ACCOUNT: Message = (
    "De klantenrekening van deze relatie is niet gelijk aan de rekening van het gebruikte verkoopdagboek",
    "The receivables account of this account is not equal to the account of the sales journal used",
)
PROCESSED: Message = (
    "Niet toegestaan: Wijzigen - Status: Verwerkt",
    "Not allowed: Change - Status: Processed",
)
"""Guess."""
RECORD_IN_USE: Message = ("Niet toegestaan: Verwijderen - In gebruik", "Not allowed: Delete - In use")
"""Guess."""


def wrong_percentage(percentage: object) -> Message:
    """Return the sentence for a VAT percentage that no code has."""
    return f"Ongeldig: Btw-percentage [{percentage}]", f"Invalid: VAT percentage [{percentage}]"


def period_closed(year: int, period: int) -> Message:
    """Return the sentence for a closed period."""
    return f"Periode is afgesloten: {year} - {period:02}", f"Period is closed: {year} - {period:02}"


def not_balanced(year: int, period: int, difference_cents: int) -> Message:
    """Return the sentence for an entry that does not come to zero."""
    amount = _amount(difference_cents)
    return (
        f"De boeking is niet in evenwicht op: {year} / {period} (Type: Overig) - Verschil: EUR {amount}",
        f"This entry is not balanced on: {year} / {period} (Type: Other) - Difference: EUR {amount}",
    )


def vat_line_differs(entry: str, code: str) -> Message:
    """Return the sentence for a VAT line that is not the sum of its base lines."""
    return (
        f"Invoer {entry}: Het bedrag van de BTW regel met BTW code {code} "
        "komt niet overeen met het totaal aan BTW-bedragen in de grondslagregels",
        f"Input {entry}: The amount of the VAT line with VAT code {code} "
        "differs from the total of the VAT amounts in the base lines",
    )


def _amount(cents: int) -> str:
    whole, fraction = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole:,}".replace(",", ".") + f",{fraction:02}"
