from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import psycopg
import pytest

from dev.local.ports import free_port
from dev.local.postgres import Server
from exact_online import migrations
from exact_online.failures import NotReady, Unreachable
from exact_online.migrations import current_version, known_versions, migrate
from exact_online.transform.payload_text import entry_fingerprints

VERSIONS = known_versions()


@pytest.fixture
def empty_dsn(postgres: Server, request: pytest.FixtureRequest) -> Iterator[str]:
    name = f"empty_{abs(hash(request.node.nodeid))}"
    yield postgres.create_database(name)
    postgres.drop_database(name)


def _schema(dsn: str) -> list[tuple[str, ...]]:
    with psycopg.connect(dsn, options="-csearch_path=exact_sync") as connection:
        return connection.execute(
            """
            select 'column', table_name, column_name, data_type, is_nullable, coalesce(column_default, '')
            from information_schema.columns where table_schema = 'exact_sync'
            union all
            select 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', ''
            from pg_constraint where connamespace = 'exact_sync'::regnamespace
            union all
            select 'index', tablename, indexname, indexdef, '', ''
            from pg_indexes where schemaname = 'exact_sync'
            union all
            select 'view', viewname, '', definition, '', '' from pg_views where schemaname = 'exact_sync'
            union all
            select 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), '', ''
            from pg_trigger where not tgisinternal
            union all
            select 'function', proname, '', prosrc, '', ''
            from pg_proc where pronamespace = 'exact_sync'::regnamespace
            order by 1, 2, 3, 4
            """
        ).fetchall()


def test_versions_are_numbered_without_a_gap() -> None:
    assert [f"{number:04}" for number in range(1, len(VERSIONS) + 1)] == VERSIONS


def test_every_version_has_its_statements_and_its_revision() -> None:
    files = (migrations.SCRIPTS / "versions").iterdir()
    assert sorted(path.suffix for path in files if path.suffix) == [".py"] * len(VERSIONS) + [".sql"] * len(
        VERSIONS
    )


def test_a_database_that_was_never_migrated_has_no_version(empty_dsn: str) -> None:
    assert current_version(empty_dsn) is None


def test_migrating_builds_the_schema_from_nothing(empty_dsn: str) -> None:
    assert migrate(empty_dsn) == VERSIONS[-1]
    assert {"practice", "run", "booking", "alembic_version"} <= {row[1] for row in _schema(empty_dsn)}


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_grows_into_the_same_schema(version: str, empty_dsn: str, ledger_dsn: str) -> None:
    assert migrate(empty_dsn, to=version) == version
    migrate(empty_dsn)
    assert _schema(empty_dsn) == _schema(ledger_dsn)


def test_a_version_does_not_wait_for_ever_for_a_table_in_use(
    empty_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FR-L7: everybody who comes after a waiting migration waits behind it."""
    monkeypatch.setattr(migrations, "LOCK_TIMEOUT", "100ms")
    migrate(empty_dsn, to="0009")
    with psycopg.connect(empty_dsn) as night:
        night.execute("lock table exact_sync.run in access share mode")
        with pytest.raises(NotReady, match=r"LockNotAvailable 55P03.*lock timeout"):
            migrate(empty_dsn)
    assert current_version(empty_dsn) == "0009"
    assert migrate(empty_dsn) == VERSIONS[-1]


LEDGER_OF_0008 = """
insert into practice (code, name, james_practice_code, link_date, first_sync_date)
values ('praktijk_a', 'A', 'A', '2026-10-01', '2026-10-01');
insert into run (run_id, practice, airflow_run_id, book_day, settings_version, outcome, numbers) values
('00000000-0000-0000-0000-000000000001', 'praktijk_a', 'first', '2026-11-20', 1, 'refused', '{"open": [
    {"state": "rejected", "reason": "refused_other", "records": 1, "source_keys": ["factuur:1"]},
    {"state": "rejected", "reason": "iban_refused", "records": 1, "source_keys": ["debiteur:1"]}]}'),
('00000000-0000-0000-0000-000000000002', 'praktijk_a', 'second', '2026-11-21', 1, 'complete', null);
insert into booking (practice, kind, source_key, state, run_id, settings_version, fingerprint, payload,
                     debtor_number, reason, exact_id)
select 'praktijk_a', 'sales_entry', 'factuur:' || state, state, '00000000-0000-0000-0000-000000000001', 1,
       'f', '{}', '1',
       case state when 'rejected' then 'refused_other' when 'held' then 'debtor_not_booked' end,
       case state when 'booked' then gen_random_uuid() end
from unnest('{held,planned,sending,booked,rejected,doubtful,exported}'::text[]) as state;
insert into booking (practice, kind, source_key, state, run_id, settings_version, fingerprint,
                     debtor_number, reason)
values ('praktijk_a', 'debtor', 'debiteur:1', 'rejected', '00000000-0000-0000-0000-000000000001', 1, 'f', '1',
        'iban_refused');
