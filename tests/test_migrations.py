from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from dev.local.ports import free_port
from dev.local.postgres import Server
from exact_online import migrations
from exact_online.failures import NotReady, Unreachable
from exact_online.migrations import current_version, known_versions, migrate

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
            select 'index', tablename, indexname, indexdef, '', '' from pg_indexes where schemaname = 'exact_sync'
            order by 1, 2, 3, 4
            """
        ).fetchall()


def test_versions_are_numbered_without_a_gap() -> None:
    assert [f"{number:04}" for number in range(1, len(VERSIONS) + 1)] == VERSIONS


def test_every_version_has_its_statements_and_its_revision() -> None:
    files = (migrations.SCRIPTS / "versions").iterdir()
    assert sorted(path.suffix for path in files if path.suffix) == [".py"] * len(VERSIONS) + [".sql"] * len(VERSIONS)


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
        revision = f'from exact_online.migrations import sql_beside\nrevision = "9999"\ndown_revision = "{VERSIONS[-1]}"\n'
        (scripts / "versions" / "9999_next.py").write_text(revision + "upgrade = sql_beside(__file__)\n")
        (scripts / "versions" / "9999_next.sql").write_text(statements)
        monkeypatch.setattr(migrations, "SCRIPTS", scripts)

    return add


def test_a_version_that_fails_halfway_leaves_nothing_behind(ledger_dsn: str, next_version: Callable[[str], None]) -> None:
    """FR-L7: a migration is whole or not at all."""
    before = _schema(ledger_dsn)
    next_version("create table half (id int); insert into half values (1); insert into nowhere values (1);")
    with pytest.raises(NotReady, match=r'Version 9999.*"nowhere" does not exist'):
        migrate(ledger_dsn)
    assert _schema(ledger_dsn) == before
    assert current_version(ledger_dsn) == VERSIONS[-1]


def test_statements_may_hold_percent_signs_and_colons(ledger_dsn: str, next_version: Callable[[str], None]) -> None:
    next_version("create view odd as select '100 %s %(x)s :name'::text as words;")
    assert migrate(ledger_dsn) == "9999"


def test_a_database_from_newer_code_is_refused(ledger_dsn: str) -> None:
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


def test_airflows_own_form_of_the_address_is_understood(empty_dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(migrations.CONNECTION_VARIABLE, empty_dsn.replace("postgresql://", "postgres://"))
    assert VERSIONS[-1] in migrations.main()
