"""The answer table, row by row."""

from __future__ import annotations

import json
from typing import Any

import pytest
from requests.structures import CaseInsensitiveDict

from exact_online.api.answers import Answer, AnswerKind, classify

ENTRY_ID = "11111111-2222-3333-4444-555555555555"
MINUTE = {
    "X-RateLimit-Minutely-Limit": "60",
    "X-RateLimit-Minutely-Remaining": "0",
    "X-RateLimit-Minutely-Reset": "1772413860000",
}
DAY = {"X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1772496000000"}
PLENTY = {"X-RateLimit-Remaining": "4000", "X-RateLimit-Minutely-Remaining": "12"}


def answer(
    method: str, status: int, body: Any = b"", headers: dict[str, str] | None = None, *, by_id: bool = False
) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return classify(method, status, CaseInsensitiveDict(headers or {}), content, by_id=by_id)


def error(text: str) -> dict[str, Any]:
    return {"error": {"code": "", "message": {"lang": "", "value": text}}}


def test_a_made_record_with_its_id_is_done() -> None:
    made = answer("POST", 201, {"d": {"EntryID": ENTRY_ID, "EntryNumber": 7}})
    assert (made.kind, made.exact_id, made.entity) == (
        AnswerKind.DONE,
        ENTRY_ID,
        {"EntryID": ENTRY_ID, "EntryNumber": 7},
    )


def test_a_change_has_no_body_and_is_done() -> None:
    assert answer("PUT", 204).kind is answer("DELETE", 204).kind is AnswerKind.DONE


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"d": {"EntryID": "1111',
        {"d": {}},
        {"d": {"EntryID": None, "EntryNumber": 7}},
        {"d": {"EntryID": "no guid"}},
        {"d": []},
    ],
    ids=["empty", "truncated", "no properties", "null", "no guid", "no record"],
)
def test_a_success_without_a_readable_id_is_doubtful(body: Any) -> None:
    """FR-B12."""
    assert answer("POST", 201, body).kind is AnswerKind.DOUBTFUL


def test_a_success_with_the_id_of_another_record_is_doubtful() -> None:
    """FR-B12."""
    entries = "https://start.exactonline.nl/api/v1/1/salesentry/SalesEntries"
    address = {"uri": f"{entries}(guid'99999999-2222-3333-4444-555555555555')"}
    assert (
        answer("POST", 201, {"d": {"__metadata": address, "EntryID": ENTRY_ID}}).kind is AnswerKind.DOUBTFUL
    )
    address["uri"] = address["uri"].replace("9" * 8, "1" * 8)
    assert answer("POST", 201, {"d": {"__metadata": address, "EntryID": ENTRY_ID}}).kind is AnswerKind.DONE


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
@pytest.mark.parametrize(
    "body",
    [b"", b"<html>Bad gateway</html>", b'{"error":{"message":{"value":""}}}'],
    ids=["empty", "html", "no words"],
)
def test_trouble_on_the_way_is_doubtful(status: int, body: bytes) -> None:
    """FR-B10."""
    assert answer("POST", status, body).kind is AnswerKind.DOUBTFUL


def test_a_gateway_is_not_believed_even_if_it_speaks() -> None:
    assert answer("POST", 503, error("Server too busy")).kind is AnswerKind.DOUBTFUL


@pytest.mark.parametrize("status", [400, 500])
@pytest.mark.parametrize(
    "words", ["Periode is afgesloten: 2026 - 1", "Mandatory: Journal", "Never heard of\r\nbefore"]
)
def test_content_is_rejected_in_exacts_own_words(status: int, words: str) -> None:
    """FR-B9, FR-B20: known or not, Dutch or English, whole."""
    rejected = answer("POST", status, error(words))
    assert (rejected.kind, rejected.message) == (AnswerKind.REJECTED, words)


def test_a_bad_request_without_words_is_rejected_because_it_was_not_executed() -> None:
    assert answer("POST", 400, b"<html>Bad Request</html>").kind is AnswerKind.REJECTED


@pytest.mark.parametrize(
    "words",
    [
        "In gebruik: Boekstuknummer",
        "In use: Entry number",
        "Gegeven bestaat reeds.",
        "Bestaat reeds: Mandaat referentie",
        "Already exists - Entry number: 7, Journal: 70",
        "Verplicht: Dagboek\r\nIn gebruik: Boekstuknummer",
        "Moet zijn: Uniek - Relatie",
    ],
)
def test_what_exists_already_must_be_looked_up(words: str) -> None:
    assert answer("POST", 500, error(words)).kind is AnswerKind.IN_USE


def test_401_is_about_the_token() -> None:
    assert answer("POST", 401, b"", {"Reason": "Authentication Required"}).kind is AnswerKind.TOKEN


@pytest.mark.parametrize("status", [403, 404])
def test_403_and_404_are_about_the_configuration(status: int) -> None:
    denied = answer("POST", status, error("Forbidden"), {"Reason": "NoDivisionAccess"})
    assert (denied.kind, denied.cause) == (AnswerKind.CONFIGURATION, f"status {status} NoDivisionAccess")


def test_404_for_one_record_is_about_that_record() -> None:
    assert answer("PUT", 404, by_id=True).kind is AnswerKind.GONE
    assert answer("PUT", 403, by_id=True).kind is AnswerKind.CONFIGURATION


def test_429_tells_which_limit_by_the_family_that_is_there() -> None:
    """FR-B5, FR-B7."""
    assert answer("POST", 429, b"", MINUTE).kind is AnswerKind.MINUTE_FULL
    assert answer("POST", 429, b"", DAY).kind is AnswerKind.DAY_FULL
    assert answer("POST", 429, b"", {**MINUTE, **DAY}).kind is AnswerKind.DAY_FULL
    assert (
        answer("POST", 429, b"", {**DAY, **MINUTE, "X-RateLimit-Remaining": "100"}).kind
        is AnswerKind.MINUTE_FULL
    )
    assert answer("POST", 429, b"", {"Retry-After": "20"}).kind is AnswerKind.MINUTE_FULL


@pytest.mark.parametrize(
    "headers", [{}, PLENTY, {"Retry-After": "3600"}], ids=["none", "calls left", "an hour"]
)
def test_429_that_explains_nothing_is_a_block(headers: dict[str, str]) -> None:
    """FR-B6, FR-B8."""
    assert answer("POST", 429, b"", headers).kind is AnswerKind.BLOCKED


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_web_page_or_a_redirect_is_not_the_api(method: str) -> None:
    """FR-B14, FR-B15."""
    page = answer(method, 200, b"<!DOCTYPE html><title>Log in</title>")
    redirect = answer(method, 302, b"", {"Location": "https://elsewhere.example"})
    assert page.kind is redirect.kind is AnswerKind.PROTOCOL
    assert page.unknown_outcome
    assert redirect.unknown_outcome


def test_what_exact_counts_as_an_error_is_counted() -> None:
    assert [
        status
        for status in (200, 400, 401, 403, 404, 429, 500, 503)
        if answer("GET", status, b"{}").counts_as_error
    ] == [
        400,
        401,
        403,
        404,
    ]


def test_an_answer_shows_no_body_when_it_is_printed() -> None:
    """FR-K4."""
    assert "Jansen" not in repr(answer("POST", 201, {"d": {"ID": ENTRY_ID, "Name": "Jansen"}}))
