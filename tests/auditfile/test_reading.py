"""An auditfile is read line by line, and what is not one is said in a sentence."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Iterator

import pytest

from exact_online.auditfile.header import LIMITS, AuditfileFault, Limits
from exact_online.auditfile.opening import opened
from exact_online.auditfile.reading import AuditfileReader, Line

LINE = (
    "<trLine><nr>{n}</nr><accID>8000</accID><docRef>7</docRef><effDate>2026-03-01</effDate>"
    "<desc>een &lt;tekst&gt;</desc><amnt>100.50</amnt><amntTp>{side}</amntTp><invRef> F1 </invRef>"
    "<vat><vatID>2</vatID><vatPerc>21</vatPerc><vatAmnt>21.11</vatAmnt><vatAmntTp>C</vatAmntTp></vat>"
    "<currency><curCode>EUR</curCode><curAmnt>1</curAmnt></currency></trLine>"
)
HEADER = (
    "<fiscalYear>2026</fiscalYear><startDate>2026-01-01</startDate><endDate>2026-12-31</endDate>"
    "<curCode>EUR</curCode><dateCreated>2027-01-05</dateCreated>"
)


def document(*, lines: str | None = None, header: str = HEADER, total: str = "100.50", count: int = 2) -> str:
    """A small file; `lines` in the place of one debit and one credit line."""
    inner = LINE.format(n=1, side="D") + LINE.format(n=2, side="C") if lines is None else lines
    return (
        '<?xml version="1.0" encoding="UTF-8"?><auditfile xmlns="http://www.auditfiles.nl/XAF/3.2">'
        f"<header>{header}</header><company><companyName>Praktijk</companyName>"
        "<vatCodes><vatCode><vatID>2</vatID><vatDesc>hoog</vatDesc>"
        "<vatToPayAccID>1500</vatToPayAccID></vatCode>"
        f"</vatCodes><transactions><linesCount>{count}</linesCount><totalDebit>{total}</totalDebit>"
        f"<totalCredit>{total}</totalCredit><journal><jrnID>70</jrnID><desc>Verkoop</desc><transaction>"
        "<nr>0026700001</nr><periodNumber>03</periodNumber><trDt>2026-03-01</trDt>"
        f"{inner}</transaction></journal>"
        "<subledgers><subledger><sbType>CS</sbType><linesCount>9</linesCount></subledger></subledgers>"
        "</transactions></company></auditfile>"
    )


def read(text: str, limits: Limits = LIMITS) -> tuple[list[Line], AuditfileReader]:
    reader = AuditfileReader(io.BytesIO(text.encode()), limits)
    return list(reader.lines()), reader


def fault(text: str, limits: Limits = LIMITS) -> str:
    with pytest.raises(AuditfileFault) as raised:
        read(text, limits)
    return str(raised.value)


@pytest.mark.parametrize("prefix", [False, True])
def test_lines_and_header_are_read(prefix: bool) -> None:
    text = document()
    if prefix:
        text = text.replace("</", "\0").replace("<", "<a:").replace("\0", "</a:").replace("<a:?", "<?")
        text = text.replace("xmlns=", "xmlns:a=")
    lines, reader = read(text)
    assert lines[0] == Line("70", "26700001", 3, "8000", 10050, "2", "7", "F1", "een <tekst>")
    assert [line.cents for line in lines] == [10050, -10050]
    header = reader.header
    header.check_totals()
    assert (header.version, header.company, header.vat_accounts) == ("3.2", "Praktijk", {"1500"})
    assert (header.lines, header.entries, header.first_day.month, header.last_day.day) == (2, 1, 1, 31)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "leeg"),
        ("<html><body/></html>", "geen auditfile van versie 3.2 of 4.0"),
        ('<auditfile xmlns="http://www.auditfiles.nl/XAF/3.1"/>', "geen auditfile van versie 3.2 of 4.0"),
        ("geen xml", "geen volledige XML: op regel 1"),
        (document()[:-40], "geen volledige XML"),
        (document(header=HEADER.replace("startDate", "beginDatum")), "noemt geen eerste dag"),
        (document().replace("<amntTp>D", "<amntTp>X"), "Regel 1 van het bestand"),
        (document().replace("<amnt>100.50", "<amnt>1e9"), "Regel 1 van het bestand"),
        (document().replace("<amnt>100.50", "<amnt>NaN"), "Regel 1 van het bestand"),
        (document().replace("<periodNumber>03", "<periodNumber>maart"), "Regel 1 van het bestand"),
        (document().replace("een ", "x" * 30_000), "een opbouw of een tekst"),
        (document(lines="<trLine>" * 40 + "</trLine>" * 40), "een opbouw of een tekst"),
        (document(lines="".join(f"<trLine><a{n}/>" for n in range(2))), "geen volledige XML"),
        (document(lines="<trLine>" + "".join(f"<a{n}/>" for n in range(900))), "een opbouw of een tekst"),
    ],
)
def test_what_is_no_auditfile_is_a_sentence(text: str, words: str) -> None:
    assert words in fault(text)


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE a [<!ENTITY x "aaaaaaaaaa"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
        "<!DOCTYPE auditfile>",
    ],
)
def test_a_document_type_is_rejected_before_anything_expands(declared: str) -> None:
    """Neither a thousand million laughs nor a file of the machine."""
    text = document().replace("<auditfile", f"{declared}<auditfile", 1).replace("een ", "&y;")
    assert "DOCTYPE" in fault(text)


def test_a_file_with_other_totals_than_its_lines_was_cut_or_edited() -> None:
    for text in (document(count=3), document(total="100.49")):
        _, reader = read(text)
        with pytest.raises(AuditfileFault, match="onvolledig of bewerkt"):
            reader.header.check_totals()


def test_bytes_lines_and_time_are_bounded() -> None:
    assert "groter dan" in fault(document(), Limits(max_bytes=100))
    assert "meer dan 1 regels" in fault(document(), Limits(max_lines=1))
    times: Iterator[float] = iter([0.0, 500.0])
    reader = AuditfileReader(io.BytesIO(document().encode()), now=lambda: next(times))
    with pytest.raises(AuditfileFault, match="duurde te lang"):
        list(reader.lines())


def test_memory_does_not_grow_with_the_file() -> None:
    def peak(entries: int) -> int:
        text = document(lines=LINE.format(n=1, side="D") * entries).encode()
        reader = AuditfileReader(io.BytesIO(text))
        tracemalloc.start()
        found = sum(1 for _ in reader.lines())
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert found == entries
        return highest

    assert peak(20_000) < peak(2_000) * 1.5


def packed(**members: bytes) -> io.BytesIO:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name.replace("_", "."), data)
    return content


def test_a_zip_with_one_auditfile_is_opened() -> None:
    with opened(packed(a_xaf=document().encode(), lees_txt=b"x")) as stream:
        assert len(list(AuditfileReader(stream).lines())) == 2
    with opened(io.BytesIO(document().encode())) as stream:
        assert len(list(AuditfileReader(stream).lines())) == 2


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (packed(a_xaf=b"", b_xaf=b""), "zitten 2 auditfiles"),
        (packed(lees_txt=b""), "zitten 0 auditfiles"),
        (io.BytesIO(packed(a_xaf=b"x" * 999).getvalue()[:-20]), "beschadigd"),
    ],
)
def test_another_zip_is_a_sentence(file: io.BytesIO, words: str) -> None:
    with pytest.raises(AuditfileFault, match=words), opened(file) as stream:
        stream.read(10)


def test_what_unpacks_to_too_much_is_not_unpacked() -> None:
    file = packed(a_xaf=b"x" * 5000)
    with pytest.raises(AuditfileFault, match="uitgepakt groter"), opened(file, Limits(max_bytes=1000)) as x:
        x.read()
