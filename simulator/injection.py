"""Carries out one fault around one request: before it, instead of it, or on its answer."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from simulator.division import Division
from simulator.exchange import JsonResponse, Response, header_text, with_body
from simulator.faults import Fault
from simulator.world import World

ELSEWHERE = "http://elsewhere.invalid/login"
_LOGIN_PAGE = (
    b"<!DOCTYPE html><html><head><title>Inloggen</title></head>"
    b"<body><form><input name='user'></form></body></html>"
)


@dataclass
class Outcome:
    """What goes back over the wire."""

    answer: Response | None
    """None: the connection is cut without a word."""
    wait_seconds: float = 0.0
    cut_after: int | None = None
    """So many bytes of the body, and then the connection is cut."""


@dataclass(frozen=True)
class FaultContext:
    """What a fault may touch, and the request that it strikes."""

    world: World
    division: Division | None
    user_id: str | None
    execute: Callable[[], Response]
    content: bytes = b""
    """The body of the request."""


def inject(fault: Fault | None, context: FaultContext) -> Outcome:
    """Return the outcome of a request under a fault, or without one."""
    if fault is None:
        return Outcome(context.execute())
    return _KINDS[fault.kind](fault.settings, context)


def _drop_before(settings: dict[str, Any], context: FaultContext) -> Outcome:
    return Outcome(None, settings.get("wait_seconds", 0.0))


def _drop_after_commit(settings: dict[str, Any], context: FaultContext) -> Outcome:
    context.execute()
    return Outcome(None, settings.get("wait_seconds", 0.0))


def _slow_commit(settings: dict[str, Any], context: FaultContext) -> Outcome:
    context.world.faults.postpone(settings.get("seconds", 30.0), context.execute)
    return Outcome(None, settings.get("wait_seconds", 0.0))


def _slow_answer(settings: dict[str, Any], context: FaultContext) -> Outcome:
    return Outcome(context.execute(), settings.get("wait_seconds", 1.0))


def _status(settings: dict[str, Any], context: FaultContext) -> Outcome:
    if settings.get("executed"):
        context.execute()
    headers = {name: header_text(value) for name, value in settings.get("headers", {}).items()}
    answer = Response(str(settings.get("body", "")), int(settings.get("status", 500)), headers)
    if answer.body:
        answer.headers.setdefault(
            "content-type", header_text(settings.get("content_type", JsonResponse.media_type))
        )
    return Outcome(answer)


def _html_page(settings: dict[str, Any], context: FaultContext) -> Outcome:
    if settings.get("executed"):
        context.execute()
    return Outcome(Response(_LOGIN_PAGE, media_type="text/html"))


def _redirect(settings: dict[str, Any], context: FaultContext) -> Outcome:
    return Outcome(
        Response(status_code=302, headers={"Location": header_text(settings.get("location", ELSEWHERE))})
    )


def _truncate(settings: dict[str, Any], context: FaultContext) -> Outcome:
    answer = context.execute()
    return Outcome(with_body(answer, answer.body[: len(answer.body) // 2]))


def _truncate_connection(settings: dict[str, Any], context: FaultContext) -> Outcome:
    answer = context.execute()
    return Outcome(answer, cut_after=len(answer.body) // 2)


def _empty_answer(settings: dict[str, Any], context: FaultContext) -> Outcome:
    return Outcome(Response(status_code=context.execute().status_code))


def _answer_without_id(settings: dict[str, Any], context: FaultContext) -> Outcome:
    return _rewritten(
        context.execute(),
        lambda entity: {name: value if name == "__metadata" else None for name, value in entity.items()},
        lambda data: dict.fromkeys(data, ""),
    )


def _answer_of_another(settings: dict[str, Any], context: FaultContext) -> Outcome:
    def other(entity: dict[str, Any]) -> dict[str, Any]:
        return {
            name: str(uuid.uuid4()) if name in {"ID", "EntryID"} else value for name, value in entity.items()
        }

    return _rewritten(context.execute(), other, lambda data: {**data, "key": str(uuid.uuid4())})


def _rewritten(
    answer: Response,
    change: Callable[[dict[str, Any]], dict[str, Any]],
    change_message: Callable[[dict[str, str]], dict[str, str]],
) -> Outcome:
    """What the answer says of the record is changed; of an upload, what each message says of its
    element.
    """
    if answer.status_code >= 300 or not answer.body:
        return Outcome(answer)
    if answer.media_type == "text/xml":
        root = ElementTree.fromstring(bytes(answer.body))
        for data in root.iterfind("Messages/Message/Topic/Data"):
            data.attrib = change_message(dict(data.attrib))
        return Outcome(with_body(answer, ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)))
    entity = json.loads(bytes(answer.body))["d"]
    return Outcome(with_body(answer, JsonResponse({"d": change(entity)}).body))


def _duplicate(settings: dict[str, Any], context: FaultContext) -> Outcome:
    first = context.execute()
    context.execute()
    return Outcome(first)


def _stale_read(settings: dict[str, Any], context: FaultContext) -> Outcome:
    if context.division is None:
        return Outcome(context.execute())
    before = context.division.version
    answer = context.execute()
    until = context.world.clock.seconds() + settings.get("seconds", 30.0)
    for table in context.division.tables.values():
        for row in table.by_version(before):
            context.division.hidden[row[table.key]] = until
    return Outcome(answer)


def _foreign_next(settings: dict[str, Any], context: FaultContext) -> Outcome:
    answer = context.execute()
    found = json.loads(bytes(answer.body)) if answer.status_code == 200 else {}
    if isinstance(found.get("d"), dict) and "results" in found["d"]:
        found["d"]["__next"] = settings.get("location", ELSEWHERE)
        answer = with_body(answer, JsonResponse(found).body)
    return Outcome(answer)


def _revoke_user(settings: dict[str, Any], context: FaultContext) -> Outcome:
    if context.user_id is not None:
        context.world.users[context.user_id].denied_with = settings.get("reason", "BlockedUser")
    return Outcome(context.execute())


def _withdraw_consent(settings: dict[str, Any], context: FaultContext) -> Outcome:
    if context.user_id is not None:
        context.world.authority.withdraw(context.user_id)
    return Outcome(context.execute())


def _close_period(settings: dict[str, Any], context: FaultContext) -> Outcome:
    if context.division is not None:
        context.division.close_period(
            int(settings["year"]), int(settings["period"]), settings.get("journal", "*")
        )
    return Outcome(context.execute())


def _delete_relation(settings: dict[str, Any], context: FaultContext) -> Outcome:
    """By hand in Exact, entries or not: what is left points at nothing."""
    if context.division is not None:
        context.division.delete("Accounts", context.division.relation(settings["code"])["ID"])
    return Outcome(context.execute())


def _block_relation(settings: dict[str, Any], context: FaultContext) -> Outcome:
    if context.division is not None:
        row = context.division.relation(settings["code"])
        row["Blocked"] = True
        context.division.save("Accounts", row)
    return Outcome(context.execute())


def _call(settings: dict[str, Any], context: FaultContext) -> Outcome:
    settings["act"](context.world)
    return Outcome(context.execute())


def _upload_breaks_off(settings: dict[str, Any], context: FaultContext) -> Outcome:
    if context.division is not None:
        sent = context.content.count(b"<GLTransaction ")
        context.division.upload_breaks_after = int(settings.get("count", sent // 2))
    return Outcome(context.execute())


def _upload_leaves_out(settings: dict[str, Any], context: FaultContext) -> Outcome:
    def shorter(messages: list[ElementTree.Element]) -> list[ElementTree.Element]:
        return messages[int(settings.get("count", (len(messages) + 1) // 2)) :]

    return _with_messages(context.execute(), shorter)


def _upload_in_other_order(settings: dict[str, Any], context: FaultContext) -> Outcome:
    return _with_messages(context.execute(), lambda messages: messages[1:] + messages[:1])


def _with_messages(
    answer: Response, change: Callable[[list[ElementTree.Element]], list[ElementTree.Element]]
) -> Outcome:
    if answer.status_code >= 300 or not answer.body:
        return Outcome(answer)
    root = ElementTree.fromstring(bytes(answer.body))
    found = root.find("Messages")
    if found is not None:
        found[:] = change(list(found))
    body = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Outcome(with_body(answer, body))


_KINDS: dict[str, Callable[[dict[str, Any], FaultContext], Outcome]] = {
    "answer_of_another": _answer_of_another,
    "answer_without_id": _answer_without_id,
    "block_relation": _block_relation,
    "call": _call,
    "close_period": _close_period,
    "delete_relation": _delete_relation,
    "drop_after_commit": _drop_after_commit,
    "drop_before": _drop_before,
    "duplicate": _duplicate,
    "empty_answer": _empty_answer,
    "foreign_next": _foreign_next,
    "html_page": _html_page,
    "redirect": _redirect,
    "revoke_user": _revoke_user,
    "slow_answer": _slow_answer,
    "slow_commit": _slow_commit,
    "stale_read": _stale_read,
    "status": _status,
    "truncate": _truncate,
    "truncate_connection": _truncate_connection,
    "upload_breaks_off": _upload_breaks_off,
    "upload_in_other_order": _upload_in_other_order,
    "upload_leaves_out": _upload_leaves_out,
    "withdraw_consent": _withdraw_consent,
}
