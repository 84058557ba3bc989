"""Invented charts of accounts, as bookkeepers write them: seeded, each in a style of its own."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from exact_online.intake import Profession
from exact_online.intake.chart import Chart
from exact_online.settings import ExactLists, ExactPaymentCondition, GlAccount, Journal, RevenueCell, VatCode
from exact_online.vocabulary import GlAccountType, JournalType, RevenueGroup, VatCodeKind, VatNature, VatRate

PROFESSIONS = {
    "fysiotherapie": ("Fysiotherapie", "fysio", "FT", "Fysiotherapie"),
    "manuele_therapie": ("Manuele therapie", "manueel", "MT", "Manuele ther."),
    "ergotherapie": ("Ergotherapie", "ergo", "ET", "Ergotherapie"),
    "logopedie": ("Logopedie", "logo", "LT", "Logopedie"),
    "oefentherapie": ("Oefentherapie", "oefenth.", "OT", "Oefentherapie Cesar"),
}
GROUPS = {
    RevenueGroup.INSURERS: ("verzekeraars", "zorgverzekeraars", "Zvw", "declaraties verzekering", "Verz."),
    RevenueGroup.PATIENTS: ("patiënten", "particulieren", "cliënten", "eigen betaling", "Part."),
    RevenueGroup.INSTITUTIONS: ("instellingen", "zorginstellingen", "verpleeghuizen", "scholen", "Inst."),
    RevenueGroup.ARTICLES: ("artikelen", "hulpmiddelen", "verkoop producten", "handelsgoederen", "Art."),
}
RATES = {
    VatRate.ZERO: ("0%", "vrijgesteld", "onbelast", "btw 0 %", ""),
    VatRate.LOW: ("9%", "laag tarief", "btw laag", "9 % btw", "laag"),
    VatRate.HIGH: ("21%", "hoog tarief", "btw hoog", "21 % btw", "hoog"),
}
VAT = {VatRate.ZERO: "0", VatRate.LOW: "1", VatRate.HIGH: "2"}
POINTS = {VatRate.ZERO: 0, VatRate.LOW: 900, VatRate.HIGH: 2100}
BESIDE = ("Omzet verhuur ruimte", "Overige opbrengsten", "Omzet diverse 21%", "Verleende kortingen",
          "Omzet patiënten 19% (oud)", "Rente-inkomsten")  # fmt: skip
OTHERS = {
    "1300": ("Debiteuren", GlAccountType.RECEIVABLE),
    "1305": ("Debiteuren particulier", GlAccountType.RECEIVABLE),
    "1101": ("Tussenrekening PIN", GlAccountType.GENERAL),
    "1102": ("Tussenrekening contant", GlAccountType.GENERAL),
    "1500": ("Af te dragen btw hoog", GlAccountType.VAT),
    "4000": ("Lonen patiëntenzorg", GlAccountType.GENERAL),
    "4010": ("Pinkosten", GlAccountType.GENERAL),
}
ORDERS = ("{p} {g} {r}", "Omzet {p} {g} {r}", "{g} {p} {r}", "Omzet {g} - {p} - {r}", "{r} {p} {g}")


@dataclass
class Invented:
    """A chart, the professions of its practice, and which account is meant for each cell."""

    chart: Chart
    professions: tuple[Profession, ...]
    meant: dict[RevenueCell, str] = field(default_factory=dict)


def invented(seed: int) -> Invented:
    """Return the chart of this seed."""
    chance = random.Random(seed)
    codes = chance.sample(sorted(PROFESSIONS), chance.randint(1, 3))
    professions = tuple(Profession(code, PROFESSIONS[code][0]) for code in codes)
    style, order, only = chance.randrange(4), chance.choice(ORDERS), len(codes) == 1
    words = {**{g: chance.choice(GROUPS[g]) for g in GROUPS}, **{r: chance.choice(RATES[r]) for r in RATES}}
    accounts, names, booked, classes, meant = {}, {}, {}, {}, {}
    numbers = chance.sample(range(8000, 8999), 12 * len(codes) + len(BESIDE))
    if chance.random() < 0.7:
        numbers.sort()
    for profession in professions:
        named = "" if only and chance.random() < 0.4 else PROFESSIONS[profession.code][style]
        for group in RevenueGroup:
            for rate in VatRate:
                code = str(numbers.pop(0))
                text = order.format(p=named, g=words[group], r=words[rate])
                names[code] = _as_typed(" ".join(text.split()) or f"Omzet {code}", chance)
                default = VAT[rate] if chance.random() < 0.6 or not words[rate] else None
                accounts[code] = _account(code, GlAccountType.REVENUE, default)
                meant[profession.code, group, rate] = code
                if chance.random() < 0.5:
                    booked[code] = chance.randrange(1, 10_000_000)
                if seed % 3 == 0:
                    classes[code] = "WOmzNohOlh" if group is RevenueGroup.ARTICLES else "WOmzNodOdh"
    for text in BESIDE:
        code = str(numbers.pop(0))
        names[code], accounts[code] = text, _account(code, GlAccountType.REVENUE, chance.choice(["2", None]))
    for code, (text, kind) in OTHERS.items():
        names[code], accounts[code] = text, _account(code, kind, None)
    blocked = "7999"
    names[blocked] = f"Omzet {words[RevenueGroup.PATIENTS]} {words[VatRate.HIGH]}"
    accounts[blocked] = GlAccount(blocked, blocked, GlAccountType.REVENUE, True, "2")
    return Invented(_chart(accounts, names, booked, classes), professions, meant)


def _as_typed(text: str, chance: random.Random) -> str:
    """One name in ten has a letter too few; some are all capitals, none has more than 60 signs."""
    if chance.random() < 0.1:
        place = chance.randrange(len(text))
        text = text[:place] + text[place + 1 :]
    return (text.upper() if chance.random() < 0.1 else text)[:60]


def _account(code: str, kind: GlAccountType, vat_code: str | None) -> GlAccount:
    return GlAccount(f"id-{code}", code, kind, False, vat_code)


def _chart(
    accounts: dict[str, GlAccount], names: dict[str, str], booked: dict[str, int], classes: dict[str, str]
) -> Chart:
    vat = {
        code: VatCode(code, VatCodeKind.EXCLUDING, POINTS[rate], "id-1500", False)
        for rate, code in VAT.items()
    }
    vat["5"] = VatCode("5", VatCodeKind.EXCLUDING, 2100, "id-1500", False, VatNature.PURCHASE)
    vat["00"] = VatCode("00", VatCodeKind.EXCLUDING, 0, None, False)
    journals = {
        "20": Journal("20", JournalType.SALES, True, "id-1305", False),
        "70": Journal("70", JournalType.SALES, True, "id-1300", False),
        "71": Journal("71", JournalType.SALES, True, "id-1300", True),
        "90": Journal("90", JournalType.GENERAL, False, None, False),
        "95": Journal("95", JournalType.GENERAL, True, None, False),
    }
    conditions = {
        code: ExactPaymentCondition(code, method, days)
        for code, method, days in (
            ("14", "B", 14), ("21", "B", 21), ("30", "B", 30), ("60", "B", 60), ("3K", "K", 30),
            ("AI", "B", 14), ("CO", "B", 0), ("PI", "B", 0),
        )
    }  # fmt: skip
    return Chart(
        ExactLists(accounts, vat, journals, conditions, ()),
        names,
        {"20": "Verkoopboek", "70": "Verkoop James", "90": "Memoriaal", "95": "Memoriaal PIN"},
        {"AI": "Automatische incasso", "CO": "Contant", "PI": "PIN", "14": "14 dagen"},
        classes,
        booked,
        2025,
    )
