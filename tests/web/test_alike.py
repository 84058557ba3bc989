"""Relations that look like a debtor: both names on a page, and a person's word (M16)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from dev.demo.practices import practices
from exact_online.ledger import Ledger
from exact_online.requirements import Item, Requirement, State, known
from exact_online.vocabulary import MatchKind
from tests.ledger_cases import register
from tests.near_matches import stand_alike

HERE = "/practices/noord/alike"
REASON = {"reason": "nagelopen met de praktijk"}
SAME, NEAR = MatchKind.OTHER_NUMBER_SAME_NAME, MatchKind.SAME_NUMBER_NEAR_NAME
DECISIONS = "select debtor_number, decision from exact_sync.relation_match where decision is not null"


@pytest.fixture(autouse=True)
def noord(ledger: Ledger, sign_in: Callable[[str], None]) -> None:
    """Three debtors; 1003 looks like two relations."""
    sign_in("user")
    for code, division in (("noord", 100), ("zuid", 200)):
        register(ledger, code, division)
    two = [("1003", "57", SAME), ("1003", "58", SAME)]
    stand_alike(ledger, "noord", [("1001", "55", SAME), ("1002", "1002", NEAR), *two])
    stand_alike(ledger, "zuid", [("9", "8", SAME)])


def relations(ledger: Ledger) -> dict[str, str]:
    """Debtor number -> the code of its relation in Exact."""
    rows = ledger.conn.execute(
        "select r.debtor_number, x.code from exact_sync.relation as r"
        " join exact_sync.exact_relation as x using (practice, exact_id) where r.practice = 'noord'"
    ).fetchall()
    return {row["debtor_number"]: row["code"] for row in rows}


def box_of(page: str, number: str, code: str) -> str:
    """The value of the tick box of a debtor and a relation."""
    (found,) = re.findall(rf'name="match" value="([^"]+)"[^>]*Debiteur {number} en relatie {code}"', page)
    return str(found)


def test_the_list_has_both_sides_and_counts_as_sql_does(client: TestClient, ledger: Ledger) -> None:
    page = client.get(HERE).text
    for text in ("<strong>1001</strong>", "<strong>55</strong> Relatie 55", "Relatie 58"):
        assert text in page
    assert "Relatie 8<" not in page, "of another practice"
    counted = ledger.conn.execute(
        "select kind, count(*) as number from exact_sync.open_match where practice = 'noord' group by kind"
    ).fetchall()
    assert {row["kind"]: row["number"] for row in counted} == {SAME: 3, NEAR: 1}
    assert "alle 3 met een ander nummer, dezelfde naam" in page
    assert "alle 1 met hetzelfde nummer, dezelfde of bijna" in page
    assert "Als dezelfde: de 1 die maar op een lijken." in page
    only = client.get(HERE, params={"kind": NEAR}).text
    assert only.count('name="match"') == 1


def test_who_looks_is_written_down_of_each_debtor_and_relation(client: TestClient, ledger: Ledger) -> None:
    """Care law: before the names are shown, and of those on the page alone."""
    client.get(HERE, params={"kind": NEAR})
    logged = ledger.conn.execute("select practice, who, subject from exact_sync.access_log").fetchall()
    assert sorted((row["practice"], row["who"], row["subject"]) for row in logged) == [
        ("noord", "user", "debiteur:1002"),
        ("noord", "user", "relatie:1002"),
    ]


def test_the_name_comes_from_james_before_the_first_night(
    client: TestClient, ledger: Ledger, james_connection: None
) -> None:
    demo = practices()[0]
    register(ledger, "demo", 300)
    ledger.conn.execute(
        "update exact_sync.practice set james_practice_code = %s where code = 'demo'",
        [demo.james_practice_code],
    )
    stand_alike(ledger, "demo", [("1001", "77", SAME)])
    page = client.get("/practices/demo/alike").text
    assert "<strong>1001</strong> Zilveren Kruis" in page


def test_one_relation_is_linked_under_its_own_code_and_another_is_somebody_else(
    client: TestClient, ledger: Ledger
) -> None:
    page = client.get(HERE).text
    ticked = [box_of(page, "1003", "58"), box_of(page, "1001", "55")]
    answer = client.post(HERE, data={"match": ticked, "act": "ours", "scope": "chosen", **REASON})
    assert answer.headers["location"] == f"{HERE}?done=2&left=0"
    assert relations(ledger) == {"1003": "58", "1001": "55"}
    page = client.get(answer.headers["location"]).text
    assert "Van 2 debiteuren is dit bewaard." in page
    other = {"match": box_of(page, "1002", "1002"), "act": "not_ours", "scope": "chosen", **REASON}
    client.post(HERE, data=other)
    decided = {(row["debtor_number"], row["decision"]) for row in ledger.conn.execute(DECISIONS)}
    assert decided == {("1003", "ours"), ("1001", "ours"), ("1002", "not_ours")}
    acts = ledger.conn.execute("select acted_by, reason, act from exact_sync.act order by act_id").fetchall()
    assert [(row["acted_by"], row["act"]) for row in acts] == [
        ("user", "ours"), ("user", "ours"), ("user", "not_ours"),
    ]  # fmt: skip
    assert {row["reason"] for row in acts} == set(REASON.values())
    assert "Er is geen relatie in Exact waarover nog iets gezegd" in client.get(HERE, params={"done": 1}).text


def test_all_of_a_kind_leaves_out_who_looks_like_two(client: TestClient, ledger: Ledger) -> None:
    answer = client.post(HERE, data={"act": "ours", "scope": SAME, **REASON})
    assert answer.headers["location"] == f"{HERE}?done=1&left=0"
    assert relations(ledger) == {"1001": "55"}
    client.post(HERE, data={"act": "not_ours", "scope": SAME, **REASON})
    assert ledger.matches.debtors("noord") == ["1002"]
    assert ledger.matches.debtors("zuid") == ["9"]


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"act": "ours", "scope": "chosen", **REASON}, 422, "Vink er minstens een aan."),
        ({"act": "ours", "scope": NEAR}, 422, "Vul dit in."),
        ({"act": "erase", "scope": NEAR, **REASON}, 422, "Kies een van de lijst."),
        ({"act": "ours", "scope": "everything", **REASON}, 422, "Kies een van de lijst."),
        ({"act": "ours", "scope": "chosen", "match": "no-id 1001", **REASON}, 409, "Er is niets gedaan"),
        ({"act": "ours", "scope": SAME, "reason": "ok"}, 422, "Vul dit in."),
    ],
    ids=["nothing ticked", "no reason", "no such act", "no such kind", "no such match", "too short"],
)
def test_what_is_wrong_is_said_and_nothing_is_done(
    client: TestClient, ledger: Ledger, fields: dict[str, str], status: int, words: str
) -> None:
    answer = client.post(HERE, data=fields)
    assert answer.status_code == status
    assert words in answer.text
    assert ledger.conn.execute("select 1 from exact_sync.act").fetchall() == []


def test_while_a_night_writes_nothing_is_done(client: TestClient, ledger: Ledger) -> None:
    with ledger.holding("noord"):
        answer = client.post(HERE, data={"act": "ours", "scope": SAME, **REASON})
    assert answer.status_code == 409
    assert relations(ledger) == {}


def test_a_viewer_sees_no_name_and_the_page_is_paged(
    client: TestClient, ledger: Ledger, sign_in: Callable[[str], None]
) -> None:
    stand_alike(ledger, "noord", [(str(2000 + each), str(each), SAME) for each in range(51)])
    first, second = client.get(HERE).text, client.get(HERE, params={"page": 2}).text
    assert (first.count('name="match"'), second.count('name="match"')) == (50, 1)
    assert "Bladzijde 1 van 2" in first or "Pagina 1 van 2" in first
    sign_in("viewer")
    answer = client.get(HERE)
    assert answer.status_code == 403
    assert "Relatie" not in answer.text


def test_what_was_never_read_says_so(client: TestClient, ledger: Ledger) -> None:
    register(ledger, "nieuw")
    assert "nog niet gelezen: controleer eerst" in client.get("/practices/nieuw/alike").text


def test_the_list_of_requirements_knows_at_once(client: TestClient, ledger: Ledger) -> None:
    """It counts what waits now, not what waited when it was checked."""
    kept = Requirement(Item.KNOWN_RELATIONS, State.DUE_NOW)
    ledger.requirements.save("noord", [kept.as_document()], 1, "Sam")
    page = client.get("/practices/noord/requirements").text
    assert f'href="{HERE}"' in page
    checked = known(ledger, "noord")
    assert checked is not None
    assert "zoals 1001" in checked.requirements[0].sentences()[0]
    for kind in (SAME, NEAR):
        client.post(HERE, data={"act": "not_ours", "scope": kind, **REASON})
    checked = known(ledger, "noord")
    assert checked is not None
    assert checked.requirements[0].state is State.MET