insert into booking_history (booking_id, run_id, from_state, to_state, attempt, reason)
select booking_id, run_id, null, case state when 'exported' then 'exported' else 'planned' end, 0, null
from booking
union all
select booking_id, '00000000-0000-0000-0000-000000000002'::uuid, 'planned', state, 1, reason from booking
where state not in ('planned', 'exported');
insert into load_batch (run_id, kind, first_id, last_id, outcome)
values ('00000000-0000-0000-0000-000000000001', 'sales_entry', 1, 7, 'refused');
insert into notice (practice, source_key, reason, reason_values, run_id)
values ('praktijk_a', 'debiteur:1', 'text_shortened', '{}', '00000000-0000-0000-0000-000000000001');
insert into token_chain (client_id, exact_user_id, exact_user_name, access_token, refresh_token, issued_at,
                         told_at)
values ('app', gen_random_uuid(), 'user', '', '', now(), '2026-11-20');
insert into call_window (division, minute_until, minute_limit, minute_used, day_until, day_limit, day_used,
                         blind_refusals)
values (1, now(), 60, 1, now(), 5000, 1, 1);
"""
"""Bookings in every state, each with its history.

The planned and the exported one moved in the first run alone.
"""


@pytest.fixture
def grown_dsn(empty_dsn: str) -> str:
    """A ledger that was at work in version 0008, and was migrated since."""
    migrate(empty_dsn, to="0008")
    dsn = f"{empty_dsn}?options=-csearch_path%3Dexact_sync"
    with psycopg.connect(dsn) as connection:
        connection.execute(LEDGER_OF_0008.encode())
    migrate(dsn)
    return dsn


def _all(dsn: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(query.encode()).fetchall()


def test_a_ledger_with_bookings_in_every_state_keeps_them_and_their_history(grown_dsn: str) -> None:
    """Version 0009: each booking names the run of its last move, and the history has every row that
    it had.
    """
    rows = _all(
        grown_dsn, "select state, reason, right(moved_in_run::text, 1) from booking order by booking_id"
    )
    assert rows == [
        ("held", "debtor_not_booked", "2"),
        ("planned", None, "1"),
        ("sending", None, "2"),
        ("booked", None, "2"),
        ("rejected", "rejected_other", "2"),
        ("doubtful", None, "2"),
        ("exported", None, "1"),
        ("rejected", "iban_rejected", "2"),
    ]
    told = _all(
        grown_dsn, "select count(*), count(moved_by), array_agg(distinct reason) from booking_history"
    )
    assert told == [(14, 0, ["debtor_not_booked", "iban_rejected", "rejected_other", None])]


def test_stored_words_are_those_of_today(grown_dsn: str) -> None:
    assert _all(grown_dsn, "select outcome from run order by run_id") == [("rejected",), ("complete",)]
    reasons = "select part ->> 'reason' from run cross join jsonb_array_elements(numbers -> 'open') as part"
    assert _all(grown_dsn, reasons) == [("rejected_other",), ("iban_rejected",)]
    assert _all(grown_dsn, "select outcome from load_batch") == [("rejected",)]
    assert _all(grown_dsn, "select source_key, reason from adjustment") == [("debiteur:1", "text_shortened")]
    assert _all(grown_dsn, "select reported_at is not null from token_chain") == [(True,)]
    assert _all(grown_dsn, "select blind_429s from call_window") == [(1,)]


def test_what_was_moved_before_goes_on_by_the_moves_of_today(grown_dsn: str) -> None:
    with psycopg.connect(grown_dsn) as connection:
        moved = connection.execute("update booking set state = 'doubtful' where state = 'sending'")
        assert moved.rowcount == 1
        with pytest.raises(psycopg.errors.CheckViolation, match="from booked to planned"):
            connection.execute("update booking set state = 'planned' where state = 'booked'")


def test_a_number_that_was_handed_over_twice_before_stays_and_no_third_comes(empty_dsn: str) -> None:
    """Version 0011 claims the numbers of what was handed over."""
    migrate(empty_dsn, to="0010")
    dsn = f"{empty_dsn}?options=-csearch_path%3Dexact_sync"
    add = """
    insert into booking (practice, kind, source_key, state, run_id, moved_in_run, settings_version,
                         fingerprint, payload, debtor_number, journal, financial_year, entry_number)
    select 'praktijk_a', 'sales_entry', name, 'exported', run_id, run_id, 1, 'f', '{}', '1', '70', 2026,
           number
    from run cross join (values ('a', 1), ('b', 1), ('c', 2)) as n (name, number)
    where run_id = '00000000-0000-0000-0000-000000000001'
    """
    with psycopg.connect(dsn) as connection:
        practice_and_runs = LEDGER_OF_0008.partition("insert into booking")[0].replace(
            "'refused'", "'rejected'"
        )
        connection.execute(practice_and_runs.encode())
        connection.execute(add.encode())
    migrate(dsn)
    shared = "select source_key from booking where shares_number order by 1"
    assert _all(dsn, shared) == [("a",), ("b",)]
    with pytest.raises(psycopg.errors.UniqueViolation):
        _all(dsn, add.replace("'sales_entry', name", "'sales_entry', 'd' || name") + " returning 1")


def test_migrating_again_changes_nothing(ledger_dsn: str) -> None:
    before = _schema(ledger_dsn)
    assert migrate(ledger_dsn) == VERSIONS[-1]
    assert _schema(ledger_dsn) == before


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Adds one more version, with the statements given, to a copy of the real ones."""

    def add(statements: str) -> None:
        scripts = tmp_path / "migrations"
        shutil.copytree(migrations.SCRIPTS, scripts)
        revision = (
            "from exact_online.migrations import sql_beside\n"
            f'revision = "9999"\ndown_revision = "{VERSIONS[-1]}"\n'
        )
        (scripts / "versions" / "9999_next.py").write_text(revision + "upgrade = sql_beside(__file__)\n")
        (scripts / "versions" / "9999_next.sql").write_text(statements)
        monkeypatch.setattr(migrations, "SCRIPTS", scripts)

    return add


