"""Reads an auditfile (XAF 3.2 or 4.0) as a stream of lines, in memory that does not grow with it.

The parser is Expat, as the standard library has it. An auditfile has no document type: one that
declares any is rejected before an entity is expanded, and depth, text, lines and bytes are bounded.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, Protocol
from xml.parsers import expat

from exact_online.auditfile.header import DAYS, LIMITS, AuditfileFault, Header, Limits, cents_of, day_of

CHUNK = 256 * 1024
MAX_DEPTH = 24
"""The published schemas go 9 deep, with the history of a relation 12."""
MAX_TEXT = 20_000
"""Characters of one element: the longest published one has 9,999."""
_TAX_OFFICE = "http://www.odb.belastingdienst.nl"
VERSIONS = {
    "http://www.auditfiles.nl/XAF/3.2": "3.2",
    f"{_TAX_OFFICE}/Belastingdienst/BCPP/1.0/structures/XmlAuditfileFinancieel3.2.1": "3.2",
    f"{_TAX_OFFICE}/Belastingdienst/BCPP/1.1/structures/XmlauditfileXAF_4.0": "4.0",
    f"{_TAX_OFFICE}/XAF/4.0": "4.0",
    "http://www.auditfiles.nl/XAF/4.0": "4.0",
}
"""Namespace -> version. The last two are in no schema, and are written by exporters."""

CONTAINERS = frozenset(
    {
        "auditfile", "header", "company", "customersSuppliers", "customerSupplier", "generalLedger",
        "ledgerAccount", "vatCodes", "vatCode", "periods", "period", "openingBalance", "transactions",
        "journal", "transaction", "trLine", "vat", "currency", "subledgers",
    }
)  # fmt: skip
"""Elements whose children are kept apart; those of all others are taken as their parent's own."""
MAX_FIELDS = 500
"""Different children of one element, and accounts of VAT codes."""
MAX_NAME = 200
NOT_ONE = (
    "Het bestand heeft een opbouw of een tekst die een auditfile niet heeft. "
    "Exporteer het opnieuw uit Exact en bewerk het niet."
)

Fields = dict[str, str]
_HEADER = frozenset({"fiscalYear", "startDate", "endDate", "curCode", "dateCreated", "softwareDesc"})


class Source(Protocol):
    """Anything that is read in parts: a file, an upload, a part of a ZIP."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes, none at the end."""
        ...


class Line(NamedTuple):
    """One line of an entry. Cents, debit positive; a text is None when the file has none."""

    journal: str
    number: str
    """Of the entry, without zeros in front."""
    period: int
    account: str
    cents: int
    vat_code: str | None
    document_reference: str | None
    invoice_reference: str | None
    description: str | None


