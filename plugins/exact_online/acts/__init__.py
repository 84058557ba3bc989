"""What people may do about what is open: one function per act, each with name and reason.

An act changes the ledger alone. What follows in Exact is done by the next night, by its own rules.
Each raises NotReady with a sentence when it does not apply, and LockLost while a night writes.
"""

from exact_online.acts.bookings import adopt, book_again, close
from exact_online.acts.bulk import switch_uploads, want_uploads
from exact_online.acts.debtors import ours, same_person
from exact_online.acts.differences import accept
from exact_online.acts.divisions import share_division
from exact_online.acts.erasing import erase
from exact_online.acts.hand_overs import take_back_file
from exact_online.acts.many import act_on, take_back_all
from exact_online.acts.matches import chosen_matches, not_ours, ours_alike
from exact_online.acts.moving_in import move_in
from exact_online.acts.practices import go_on
from exact_online.acts.settings import want_format
from exact_online.acts.taking_back import take_back

__all__ = [
    "accept",
    "act_on",
    "adopt",
    "book_again",
    "chosen_matches",
    "close",
    "erase",
    "go_on",
    "move_in",
    "not_ours",
    "ours",
    "ours_alike",
    "same_person",
    "share_division",
    "switch_uploads",
    "take_back",
    "take_back_all",
    "take_back_file",
    "want_format",
    "want_uploads",
]
