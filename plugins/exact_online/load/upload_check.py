"""Do uploads work tonight? One call proves it before the first; what fails is told once.

Exact may phase its XML upload out, or change how it answers. Then history goes entry by entry, as
without the setting, and nobody has to do anything first.
"""

from __future__ import annotations

import logging

from exact_online.api.answers import AnswerKind
from exact_online.api.client import UPLOAD
from exact_online.api.xml_answers import ERRORS
from exact_online.failures import AccessDenied
from exact_online.ledger import Adjustment
from exact_online.ledger.uploads import UploadOutcome
from exact_online.load.gl_transactions import TOPIC, check_document
from exact_online.load.queue import CHECK_CALLS
from exact_online.load.session import LoadSession
from exact_online.reason_codes import Reason

MOST_LOST = 2
"""So many uploads of a run without an answer, and the rest of it goes entry by entry."""
KEY = "upload"
"""Under this key stands that uploads do not work in a practice's division."""

log = logging.getLogger(__name__)


def uploads_work(load: LoadSession) -> bool:
    """Return whether the next upload may be made; the first question of a run costs a call.

    No while the switch of the fleet is off, when Exact does not answer the check as we understand
    it, when it denied an upload of this run, and after `MOST_LOST` without
    an answer. Raises what stops a call.
    """
    uploads = load.ledger.uploads
    standing = uploads.standing(load.run)
    if not standing.is_on:
        return False
    if standing.checked is None:
        uploads.note_check(load.run, _check(load))
    return tell_whether_they_work(load)


def tell_whether_they_work(load: LoadSession) -> bool:
    """Return whether uploads still work by all that this run has seen of them, without a call.

    Written down each time, so that what ends them is told though no other upload follows.
    """
    standing = load.ledger.uploads.standing(load.run)
    is_served = standing.checked == UploadOutcome.ANSWERED and not standing.was_denied
    works = is_served and standing.lost < MOST_LOST
    _tell(load, works)
    return works


def _check(load: LoadSession) -> UploadOutcome:
    """Send one entry that nobody can book; Exact must reject it, by its number."""
    load.exact.make_ready(UPLOAD)
    try:
        with load.exact.leaving(CHECK_CALLS):
            answer = load.exact.upload(TOPIC, check_document())
    except AccessDenied as failure:
        log.warning("Exact takes no upload: %s", failure)
        return UploadOutcome.DENIED
    messages = answer.document if answer.kind is AnswerKind.DONE else []
    if [(each.kind in ERRORS, each.number) for each in messages] == [(True, 1)]:
        return UploadOutcome.ANSWERED
    log.warning("Exact does not answer the check of its upload as expected (%s).", answer.cause)
    return UploadOutcome.LOST


def _tell(load: LoadSession, works: bool) -> None:
    """Written down while it is so, so that it is told once."""
    found = [] if works else [Adjustment(KEY, Reason.UPLOADS_DO_NOT_WORK, {})]
    load.ledger.review.end_adjustments(load.run.practice, KEY, found)
    if found:
        load.ledger.review.save_adjustments(load.run, found)
