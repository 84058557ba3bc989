"""How fast an auditfile of a million lines is compared, and in how much memory.

    PYTHONPATH=plugins:. python -m tests.bench.auditfile [--lines 1000000]

Makes the ledger up in a PostgreSQL of its own and the file in a temporary folder, compares them,
and ends with 1 when that takes longer than the limit, when memory grew with the file, or when other
differences are found than the ones in it.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psycopg

from dev.local.postgres import running
from exact_online.ledger import Ledger, connect
from exact_online.migrations import SCHEMA, migrate
from exact_online.report.auditfile import compare_auditfile
from tests.bench import results
from tests.conftest import SERVER

LIMIT_SECONDS = 60.0
LIMIT_GROWTH_MB = 64.0
LINES_PER_ENTRY = 3
EVERY = 10_000
"""One entry in so many has another amount in the file."""

FILL = """
set session_replication_role = replica;
insert into token_chain (client_id, exact_user_id, exact_user_name, access_token, refresh_token, issued_at)
values ('bench', gen_random_uuid(), 'bench', '', '', now());
insert into practice (
    code, name, james_practice_code, active, chain_id, division, division_name, link_date, first_sync_date
) select 'bench', 'Bench', 'B', true, chain_id, 1, 'Bench', '2026-01-01', '2026-01-01' from token_chain;
insert into settings_version (practice, version, settings, changed_by) values ('bench', 1, '{
    "sales_journal": "70", "general_journal": "90", "receivables_account": "1300",
    "suspense_accounts": {"PIN": "1010", "CASH": "1011"},
    "revenue_accounts": [{"profession": "F", "group": "patients", "rate": "high", "account": "8000"}]
}', 'bench');
insert into exact_list (practice, list_name, rows) values
('bench', 'gl_accounts', '[{"ID": "a", "Code": "1500", "Type": 24}]');
insert into booking (
    practice, kind, source_key, state, payload, run_id, settings_version, fingerprint, debtor_number, journal,
    financial_year, financial_period, entry_date, entry_number, reference, total_cents, exact_id, booked_at
)
select
    'bench', 'sales_entry', 'factuur:' || n, 'booked', '{}', gen_random_uuid(), 1, md5(n::text),
    (100000 + n %% 50000)::text, '70', 2026, 1 + n %% 12, '2026-01-01'::date + (n %% 365)::integer,
    1000000 + n,
    (1000000 + n)::text, 12100, gen_random_uuid(), '2026-12-31'
from generate_series(1, %(entries)s) as n;
insert into booking_line (
    booking_id, line_number, profession, revenue_group, vat_rate, gl_account, vat_code, gross_cents, vat_cents
)
select booking_id, 1, 'F', 'patients', 'high', '8000', '2', 12100, 2100 from booking;
"""


def fill(dsn: str, entries: int) -> None:
    """Make the ledger up."""
    with psycopg.connect(dsn, autocommit=True) as conn:
        for statement in filter(str.strip, FILL.split(";\n")):
            wanted = {"entries": entries} if "%(entries)s" in statement else None
            conn.execute(statement, wanted)  # type: ignore[call-overload]
        conn.execute("vacuum analyze")


def write(file: Path, entries: int) -> None:
    """Write the auditfile of that ledger, with another amount in one entry of `EVERY`."""
    with file.open("w", encoding="utf-8") as out:
        out.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<auditfile xmlns="http://www.auditfiles.nl/XAF/3.2">'
            "<header><fiscalYear>2026</fiscalYear><startDate>2026-01-01</startDate>"
            "<endDate>2026-12-31</endDate><curCode>EUR</curCode><dateCreated>2027-01-05</dateCreated>"
            "</header>"
            "<company><companyName>Bench</companyName><transactions><journal><jrnID>70</jrnID>"
            "<desc>Verkoop</desc>\n"
        )
        for n in range(1, entries + 1):
            number, more = 1_000_000 + n, 100 if n % EVERY == 0 else 0
            out.write(
                f"<transaction><nr>{number}</nr><periodNumber>{1 + n % 12}</periodNumber>"
                "<trDt>2026-03-01</trDt>\n"
            )
            lines = (("1300", 12100 + more, "D"), ("8000", 10000 + more, "C"), ("1500", 2100, "C"))
            for place, (account, cents, side) in enumerate(lines):
                vat = ""
                if account == "8000":
                    vat = (
                        "<vat><vatID>2</vatID><vatPerc>21.000</vatPerc><vatAmnt>21.00</vatAmnt>"
                        "<vatAmntTp>C</vatAmntTp></vat>"
                    )
                out.write(
                    f"<trLine><nr>{place}</nr><accID>{account}</accID><docRef>{number}</docRef>"
                    f"<effDate>2026-03-01</effDate><desc>Factuur {number}</desc>"
                    f"<amnt>{cents // 100}.{cents % 100:02d}</amnt><amntTp>{side}</amntTp>"
                    f"<custSupID>{100_000 + n % 50_000}</custSupID><invRef>{number}</invRef>{vat}</trLine>\n"
                )
            out.write("</transaction>\n")
        out.write("</journal></transactions></company></auditfile>\n")


def peak_mb() -> float:
    """The most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, default=1_000_000)
    entries = -(-parser.parse_args().lines // LINES_PER_ENTRY)
    with running(SERVER.folder, fast=True) as server, tempfile.TemporaryDirectory() as folder:
        address = server.create_database("auditfile_bench")
        migrate(address)
        dsn = f"{address}?options=-csearch_path%3D{SCHEMA}"
        fill(dsn, entries)
        file = Path(folder) / "export.xaf"
        write(file, entries)
        before = peak_mb()
        with closing(connect(address)) as conn, file.open("rb") as content:
            ledger = Ledger(conn)
            began = time.perf_counter()
            found = compare_auditfile(ledger, ledger.practices.get("bench"), content, "bench")
            seconds = time.perf_counter() - began
        growth, size = peak_mb() - before, file.stat().st_size / 1024**2
    print(
        f"auditfile  {found.header['lines']:,} lines, {size:,.0f} MB: {seconds:.1f} s (limit "
        f"{LIMIT_SECONDS:.0f}), memory +{growth:.0f} MB (limit {LIMIT_GROWTH_MB:.0f}), "
        f"{found.count} differences of {entries // EVERY}"
    )
    results.write(
        "auditfile",
        {"seconds": seconds, "megabytes more": growth},
        {"seconds, of 60": seconds / LIMIT_SECONDS},
    )
    wrong = found.numbers["compared"] != entries or found.numbers["findings"] != {"amount": entries // EVERY}
    raise SystemExit(seconds > LIMIT_SECONDS or growth > LIMIT_GROWTH_MB or wrong)


if __name__ == "__main__":
    main()