def test_a_version_that_fails_halfway_leaves_nothing_behind(
    ledger_dsn: str, next_version: Callable[[str], None]
) -> None:
    """FR-L7: a migration is whole or not at all."""
    before = _schema(ledger_dsn)
    next_version("create table half (id int); insert into half values (1); insert into nowhere values (1);")
    with pytest.raises(NotReady, match=r'Version 9999.*"nowhere" does not exist'):
        migrate(ledger_dsn)
    assert _schema(ledger_dsn) == before
    assert current_version(ledger_dsn) == VERSIONS[-1]


def test_statements_may_hold_percent_signs_and_colons(
    ledger_dsn: str, next_version: Callable[[str], None]
) -> None:
    next_version("create view odd as select '100 %s %(x)s :name'::text as words;")
    assert migrate(ledger_dsn) == "9999"


def test_a_database_from_newer_code_is_not_migrated(ledger_dsn: str) -> None:
    with psycopg.connect(ledger_dsn) as connection:
        connection.execute("update alembic_version set version_num = '9000'")
    with pytest.raises(NotReady, match=r"9000.*[Dd]eploy"):
        migrate(ledger_dsn)


def test_a_database_that_is_away_is_one_clear_sentence_without_the_password() -> None:
    with pytest.raises(Unreachable, match="does not answer") as caught:
        migrate(f"postgresql://someone:hunter2@127.0.0.1:{free_port()}/nothing")
    assert "hunter2" not in str(caught.value)


def test_no_address_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(migrations.CONNECTION_VARIABLE, raising=False)
    with pytest.raises(NotReady, match=migrations.CONNECTION_VARIABLE):
        migrations.main()


def test_airflows_own_form_of_the_address_is_understood(
    empty_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(migrations.CONNECTION_VARIABLE, empty_dsn.replace("postgresql://", "postgres://"))
    assert VERSIONS[-1] in migrations.main()


ENTRIES_OF_0011 = """
insert into practice (code, name, james_practice_code, link_date, first_sync_date)
values ('praktijk_a', 'A', 'A', '2026-10-01', '2026-10-01');
insert into run (practice, airflow_run_id, book_day, settings_version)
values ('praktijk_a', 'first', '2026-11-20', 1);
insert into booking (practice, kind, source_key, state, run_id, moved_in_run, settings_version,
                     fingerprint, payload, debtor_number, reason)
select 'praktijk_a', kind, source_key, state, run_id, run_id, 1, fingerprint, payload, '1001', reason
from run
cross join (values
    ('sales_entry', 'factuur:1', 'planned', 'of the payload', '{"Description":"Patiënt"}', null),
    ('sales_entry', 'factuur:2', 'rejected', 'of the reason', null, 'no_lines'),
    ('debtor', 'debiteur:1001', 'planned', 'of the debtor', '{}', null)
) as given (kind, source_key, state, fingerprint, payload, reason);
"""


def test_fingerprints_of_older_bookings_are_those_that_the_transform_makes_now(empty_dsn: str) -> None:
    """Version 0012: what James did not change reads unchanged, and no move is written."""
    migrate(empty_dsn, to="0011")
    dsn = f"{empty_dsn}?options=-csearch_path%3Dexact_sync"
    with psycopg.connect(dsn) as connection:
        connection.execute(ENTRIES_OF_0011.encode())
    migrate(dsn)
    entry = pd.DataFrame({"debtor_number": ["1001"], "payload": ['{"Description":"Patiënt"}']})
    found = _all(dsn, "select fingerprint from booking order by source_key desc")
    assert found == [("of the reason",), (entry_fingerprints(entry)[0],), ("of the debtor",)]
    assert _all(dsn, "select count(*) from booking_history") == [(3,)]
