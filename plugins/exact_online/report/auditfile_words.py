"""What a comparison with an auditfile found, in Dutch: both sides, and who cures it where. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from exact_online.dutch import dutch_amount
from exact_online.ledger.auditfiles import MAX_FINDINGS, Comparison, Finding

KIND_WORDS: Mapping[str, tuple[str, str]] = {
    "missing": ("ontbreekt in Exact", "missing in Exact"),
    "elsewhere": ("staat onder een ander nummer of in een ander dagboek", "under another number or journal"),
    "extra": ("extra in Exact", "extra in Exact"),
    "amount": ("ander bedrag", "other amount"),
    "account": ("andere grootboekrekening", "other G/L account"),
    "period": ("andere periode", "other period"),
    "vat_code": ("andere btw-code", "other VAT code"),
}
"""Kind of a finding -> Dutch and English, in the order in which they are shown."""

_VAT_PLACE = "btw"
_AT_THE_ENTRY = (
    "De accountant zet het in Exact terug op {entry}, "
    "of James Support accepteert het verschil op de pagina Openstaand."
)


def finding_sentence(finding: Finding) -> str:
    """Return what differs, with both sides, and then who cures it where."""
    return f"{finding_words(finding)} {cure_sentence(finding)}"


def finding_words(finding: Finding) -> str:
    """Return what differs, with both sides."""
    details = finding.details
    who = f"{_invoice(finding)} ({_entry(details)})"
    if finding.kind in ("missing", "elsewhere", "extra"):
        return _where(finding)
    if finding.kind == "amount" and details["their_cents"] != details["cents"]:
        ours, theirs = _euro(details["cents"]), _euro(details["their_cents"])
        words = f"is geboekt voor {ours}, en staat in Exact voor {theirs}"
    elif finding.kind == "amount":
        words = f"is anders verdeeld: {_places(details['places'])}"
    elif finding.kind == "account":
        words = f"staat op een andere rekening: {_places(details['places'])}"
    elif finding.kind == "period":
        ours, theirs = details["period"], details["their_period"]
        words = f"is geboekt in periode {ours} van {details['year']}, en staat in Exact in periode {theirs}"
    else:
        words = f"heeft een andere btw-code: {_codes(details['places'])}"
    return f"{who} {words}."


def _where(finding: Finding) -> str:
    """What is said of an entry that is not where the ledger has it."""
    details = finding.details
    invoice, entry = _invoice(finding), _entry(details)
    if finding.kind == "missing":
        done = "overgedragen in een werkmap" if details["state"] == "exported" else "geboekt"
        amount = _euro(details["cents"])
        return f"{invoice} is {done} als {entry} ({amount}), en staat niet in het bestand van Exact."
    if finding.kind == "elsewhere":
        return f"{invoice} is geboekt als {entry}, en staat in Exact als {_their_entry(details)}."
    ours = f"die geboekt is als {entry}" if details["state"] == "booked" else _STATES[details["state"]]
    theirs = f"{_their_entry(details)} ({_euro(details['their_cents'])})"
    return f"Exact heeft ook {theirs} met het nummer van {invoice.lower()}, {ours}."


def cure_sentence(finding: Finding) -> str:
    """Return who cures it where."""
    details = finding.details
    match finding.kind:
        case "missing" if details["state"] == "exported":
            return (
                "De accountant importeert de werkmap in Exact (pagina Werkmappen van de praktijk); "
                "komt dat er niet van, dan neemt James Support haar terug."
            )
        case "missing":
            return (
                "James Support laat haar opnieuw boeken of sluit haar, op de pagina Openstaand; "
                "is zij met opzet verwijderd, dan zegt de accountant dat."
            )
        case "extra" if details["state"] in ("booked", "exported"):
            return f"De accountant verwijdert in Exact {_their_entry(details)}."
        case "extra":
            return (
                f"De accountant verwijdert in Exact {_their_entry(details)}, "
                "of James Support neemt die boeking over op de pagina Openstaand."
            )
        case "elsewhere":
            return _AT_THE_ENTRY.format(entry=_their_entry(details))
        case _:
            return _AT_THE_ENTRY.format(entry=_entry(details))


def heading_sentences(comparison: Comparison, division: str | None) -> list[str]:
    """Return what a reader must know before the findings; empty when all is as expected."""
    numbers, company = comparison.numbers, comparison.header["company"] or "onbekend"
    found = []
    if numbers["expected"] and not numbers["compared"]:
        found.append(
            f"Geen enkele boeking van de koppeling staat in dit bestand van {company}. "
            f"Controleer of het uit de administratie {division or 'van de praktijk'} komt."
        )
    if numbers["without_vat_codes"]:
        found.append(
            f"Van {numbers['without_vat_codes']} boekingen noemt het bestand geen btw-code; "
            "daarvan zijn de btw-codes niet vergeleken."
        )
    if numbers["later"]:
        found.append(
            f"{numbers['later']} boekingen zijn gemaakt na de dag waarop het bestand is geëxporteerd; "
            "die zijn niet vergeleken."
        )
    if numbers["between"]:
        found.append(
            f"{numbers['between']} boekingen zijn nog onderweg naar Exact; die zijn niet vergeleken."
        )
    if comparison.count > MAX_FINDINGS:
        found.append(f"De eerste {MAX_FINDINGS} verschillen zijn bewaard; alle zijn geteld.")
    return found


_STATES = {
    "exported": "die is overgedragen in een werkmap",
    "rejected": "die de koppeling niet kon boeken",
    "held": "die bij de koppeling wacht",
    "planned": "die de koppeling nog moet boeken",
    "closed": "die gesloten is en niet geboekt wordt",
}


def _invoice(finding: Finding) -> str:
    word = "Declaratie" if finding.source_key.startswith("declaratie:") else "Factuur"
    return f"{word} {finding.details['reference'] or finding.source_key.partition(':')[2]}"


def _entry(details: Mapping[str, Any]) -> str:
    return f"boekstuk {details['number']} in dagboek {details['journal']}"


def _their_entry(details: Mapping[str, Any]) -> str:
    return f"boekstuk {details['their_number']} in dagboek {details['their_journal']}"


def _places(places: Iterable[tuple[str, int, int]]) -> str:
    return "; ".join(
        f"{_place(place)}: geboekt {_euro(ours)}, in Exact {_euro(theirs)}" for place, ours, theirs in places
    )


def _codes(places: Iterable[tuple[str, Mapping[str, int], Mapping[str, int] | None]]) -> str:
    return "; ".join(
        f"{_place(place)} geboekt met {', '.join(sorted(ours))}, in Exact met "
        f"{', '.join(sorted(theirs)) if theirs else 'geen code'}"
        for place, ours, theirs in places
    )


def _place(place: str) -> str:
    return "btw" if place == _VAT_PLACE else f"rekening {place}"


def _euro(cents: int) -> str:
    return f"€ {dutch_amount(cents)}"
