"""Making a link for somebody without an account, and mailing it."""

from __future__ import annotations

from html import escape

from exact_online.activation.links import VALID_FOR, token_of
from exact_online.ledger import EventKind, Ledger
from exact_online.report.mail import Message
from exact_online.tasks.support_mail import send
from exact_online.web.exact import public_address, signing_key


def link_address(link_id: str) -> str:
    """Return the address of a link."""
    return public_address(f"/activate/{token_of(link_id, signing_key())}")


def make_and_mail(
    ledger: Ledger, practice: str, practice_name: str, person: str, mail_address: str, made_by: str
) -> bool:
    """Make a link and mail it; return whether the mail went. The page shows it all the same."""
    with ledger.transaction("make link"):
        link_id = ledger.activation.make_link(practice, person, mail_address, made_by, VALID_FOR)
        ledger.events.note(practice, made_by, EventKind.LINK_SENT, link=link_id)
    return send(mail_address, link_message(practice_name, person, link_address(link_id)))


def link_message(practice_name: str, person: str, address: str) -> Message:
    """Return the mail with a link, in Dutch: what it is for, and what to do."""
    html = (
        f"<p>Beste {escape(person)},</p>"
        f"<p>Praktijk {escape(practice_name)} wil haar facturen uit James laten boeken in Exact Online. "
        "Daarvoor is de toestemming nodig van een gebruiker van Exact die in de administratie van de "
        "praktijk mag boeken.</p>"
        f'<p><a href="{escape(address)}">Koppeling met Exact Online instellen</a></p>'
        f"<p>De link is {VALID_FOR.days} dagen geldig en werkt voor een toestemming. Hij is alleen voor u: "
        "stuur deze mail niet door. Verwacht u deze mail niet, dan hoeft u niets te doen.</p>"
    )
    return Message(f"Koppeling met Exact Online voor {practice_name}", html)


def hidden_address(mail_address: str) -> str:
    """Return an address by which its owner knows it and nobody else learns it: a...@kantoor.nl."""
    name, _, host = mail_address.rpartition("@")
    return f"{name[:1]}...@{host}"
