"""What the professions of the demo charge: tariffs and articles, with their VAT and gross price."""

from __future__ import annotations

from typing import NamedTuple


class Item(NamedTuple):
    code: str
    description: str
    vat_percentage: int
    price_cents: int
    """With VAT."""
    claimable: bool
    """Whether an insurer pays it, so that it can be on a claim."""


PROFESSIONS = {
    "fysiotherapie": "Fysiotherapie",
    "manuele_therapie": "Manuele therapie",
    "ergotherapie": "Ergotherapie",
    "logopedie": "Logopedie",
    "podotherapie": "Podotherapie",
    "pedicure": "Pedicure",
}

TARIFFS: dict[str, tuple[Item, ...]] = {
    "fysiotherapie": (
        Item("1000", "Zitting fysiotherapie", 0, 4250, True),
        Item("1001", "Zitting fysiotherapie aan huis", 0, 5675, True),
        Item("1864", "Screening, intake en onderzoek", 0, 6350, True),
        Item("9001", "Medische fitness, maand", 21, 3995, False),
        Item("9002", "Sportmassage", 21, 3750, False),
    ),
    "manuele_therapie": (
        Item("1200", "Zitting manuele therapie", 0, 5495, True),
        Item("1870", "Intake manuele therapie", 0, 7125, True),
        Item("9102", "Bedrijfsadvies houding", 21, 9450, False),
    ),
    "ergotherapie": (
        Item("6101", "Ergotherapie, kwartier", 0, 2133, True),
        Item("6102", "Reiskosten ergotherapie", 0, 1899, True),
        Item("9201", "Werkplekonderzoek", 21, 28975, False),
    ),
    "logopedie": (
        Item("4000", "Zitting logopedie", 0, 4810, True),
        Item("4104", "Telefonische zitting logopedie", 0, 2405, True),
        Item("9301", "Stemcoaching voor docenten", 21, 8550, False),
    ),
    "podotherapie": (
        Item("5201", "Podotherapeutisch consult", 0, 4725, True),
        Item("5210", "Podotherapeutische zolen, paar", 9, 18995, True),
        Item("5230", "Orthese van siliconen", 9, 3433, True),
        Item("9401", "Loopanalyse voor hardlopers", 21, 9999, False),
    ),
    "pedicure": (
        Item("5301", "Medische voetzorg", 0, 3650, True),
        Item("9501", "Cosmetische voetverzorging", 21, 3333, False),
    ),
}

ARTICLES: dict[str, tuple[Item, ...]] = {
    "fysiotherapie": (
        Item("A100", "Oefenband", 21, 1295, False),
        Item("A101", "Tape", 21, 899, False),
        Item("A102", "Kniebrace", 9, 4995, False),
    ),
    "manuele_therapie": (
        Item("A110", "Nekkussen", 21, 7950, False),
        Item("A111", "Rugbrace", 9, 6249, False),
    ),
    "ergotherapie": (
        Item("A120", "Aangepast bestek", 9, 2475, False),
        Item("A121", "Leesplankje", 21, 1849, False),
    ),
    "logopedie": (
        Item("A130", "Werkboek articulatie", 9, 1650, False),
        Item("A131", "Mondtrainer", 21, 2995, False),
    ),
    "podotherapie": (
        Item("A140", "Therapeutische schoen", 9, 14995, False),
        Item("A141", "Hardloopschoen", 21, 13999, False),
        Item("A142", "Steunkousen", 9, 2967, False),
        Item("A143", "Inlegzool", 21, 1701, False),
        Item("A144", "Veters", 21, 395, False),
    ),
    "pedicure": (
        Item("A150", "Voetcrème", 21, 1149, False),
        Item("A151", "Eeltvijl", 21, 749, False),
        Item("A152", "Antidrukring", 9, 333, False),
    ),
}
