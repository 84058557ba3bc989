"""Names of the demo: insurers with their public UZOVI numbers, and parts of names and addresses.

Invented people are put together from these parts.
"""

from __future__ import annotations

INSURERS: tuple[tuple[str, str], ...] = (
    ("3311", "Zilveren Kruis Zorgverzekeringen N.V."),
    ("9664", "CZ Zorgverzekeringen N.V."),
    ("7095", "VGZ Zorgverzekeraar N.V."),
    ("3332", "Menzis Zorgverzekeraar N.V."),
    ("7029", "DSW Zorgverzekeraar"),
    ("3358", "De Friesland Zorgverzekeraar N.V."),
    ("3351", "FBTO Zorgverzekeringen N.V."),
    ("9018", "a.s.r. Ziektekostenverzekeringen"),
    ("7053", "OHRA Zorgverzekeringen N.V."),
    ("3313", "Interpolis Zorgverzekeringen N.V."),
    ("0101", "N.V. Univé Zorg"),
    ("3334", "Anderzorg N.V."),
    ("3343", "ONVZ Ziektekostenverzekeraar N.V."),
    ("7085", "Zorg en Zekerheid"),
    ("7037", "Stad Holland Zorgverzekeraar"),
    ("3361", "ZEKUR"),
    ("3329", "Avéro Achmea Zorgverzekeringen N.V."),
    ("3397", "Eno Zorgverzekeraar N.V."),
    ("3336", "Agis Zorgverzekeringen N.V."),
    ("7119", "CZ (voorheen Delta Lloyd Zorg)"),
    ("8401", "Aevitae (VGZ)"),
    ("8001", "Turien & Co. Assuradeuren (VGZ)"),
    ("3356", "Caresq"),
    ("9001", "VGZ voor de Zorg N.V."),
    ("3352", "iptiQ Life S.A."),
    ("3406", "ASR Schadeverzekering N.V."),
    ("3409", "Goudse Schadeverzekeringen N.V."),
    ("7125", "Agis Zorgverzekeringen, Groep Buitenlands Recht"),
)
"""(UZOVI number, name), largest first; a practice takes as many as its shape says."""

INSTITUTIONS = (
    "Zorgcentrum De Linde",
    "Verpleeghuis Wilgenhof",
    "Stichting Thuiszorg Rivierenland",
    "Basisschool De Regenboog",
)

FIRST_NAMES_V = (
    "Anna",
    "Sanne",
    "Fatima",
    "Lieke",
    "Willemien",
    "Noor",
    "Geertje",
    "Yasmin",
    "Roos",
    "Ineke",
    "Zoë",
    "Merel",
)
FIRST_NAMES_M = (
    "Jan",
    "Bram",
    "Youssef",
    "Pieter",
    "Sjoerd",
    "Daan",
    "Emre",
    "Gerrit",
    "Thijs",
    "René",
    "Koen",
    "Willem",
)
LAST_NAMES: tuple[tuple[str | None, str], ...] = (
    (None, "Jansen"),
    ("de", "Vries"),
    ("van den", "Berg"),
    (None, "Bakker"),
    ("van", "Dijk"),
    (None, "Visser"),
    ("van der", "Meer"),
    ("de", "Boer"),
    (None, "Yılmaz"),
    ("in 't", "Veld"),
    (None, "Postma"),
    ("ter", "Horst"),
    (None, "Hoekstra-Ünlü"),
    ("van 't", "Hof"),
    (None, "Smeets"),
    ("van de", "Ven"),
    (None, "El Amrani"),
    ("op den", "Camp"),
    (None, "Kuipers"),
    ("d'", "Ancona"),
)
"""(tussenvoegsel, achternaam)"""

STREETS = (
    "Dorpsstraat",
    "Kerklaan",
    "Molenweg",
    "Beatrixplein",
    "Lange Nieuwstraat",
    "Burg. de Wolfstraat",
    "'t Zand",
    "Parklaan",
)
PLACES: tuple[tuple[str, int], ...] = (
    ("Groningen", 9711),
    ("Haren", 9751),
    ("Deventer", 7411),
    ("Apeldoorn", 7311),
    ("Breda", 4811),
    ("Etten-Leur", 4871),
    ("'s-Hertogenbosch", 5211),
    ("Utrecht", 3511),
)
"""(place, lowest four digits of its postcodes); five numbers from there on are used."""
POSTCODE_LETTERS = "ABCDEGHJKLNPRTVWXZ"
BANKS = ("INGB", "RABO", "ABNA", "SNSB", "TRIO")

DIAGNOSES = (
    ("M54.5", "Lage rugpijn"),
    ("M17.1", "Gonartrose"),
    ("S93.4", "Enkelverstuiking"),
    ("R47.0", "Dysfasie en afasie"),
)
TREATMENT_NOTES = (
    "Mobilisatie en oefentherapie, pijn afgenomen.",
    "Huiswerkoefeningen besproken.",
    "Drukplekken behandeld; controle over zes weken.",
)
