"""The end of a link: of one practice, or of all practices of an Exact user who stops.

Settings, division and bookings stay, so that a new consent goes on where it ended. Tokens that no
practice uses any more are deleted at once.
"""

from __future__ import annotations

from exact_online.ledger import EventKind, Ledger


def disconnect(ledger: Ledger, practice: str, who: str) -> bool:
    """End the link of a practice; return False when it had none."""
    known, given = ledger.practices.get(practice), ledger.activation.given(practice)
    chains = {chain for chain in (known.chain_id, given and given.chain_id) if chain}
    with ledger.transaction("disconnect"):
        is_ended = ledger.activation.disconnect(practice)
        ledger.activation.forget_chains(sorted(chains))
        if chains:
            ledger.events.note(practice, who, EventKind.DISCONNECTED, division=known.division)
    return is_ended


def disconnect_all(ledger: Ledger, chain_id: str, who: str) -> list[str]:
    """End the links of all practices of one Exact user, also of those that are off already.

    Return their names. His tokens are deleted, also when he has no practice.
    """
    practices = ledger.activation.practices_of_chain(chain_id)
    with ledger.transaction("disconnect all"):
        for practice in practices:
            disconnect(ledger, practice.code, who)
        ledger.activation.forget_chains([chain_id])
    return [practice.name for practice in practices]
