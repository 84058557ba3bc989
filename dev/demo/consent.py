"""Give consent on Exact's authorise page: fill in the forms it shows until it redirects to us.

A server may redirect at once, or first ask for a user and his divisions.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urljoin, urlsplit

import mechanicalsoup
import requests
from bs4 import Tag

from dev.local.failures import CannotRun

MAX_PAGES = 10
MAX_TEXT = 200
"""Characters: the text of a page without a form is shown when it is not longer."""
SAYS_NO = re.compile(r"weiger|annul|deny|refuse|cancel|reject|decline|back|terug", re.IGNORECASE)


def give_consent(authorize_url: str, redirect_uri: str, state: str, choice: int = 0) -> str:
    """Return the authorisation code.

    `choice` says which user to take (0 is the first) where the page offers several.
    Raise CannotRun with the page or server that gives no code.
    """
    try:
        return _through_the_pages(authorize_url, redirect_uri, state, choice)
    except requests.RequestException:
        raise CannotRun(
            f"{_server(authorize_url)} does not answer: start that server, or correct EXACT_URL."
        ) from None


def _through_the_pages(authorize_url: str, redirect_uri: str, state: str, choice: int) -> str:
    browser = mechanicalsoup.Browser(soup_config={"features": "html.parser"})
    browser.session.trust_env = False
    answer = browser.get(authorize_url, allow_redirects=False)
    for _ in range(MAX_PAGES):
        if answer.is_redirect:
            target = urljoin(answer.url, answer.headers["Location"])
            if target.startswith(redirect_uri):
                return _code(target, state)
            _same_server(authorize_url, target)
            answer = browser.get(target, allow_redirects=False)
        else:
            answer = _submit(browser, answer, choice)
    raise CannotRun(
        f"The authorise page of {_server(authorize_url)} does not redirect to us after {MAX_PAGES} pages."
    )


def _submit(browser: mechanicalsoup.Browser, page: requests.Response, choice: int) -> requests.Response:
    """Tick every box of the page's form, choose where it offers a choice, and submit it."""
    soup = getattr(page, "soup", None)
    form = soup.find("form") if soup is not None else None
    if page.status_code != requests.codes.ok or form is None:
        raise CannotRun(
            f"The authorise page of {_server(page.url)} answers {page.status_code} and shows no form "
            f"to agree to{_text_of(page)}: check EXACT_URL and EXACT_CLIENT_ID, "
            "and that EXACT_REDIRECT_URI is the redirect address registered there."
        )
    for box in form.find_all("input", type="checkbox"):
        box["checked"] = ""
    _choose(form, choice)
    filled = mechanicalsoup.Form(form)
    filled.choose_submit(_agreeing(form))
    answer: requests.Response = browser.submit(filled, url=page.url, allow_redirects=False)
    return answer


def _text_of(page: requests.Response) -> str:
    """Return the text of a page between brackets when it is short, otherwise an empty text."""
    soup = getattr(page, "soup", None)
    words = " ".join((soup.get_text(" ") if soup is not None else page.text).split())
    return f" ({words})" if 0 < len(words) <= MAX_TEXT else ""


def _choose(form: Tag, choice: int) -> None:
    """Take the `choice`-th option of each list, and of each group of radio buttons."""
    for offered in form.find_all("select"):
        options = [option for option in offered.find_all("option") if option.get("value")]
        for place, option in enumerate(options):
            option.attrs.pop("selected", None)
            if place == choice % len(options):
                option["selected"] = ""
    names = dict.fromkeys(str(button["name"]) for button in form.find_all("input", type="radio"))
    for name in names:
        buttons = form.find_all("input", type="radio", attrs={"name": name})
        for place, button in enumerate(buttons):
            button.attrs.pop("checked", None)
            if place == choice % len(buttons):
                button["checked"] = ""


def _agreeing(form: Tag) -> Tag | None:
    """Return the first button whose name or text does not say no; None when there is no button."""
    buttons = [button for button in form.find_all("button") if button.get("type", "submit") == "submit"]
    buttons += form.find_all("input", type="submit")
    agreeing = [
        button
        for button in buttons
        if not SAYS_NO.search(f"{button.get('name')} {button.get('value')} {button.get_text()}")
    ]
    return next(iter(agreeing + buttons), None)


def _code(target: str, state: str) -> str:
    answer = parse_qs(urlsplit(target).query)
    if "code" not in answer:
        raise CannotRun(f"Exact gave no code but: {' '.join(answer.get('error', ['nothing']))}.")
    if answer.get("state", [state]) != [state]:
        raise CannotRun("Exact came back with another state than we gave it; the consent is not used.")
    return answer["code"][0]


def _same_server(authorize_url: str, target: str) -> None:
    if _server(authorize_url) != _server(target):
        raise CannotRun(
            f"The authorise page of {_server(authorize_url)} redirects to {_server(target)}, "
            "which is not followed."
        )


def _server(url: str) -> str:
    return urlsplit(url).netloc