class AuditfileReader:
    """Reads one file once: first `lines` to its end, then `header` is complete."""

    def __init__(
        self, source: Source, limits: Limits = LIMITS, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.header = Header()
        self._source = source
        self._limits = limits
        self._now = now
        self._found: list[Line] = []
        self._journal: Fields = {}
        self._entry: Fields = {}

    def lines(self) -> Iterator[Line]:
        """Give all lines in the order of the file. Raises AuditfileFault."""
        parser = self._parser()
        digest, read, began = hashlib.sha256(), 0, self._now()
        try:
            while chunk := self._source.read(CHUNK):
                digest.update(chunk)
                read += len(chunk)
                if read > self._limits.max_bytes:
                    raise AuditfileFault(
                        f"Het bestand is groter dan {self._limits.max_bytes // 1024**2} MB. "
                        "Exporteer het per kwartaal."
                    )
                if self._now() - began > self._limits.max_seconds:
                    raise AuditfileFault("Het lezen duurde te lang. Exporteer het bestand per kwartaal.")
                parser.Parse(chunk, False)
                yield from self._found
                self._found.clear()
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise AuditfileFault(
                f"Het bestand is geen volledige XML: op regel {error.lineno} gaat het mis. "
                "Exporteer het opnieuw uit Exact en bewerk het niet."
                if read
                else "Het bestand is leeg."
            ) from None
        yield from self._found
        self._found.clear()
        self.header.sha256 = digest.hexdigest()
        for name in DAYS:
            day_of(self.header.values, name)

    def _parser(self) -> expat.XMLParserType:
        """Return a parser whose handlers fill `_found`; their state is local, which is faster."""
        ends: dict[str, Callable[[Fields], None]] = {
            "header": self._end_header,
            "company": self._end_company,
            "vatCode": self._end_vat_code,
            "transactions": self._end_transactions,
            "transaction": self._end_entry,
            "trLine": self._end_line,
        }
        begins = {"journal": self._begin_journal, "transaction": self._begin_entry}
        fields: Fields = {}
        outer: list[Fields] = []
        depth, text = 0, ""

        def start(name: str, attributes: Mapping[str, str]) -> None:
            nonlocal depth, text, fields
            text = ""
            name = name.rpartition(":")[2] if ":" in name else name
            if not depth:
                self._begin(name, attributes)
            depth += 1
            if name in CONTAINERS:
                if depth > MAX_DEPTH:
                    raise AuditfileFault(NOT_ONE)
                outer.append(fields)
                fields = {}
                if begin := begins.get(name):
                    begin(fields)

        def end(name: str) -> None:
            nonlocal depth, text, fields
            depth -= 1
            name = name.rpartition(":")[2] if ":" in name else name
            if name not in CONTAINERS:
                fields[name] = text
                if len(fields) > MAX_FIELDS or depth > MAX_DEPTH:
                    raise AuditfileFault(NOT_ONE)
                text = ""
                return
            if act := ends.get(name):
                act(fields)
            inner, fields = fields, outer.pop()
            if name == "vat":
                fields.setdefault("vatID", inner.get("vatID", ""))

        def read(part: str) -> None:
            nonlocal text
            text += part
            if len(text) > MAX_TEXT:
                raise AuditfileFault(NOT_ONE)

        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartDoctypeDeclHandler = _reject_document_type
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = read
        return parser

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        spaces = (text for key, text in attributes.items() if key == "xmlns" or key.startswith("xmlns:"))
        version = next((VERSIONS[space] for space in spaces if space in VERSIONS), None)
        if name != "auditfile" or version is None:
            raise AuditfileFault(
                "Dit is geen auditfile van versie 3.2 of 4.0. "
                "Kies bij het exporteren in Exact XAF 3.2 of XAF 4.0."
            )
        self.header.version = version

    def _begin_journal(self, fields: Fields) -> None:
        self._journal = fields

    def _begin_entry(self, fields: Fields) -> None:
        self._entry = fields

    def _end_header(self, fields: Fields) -> None:
        self.header.values = {name: text.strip() for name, text in fields.items() if name in _HEADER}

    def _end_company(self, fields: Fields) -> None:
        self.header.company = fields.get("companyName", "").strip()[:MAX_NAME]

    def _end_vat_code(self, fields: Fields) -> None:
        found = {fields.get("vatToPayAccID", "").strip(), fields.get("vatToClaimAccID", "").strip()} - {""}
        self.header.vat_accounts |= found
        if len(self.header.vat_accounts) > MAX_FIELDS:
            raise AuditfileFault(NOT_ONE)

    def _end_transactions(self, fields: Fields) -> None:
        names = ("linesCount", "totalDebit", "totalCredit")
        self.header.claimed = {name: fields[name].strip() for name in names if name in fields}

    def _end_entry(self, _fields: Fields) -> None:
        self.header.entries += 1

    def _end_line(self, line: Fields) -> None:
        header, entry = self.header, self._entry
        header.lines += 1
        if header.lines > self._limits.max_lines:
            raise AuditfileFault(
                f"Het bestand heeft meer dan {self._limits.max_lines} regels. Exporteer het per kwartaal."
            )
        try:
            cents, side = cents_of(line["amnt"].strip()), line["amntTp"].strip()
            if side == "C":
                cents = -cents
                header.credit_cents -= cents
            elif side == "D":
                header.debit_cents += cents
            else:
                raise ValueError(side)
            found = Line(
                self._journal["jrnID"].strip(),
                entry["nr"].strip().lstrip("0"),
                int(entry["periodNumber"]),
                line["accID"].strip(),
                cents,
                line.get("vatID", "").strip() or None,
                line.get("docRef", "").strip() or None,
                line.get("invRef", "").strip() or None,
                (line.get("desc") or entry.get("desc", "")).strip() or None,
            )
        except (KeyError, ValueError):
            raise AuditfileFault(
                f"Regel {header.lines} van het bestand heeft geen dagboek, boekstuknummer, periode, rekening "
                "of bedrag zoals een auditfile die heeft. Exporteer het opnieuw uit Exact en bewerk het niet."
            ) from None
        self._found.append(found)


def _reject_document_type(*_declared: object) -> None:
    raise AuditfileFault(
        "Het bestand declareert een documenttype (DOCTYPE), wat een auditfile niet heeft. "
        "Het is niet gelezen."
    )
