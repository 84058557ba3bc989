"""What is odd in the settings of a practice and stops nothing: logged, and told once."""

from __future__ import annotations

import logging

from exact_online.ledger import Adjustment
from exact_online.night.context import Night
from exact_online.readiness import readiness_remarks, remark_sentence

SETTINGS_KEY = "instellingen"
"""Under this key stands what is odd in the settings of a practice."""

log = logging.getLogger(__name__)


def note_remarks(night: Night) -> None:
    """Log what is odd in the settings, and write it down, so that it is told once (M13)."""
    remarks = readiness_remarks(night.settings, night.lists)
    for remark in remarks:
        log.warning("%s", remark_sentence(remark))
    found = [Adjustment(SETTINGS_KEY, remark.reason, remark.values) for remark in remarks]
    night.ledger.review.end_adjustments(night.practice.code, SETTINGS_KEY, found)
    night.ledger.review.save_adjustments(night.run, found)
