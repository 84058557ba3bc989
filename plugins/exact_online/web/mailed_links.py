"""Making a link for somebody without an account, and mailing it."""

from __future__ import annotations

from html import escape

from exact_online.activation import questions
from exact_online.activation.links import VALID_FOR, token_of
from exact_online.activation.questions import KIND_WORDS, Question
from exact_online.ledger import EventKind, Ledger, Practice
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


def question_address(link_id: str) -> str:
    """Return the address of a link that asks something."""
    return public_address(f"/question/{token_of(link_id, signing_key())}")


def ask_and_mail(
    ledger: Ledger, practice: Practice, person: str, mail_address: str, question: Question, made_by: str
) -> bool:
    """Make a link that asks one question, and mail it; return whether the mail went."""
    with ledger.transaction("make link"):
        link_id = ledger.activation.make_link(
            practice.code, person, mail_address, made_by, questions.VALID_FOR, vars(question)
        )
        details = {"kind": question.kind, "code": question.code}
        ledger.events.note(practice.code, made_by, EventKind.QUESTION_SENT, link=link_id, **details)
    return send(mail_address, question_message(practice.name, person, question, question_address(link_id)))


def question_message(practice_name: str, person: str, question: Question, address: str) -> Message:
    """Return the mail with a question, in Dutch."""
    what = f"{KIND_WORDS[question.kind][0]} {question.code}"
    html = (
        f"<p>Beste {escape(person)},</p>"
        f"<p>Op {escape(what)} van {escape(practice_name)} kan in Exact Online niet worden geboekt. "
        "Facturen uit James wachten daarop. Welke code komt ervoor in de plaats?</p>"
        f'<p><a href="{escape(address)}">De vraag beantwoorden</a></p>'
        f"<p>U hoeft niet in te loggen. De link is {questions.VALID_FOR.days} dagen geldig, werkt voor een "
        "antwoord en is alleen voor u: stuur deze mail niet door. U kunt het ook in Exact Online zelf "
        "herstellen; dan hoeft u hier niets te doen.</p>"
    )
    return Message(f"Een vraag over {what} van {practice_name}", html)


def hidden_address(mail_address: str) -> str:
    """Return an address by which its owner knows it and nobody else learns it: a...@kantoor.nl."""
    name, _, host = mail_address.rpartition("@")
    return f"{name[:1]}...@{host}"
