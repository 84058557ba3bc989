"""How a bookkeeper and a practice read our words, in Dutch and in English."""

from __future__ import annotations

from exact_online.vocabulary import MatchKind, PaymentCondition, RevenueGroup, VatNature, VatRate

Words = tuple[str, str]
"""Dutch, English."""

GROUP_WORDS: dict[RevenueGroup, Words] = {
    RevenueGroup.INSURERS: ("verzekeraars", "insurers"),
    RevenueGroup.PATIENTS: ("patiënten", "patients"),
    RevenueGroup.INSTITUTIONS: ("instellingen", "institutions"),
    RevenueGroup.ARTICLES: ("artikelen", "articles"),
}
RATE_WORDS: dict[VatRate, Words] = {
    VatRate.ZERO: ("nul", "zero"),
    VatRate.LOW: ("laag", "low"),
    VatRate.HIGH: ("hoog", "high"),
}
NATURE_WORDS: dict[VatNature, Words] = {
    VatNature.SALES: ("verkoop", "sales"),
    VatNature.PURCHASE: ("inkoop", "purchases"),
    VatNature.REVERSE_CHARGED: ("verlegde btw", "reverse charge"),
    VatNature.EU_SALES: ("leveringen of diensten in de EU", "goods or services in the EU"),
    VatNature.MARGIN: ("de margeregeling", "the margin scheme"),
}
CONDITION_WORDS: dict[PaymentCondition, Words] = {
    PaymentCondition.DAYS_14: ("14 dagen", "14 days"),
    PaymentCondition.DAYS_21: ("21 dagen", "21 days"),
    PaymentCondition.DAYS_30: ("30 dagen", "30 days"),
    PaymentCondition.DAYS_60: ("60 dagen", "60 days"),
    PaymentCondition.PIN: ("PIN", "PIN"),
    PaymentCondition.CASH: ("contant", "cash"),
    PaymentCondition.DIRECT_DEBIT: ("automatische incasso", "direct debit"),
}


MATCH_WORDS: dict[MatchKind, Words] = {
    MatchKind.SAME_NUMBER_SAME_NAME: (
        "zelfde nummer, naam en postcode", "same number, name and postcode",
    ),
    MatchKind.SAME_NUMBER_NEAR_NAME: (
        "zelfde nummer, naam of postcode iets anders", "same number, name or postcode a little different",
    ),
    MatchKind.OTHER_NUMBER_SAME_NAME: (
        "ander nummer, zelfde naam en postcode", "another number, same name and postcode",
    ),
    MatchKind.OTHER_NUMBER_NEAR_NAME: (
        "ander nummer, bijna dezelfde naam, zelfde postcode", "another number, near name, same postcode",
    ),
}  # fmt: skip


def in_both_languages(name: str, words: Words) -> dict[str, str]:
    """Return the words as the values that sentences in both languages name."""
    return {f"{name}_nl": words[0], f"{name}_en": words[1]}
