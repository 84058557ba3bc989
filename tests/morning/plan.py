"""The faults of the morning as data: 30 of 12 kinds over 5 practices, and what ends each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from exact_online.reason_codes import Reason
from exact_online.vocabulary import Cause
from tests.morning.people import Practice
from tests.morning.places import OLD_DAY, debtor, invoice, key

BEEK, DUIN, HEIDE, KADE, PLEIN = "fysio_beek", "fysio_duin", "fysio_heide", "fysio_kade", "fysio_plein"
ARTICLES_HIGH, PATIENTS_HIGH = "8032", "8012"
OTHER_NAME = {"naam": "P. Smit", "voorletters": "P.", "voornaam": "Piet", "achternaam": "Smit"}

Plant = Callable[[Practice], None]
Where = Literal["james", "exact", "button", "question", "link"]
"""Who ends it: the practice in James, the bookkeeper in Exact, support by a button of the page, the
accountant by the question that the page mails, or by the link that it mails."""


@dataclass(frozen=True)
class Kind:
    """One kind of fault: how it comes, what the pages say of it, and what ends it."""

    reason: str
    place: int
    """Of its debtor and invoice in each practice."""
    plant: Plant
    words: str
    """What its sentence begins with; {number}, {debtor} and {place} are those of the practice."""
    where: Where
    cure: Plant | None = None
    """What the practice does in James."""
    clicks: str = ""
    """What the bookkeeper presses in Exact: a page of the books and the label of a button."""
    button: str = ""
    """What support presses."""
    then: str = ""
    """What the night after that tells, which support accepts."""
    waits: bool = False
    """True when the record that the page names is the debtor, for whom the invoice waits."""
    debtor: int = 0
    """The place of its debtor, when that is another one."""


@dataclass(frozen=True)
class Fault:
    """One fault."""

    practice: str
    kind: Kind
    where: Where

    @property
    def name(self) -> str:
        return f"{self.practice} {self.kind.reason}"

    @property
    def key(self) -> str:
        """The record that the page names."""
        if self.kind.waits:
            return f"debiteur:{self.debtor}"
        return key(self.practice, self.kind.place)

    @property
    def debtor(self) -> str:
        return debtor(self.practice, self.kind.debtor or self.kind.place)

    def words(self, text: str) -> str:
        """Return a text with the numbers of the practice."""
        return text.format(number=invoice(self.practice, self.kind.place), debtor=self.debtor)


def _blocked_account(of: Practice) -> None:
    of.bill(22, lines=((1210, 21, "article"),))
    of.press("grootboekrekening", account=ARTICLES_HIGH, act="blokkeren")


def _closed_period(of: Practice) -> None:
    of.bill(23, day=OLD_DAY)
    of.exact.period(of.code, "sluiten")


def _blocked_relation(of: Practice) -> None:
    of.bill(1023, to=3)
    of.press("relatie", relation=debtor(of.code, 3), act="blokkeren")


def _to_confirm(of: Practice) -> None:
    number = debtor(of.code, 24)
    of.james.debtor(number, kind="Instelling", name="Zorggroep")
    of.bill(24, to=24)
    of.press("relaties", number=number, name=f"Zorggroep {number}", postcode="9711 AA")


def _somebody_else(of: Practice) -> None:
    of.owner.execute(
        "update james.debiteur set naam = %(naam)s, voorletters = %(voorletters)s, voornaam = %(voornaam)s,"
        " achternaam = %(achternaam)s where debiteurnummer = %(number)s",
        {**OTHER_NAME, "number": debtor(of.code, 4)},
    )
    of.bill(1024, to=4)


def _number_in_use(of: Practice) -> None:
    of.type_entry(1025, to=5, amount="11,00")
    of.bill(1025, to=5)


def _changed_in_exact(of: Practice) -> None:
    entry = of.exact.entry(of.code, invoice(of.code, 6))
    of.press(f"boekingen/{entry}", act="wijzigen", amount="12,00")


def _removed_in_exact(of: Practice) -> None:
    entry = of.exact.entry(of.code, invoice(of.code, 7))
    of.press(f"boekingen/{entry}", act="verwijderen")


def _wrong_total(of: Practice) -> None:
    of.bill(21)
    of.set_invoice(21, "totaalbedrag", 11)


PAYMENT = Kind(
    Reason.PAYMENT_CONDITION_UNKNOWN,
    19,
    lambda of: of.bill(19, condition="90D") and None,
    "Factuur {number} heeft in James betalingsconditie '90D'",
    "james",
    cure=lambda of: of.set_invoice(19, "betalingsconditie", "14D"),
)
VAT_RATE = Kind(
    Reason.VAT_RATE_UNKNOWN,
    20,
    lambda of: of.bill(20, lines=((1000, 20, "tariff"),)) and None,
    "Regel 1 van factuur {number} heeft 20,00% btw",
    "james",
    cure=lambda of: of.set_line(20, "btw_percentage", 0),
)
TOTAL = Kind(
    Reason.TOTAL_MISMATCH,
    21,
    _wrong_total,
    "Het totaal van factuur {number} is 11,00",
    "james",
    cure=lambda of: of.set_invoice(21, "totaalbedrag", 10),
)
ACCOUNT = Kind(
    Reason.GL_ACCOUNT_BLOCKED,
    22,
    _blocked_account,
    f"Rekening '{ARTICLES_HIGH}'",
    "exact",
    clicks=f"instellingen: Vrijgeven: {ARTICLES_HIGH}",
    button="De vraag mailen",
)
PERIOD = Kind(
    Reason.PERIOD_CLOSED,
    23,
    _closed_period,
    "Periode 10 van 2026 is in Exact afgesloten",
    "exact",
    clicks="schakelbord: Openen",
)
RELATION = Kind(
    Reason.RELATION_BLOCKED,
    1023,
    _blocked_relation,
    "Relatie {debtor} is in Exact geblokkeerd",
    "exact",
    clicks="relaties: Vrijgeven: {debtor}",
    debtor=3,
)
CONFIRM = Kind(
    Reason.RELATION_TO_CONFIRM,
    24,
    _to_confirm,
    "Relatie {debtor} bestaat al in Exact",
    "button",
    button="Dezelfde persoon",
    waits=True,
)
PERSON = Kind(
    Reason.DEBTOR_IDENTITY_CHANGED,
    1024,
    _somebody_else,
    "Debiteurnummer {debtor} lijkt in James van een ander",
    "button",
    button="Nog steeds dezelfde persoon",
    debtor=4,
    waits=True,
)
IN_USE = Kind(
    Reason.ENTRY_NUMBER_IN_USE,
    1025,
    _number_in_use,
    "Boekstuknummer {number} is in dagboek 70",
    "button",
    button="Overnemen",
    then="Factuur {number} is in Exact gewijzigd",
)
CHANGED = Kind(
    Cause.CHANGED_IN_EXACT,
    6,
    _changed_in_exact,
    "Factuur {number} is in Exact gewijzigd",
    "button",
    button="Accepteren",
)
REMOVED = Kind(
    Cause.REMOVED_IN_EXACT,
    7,
    _removed_in_exact,
    "Factuur {number} is in Exact verwijderd",
    "button",
    button="Opnieuw boeken",
)
BROKEN = Kind(
    Reason.RECONNECT_NEEDED,
    0,
    lambda of: of.exact.withdraw("bert"),
    "De koppeling met Exact is verbroken.",
    "link",
    button="Link mailen",
)

KINDS = (
    PAYMENT,
    VAT_RATE,
    TOTAL,
    ACCOUNT,
    PERIOD,
    RELATION,
    CONFIRM,
    PERSON,
    IN_USE,
    CHANGED,
    REMOVED,
    BROKEN,
)
PLACES = {
    BEEK: (PAYMENT, VAT_RATE, ACCOUNT, RELATION, CONFIRM, IN_USE, CHANGED),
    DUIN: (PAYMENT, VAT_RATE, TOTAL, ACCOUNT, PERIOD, CONFIRM, REMOVED, CHANGED),
    HEIDE: (PAYMENT, TOTAL, ACCOUNT, RELATION, PERSON, IN_USE, REMOVED),
    KADE: (VAT_RATE, TOTAL, PERIOD, RELATION, PERSON, REMOVED, CHANGED),
    PLEIN: (BROKEN,),
}
ASKED = (HEIDE, ACCOUNT)
"""Here the account stays blocked, and the accountant is asked what takes its place."""
ANSWER = "8022"

FAULTS = tuple(
    Fault(code, kind, "question" if (code, kind) == ASKED else kind.where)
    for code, kinds in PLACES.items()
    for kind in kinds
)
