"""How well a ledger account fits a revenue cell (M8): points per fact, the same every time.

docs/intake.md has the table. A wrong group, rate or profession weighs more than a right one, so
that an account that says nothing goes before one that says something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exact_online.intake.chart import Chart, begins, words_of
from exact_online.intake.fields import RATE_LABELS, Profession
from exact_online.money import dutch_amount
from exact_online.settings import GlAccount, RevenueCell
from exact_online.transform.vat_rates import present_basis_points
from exact_online.transform.words import GROUP_WORDS
from exact_online.vocabulary import RevenueGroup, VatRate

GROUP_STEMS: dict[RevenueGroup, tuple[str, ...]] = {
    RevenueGroup.INSURERS: ("verz", "zorgverzek", "zvw", "vz", "basisverz", "declarat", "vergoed"),
    RevenueGroup.PATIENTS: ("patient", "client", "particulier", "part", "eigen", "zelfbetal", "pat"),
    RevenueGroup.INSTITUTIONS: (
        "instelling", "inst", "zorginst", "ziekenh", "school", "scholen", "gemeente", "bedrijven",
        "onderaann", "verpleegh", "zorggroep", "wlz",
    ),
    RevenueGroup.ARTICLES: (
        "artikel", "art", "product", "hulpmiddel", "goederen", "handel", "winkel", "verkoop", "material",
    ),
}  # fmt: skip
RATE_STEMS: dict[VatRate, tuple[str, ...]] = {
    VatRate.ZERO: ("0%", "nul", "vrij", "vrijgest", "onbelast", "btwvrij", "geen"),
    VatRate.LOW: ("9%", "6%", "laag", "lage", "lg"),
    VatRate.HIGH: ("21%", "19%", "hoog", "hoge", "hg"),
}
RATE_SIGNS = {"0": VatRate.ZERO, "9": VatRate.LOW, "6": VatRate.LOW, "21": VatRate.HIGH, "h": VatRate.HIGH,
              "l": VatRate.LOW, "n": VatRate.ZERO}  # fmt: skip
"""Words that say a rate when they stand alone."""
PROFESSION_STEMS: dict[str, tuple[str, ...]] = {
    "fysio": ("fysio", "ft", "fys"),
    "manue": ("manue", "mt", "man"),
    "ergo": ("ergo", "et"),
    "logop": ("logo", "lt"),
    "dieet": ("dieet", "dieti", "dt"),
    "podo": ("podo", "pt"),
    "oefen": ("oefen", "cesar", "mensen", "ot"),
    "psych": ("psych", "gz", "ps"),
    "huid": ("huid", "ht"),
    "kinder": ("kinder", "kft"),
    "acupu": ("acupu",),
    "osteo": ("osteo",),
    "orth": ("ortho", "orto"),
}
"""Begin of a profession's name -> how charts of accounts write it."""
RGS_REVENUE, RGS_GOODS, RGS_SERVICES = "WOmz", "WOmzNoh", "WOmzNod"


@dataclass(frozen=True)
class Score:
    """Points, and in Dutch what they are for."""

    points: int
    reasons: tuple[str, ...]


def stems_of(profession: Profession) -> tuple[str, ...]:
    """Return how a chart may write a profession."""
    words = [word for text in (profession.code, profession.name) for word in words_of(text)]
    known = [PROFESSION_STEMS[start] for start in PROFESSION_STEMS if begins(frozenset(words), (start,))]
    stems = [stem for each in known for stem in each]
    own = [word[:6] for word in words if word not in ("therapie", "en")]
    return tuple(dict.fromkeys((*stems, *own)))


def score(
    account: GlAccount,
    cell: RevenueCell,
    profession: Profession,
    others: Sequence[Profession],
    chart: Chart,
) -> Score:
    """Return how well an account fits the cell; `others` are the practice's other professions."""
    _, group, rate = cell
    parts = (
        _group(account, group, chart),
        _rate(account, rate, group, chart),
        _profession(account, profession, others, chart),
        _class(account, group, chart),
        _booked(account, chart),
    )
    return Score(sum(points for points, _ in parts), tuple(reason for _, reason in parts if reason))


def _group(account: GlAccount, group: RevenueGroup, chart: Chart) -> tuple[int, str]:
    words = chart.words.get(account.code, frozenset())
    said = {each for each, stems in GROUP_STEMS.items() if begins(words, stems)}
    if group in said:
        return (40 if len(said) == 1 else 25), f"de naam noemt {GROUP_WORDS[group][0]}"
    return (-60, "") if said else (0, "")


def _rate(account: GlAccount, rate: VatRate, group: RevenueGroup, chart: Chart) -> tuple[int, str]:
    words = chart.words.get(account.code, frozenset())
    said = {each for each, stems in RATE_STEMS.items() if words & set(stems) or begins(words, stems)}
    if not said:
        said = {RATE_SIGNS[word] for word in words if word in RATE_SIGNS}
    if rate in said:
        return 30, f"de naam noemt btw {RATE_LABELS[rate]}"
    if said:
        return -60, ""
    default = chart.lists.vat_codes.get(account.vat_code or "")
    if default is not None and default.basis_points is not None:
        if default.basis_points == present_basis_points(rate):
            return 25, f"de standaard btw-code van de rekening is {RATE_LABELS[rate]}"
        return -40, ""
    usual = VatRate.HIGH if group is RevenueGroup.ARTICLES else VatRate.ZERO
    return (10, "") if rate is usual else (0, "")


def _profession(
    account: GlAccount, profession: Profession, others: Sequence[Profession], chart: Chart
) -> tuple[int, str]:
    words = chart.words.get(account.code, frozenset())
    own = stems_of(profession)
    if _says(words, own):
        return 35, f"de naam noemt {profession.name}"
    elsewhere = [stem for other in others for stem in stems_of(other) if stem not in own]
    known = [stem for stems in PROFESSION_STEMS.values() for stem in stems if len(stem) > 3]
    elsewhere += [stem for stem in known if stem not in own]
    return (-70, "") if _says(words, elsewhere) else (0, "")


def _says(words: frozenset[str], stems: Sequence[str]) -> bool:
    """Short stems, such as *mt*, are whole words."""
    return any(word == stem or (len(stem) > 3 and word.startswith(stem)) for word in words for stem in stems)


def _class(account: GlAccount, group: RevenueGroup, chart: Chart) -> tuple[int, str]:
    found = chart.classes.get(account.code, "")
    if not found.startswith(RGS_REVENUE):
        return (-30, "") if found else (0, "")
    articles = group is RevenueGroup.ARTICLES
    if found.startswith((RGS_GOODS, RGS_SERVICES)) and found.startswith(RGS_GOODS) != articles:
        return -25, ""
    return 10, f"de RGS-rubriek is {found}"


def _booked(account: GlAccount, chart: Chart) -> tuple[int, str]:
    cents = chart.booked.get(account.code, 0)
    return (5, f"in {chart.year} is er {dutch_amount(cents)} euro op geboekt") if cents > 0 else (0, "")
