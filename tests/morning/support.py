"""Support in a browser: from the list of practices to the cause, the cure, and the button."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field

from playwright.sync_api import Page

from tests.morning.people import Practice
from tests.morning.places import practices
from tests.morning.plan import ANSWER, BROKEN, Fault

ACCOUNTANT = "a.boekhouder@kantoor.example"
WHY = "nagelopen met de praktijk"
MOST_TABS = 80
FOCUS = """() => {
    const at = document.activeElement, style = getComputedStyle(at);
    return {words: ["A", "BUTTON"].includes(at.tagName) ? at.textContent : "",
            value: at.value || "", id: at.id || "",
            outline: style.outlineStyle !== "none" || style.boxShadow !== "none"};
}"""


def name_of(code: str) -> str:
    """Return the name of one of the five practices."""
    return next(each.name for each in practices() if each.code == code)


@dataclass
class Found:
    """How one fault was found and ended."""

    fault: str
    clicks: int
    sentence: str
    cure: str
    """Who cures it, and where, as the page says."""
    ended_by: str = ""
    seconds: float = 0.0


@dataclass
class Support:
    """One person with a login, a browser and a telephone."""

    page: Page
    root: str
    """Address of the pages."""
    exact: Page
    """A second tab, which the bookkeeper uses."""
    practices: dict[str, Practice]
    letters: Callable[[], list[str]]
    """The mails to the accountant that came so far."""
    found: list[Found] = field(default_factory=list)
    clicks: int = 0
    """Since a page was opened by its address."""

    def work_off(self, fault: Fault, look: Callable[[Page, str], None] = lambda page, name: None) -> None:
        """Find a fault, cure it and press its button. `look` is shown each page on the way."""
        began = time.monotonic()
        found = self.find(fault)
        look(self.page, fault.kind.reason)
        found.ended_by = self._end(fault, look)
        found.seconds = round(time.monotonic() - began, 1)
        self.found.append(found)

    def find(self, fault: Fault) -> Found:
        """Click from the list of practices to the cause; count the clicks."""
        if fault.kind is BROKEN:
            self._open_practice(fault)
            sentence = self.page.get_by_role("alert").filter(has_text=fault.kind.words).first.inner_text()
            self._click("Naar de koppeling")
            self.page.get_by_role("heading", name="Koppeling met Exact").wait_for()
            return Found(fault.name, self.clicks, sentence, "de Exact-gebruiker")
        self._open_cause(fault, fault.words(fault.kind.words))
        panel = self.page.locator("p.notice").first
        sentence, cure = panel.inner_text().split("\n")[:2]
        assert fault.words(fault.kind.words) in sentence, sentence
        self.page.get_by_role("link", name=fault.key, exact=True).wait_for()
        return Found(fault.name, self.clicks, sentence, cure)

    def accept_what_is_left(self, faults: Sequence[Fault]) -> None:
        """Accept what the night after the cures told anew: another amount, as known."""
        for fault in [each for each in faults if each.kind.then]:
            self._open_cause(fault, fault.words(fault.kind.then))
            self._press("Accepteren")

    def accept_by_keyboard(self, fault: Fault) -> int:
        """Go from the list of practices to the press of *Accepteren* by keys alone; count them."""
        self.go("/?q=fysio")
        keys = self._tab_to(name_of(fault.practice))
        self._enter()
        keys += self._tab_to(fault.words(fault.kind.words))
        self._enter()
        sentence, cure = self.page.locator("p.notice").first.inner_text().split("\n")[:2]
        keys += self._tab_to("accept")
        self.page.keyboard.press("Space")
        keys += self._tab_to("why")
        self.page.keyboard.type(WHY)
        keys += self._tab_to("Uitvoeren")
        self._enter()
        self.page.get_by_text("Bij 1 record is dit gedaan.").wait_for()
        self.found.append(Found(fault.name, 0, sentence, cure, "support, by Accepteren, without a mouse"))
        return keys + 4

    def _tab_to(self, words: str) -> int:
        """Press Tab until what has these words, this value or this id has the focus."""
        for pressed in range(1, MOST_TABS):
            self.page.keyboard.press("Tab")
            focus = self.page.evaluate(FOCUS)
            if words in focus["words"] or words in (focus["value"], focus["id"]):
                assert focus["outline"], f"{words} does not show that it has the focus"
                return pressed
        raise AssertionError(f"Tab never comes to {words}")

    def _enter(self) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.page.locator("html[data-ready]").wait_for(state="attached")

    def go(self, path: str) -> None:
        """Open a page by its address, or by a bookmark."""
        self.clicks = 0
        self.page.goto(self.root + path)
        self.page.locator("html[data-ready]").wait_for(state="attached")

    def _open_practice(self, fault: Fault) -> None:
        self.go("/?q=fysio")
        self._click(name_of(fault.practice))

    def _open_cause(self, fault: Fault, words: str) -> None:
        self._open_practice(fault)
        self._click(re.compile(re.escape(words)))

    def _click(self, link: str | re.Pattern[str]) -> None:
        self.page.get_by_role("link", name=link).click()
        self.clicks += 1

    def _end(self, fault: Fault, look: Callable[[Page, str], None]) -> str:
        of, kind = self.practices[fault.practice], fault.kind
        match fault.where:
            case "james":
                assert kind.cure is not None
                kind.cure(of)
                return "the practice, in James"
            case "exact":
                self._in_exact(of, fault.words(kind.clicks), look)
                return f"the bookkeeper, in Exact ({fault.words(kind.clicks)})"
            case "button":
                self._press(kind.button)
                look(self.page, f"{kind.reason}-done")
                return f"support, by {kind.button}"
            case "question":
                self._ask(look)
                return "the accountant, by the question that was mailed"
            case "link":
                self._mail_link(look)
                return "the Exact user, by the link that was mailed"

    def _in_exact(self, of: Practice, clicks: str, look: Callable[[Page, str], None]) -> None:
        """What the bookkeeper presses in the books of the simulator."""
        place, label = clicks.split(": ", 1)
        number = of.exact.division(of.code)
        if place == "schakelbord":
            self.exact.goto(f"{of.exact.url}/schakelbord")
            form = self.exact.locator("form[action='/schakelbord/periode']")
            form.locator("select").select_option(str(number))
            form.locator("[name=year]").fill("2026")
            form.locator("[name=period]").fill("10")
            form.get_by_role("button", name=label, exact=True).click()
        else:
            self.exact.goto(f"{of.exact.url}/boeken/{number}/{place}")
            look(self.exact, f"exact-{place}")
            self.exact.get_by_role("button", name=label, exact=True).click()
            self.exact.get_by_role(
                "button", name=label.replace("Vrijgeven", "Blokkeren"), exact=True
            ).wait_for()

    def _press(self, button: str) -> None:
        self.page.get_by_role("radio", name=re.compile(f"^{button}:")).check()
        self.page.get_by_label("Waarom").fill(WHY)
        self.page.get_by_role("button", name="Uitvoeren").click()
        self.page.get_by_text("Bij 1 record is dit gedaan.").wait_for()

    def _ask(self, look: Callable[[Page, str], None]) -> None:
        """Mail the question; the accountant opens its link, without a login, and answers."""
        before = len(self.letters())
        self.page.get_by_label("Naam van de accountant").fill("A. Boekhouder")
        self.page.get_by_label("E-mailadres").fill(ACCOUNTANT)
        self.page.get_by_role("button", name="De vraag mailen").click()
        self.page.get_by_text("De vraag is gemaild.").wait_for()
        visitor = self._as_accountant(before)
        look(visitor, "question")
        visitor.get_by_label("Boek voortaan met").select_option(ANSWER)
        visitor.get_by_role("button", name="Dit antwoord opslaan").click()
        visitor.get_by_role("heading", name="Dank u").wait_for()
        visitor.context.close()

    def _mail_link(self, look: Callable[[Page, str], None]) -> None:
        """Mail a link; the accountant opens it, agrees, and gives consent at Exact once more."""
        before = len(self.letters())
        self.page.get_by_label("Naam van de accountant").fill("A. Boekhouder")
        self.page.get_by_label("E-mailadres").fill(ACCOUNTANT)
        self.page.get_by_role("button", name="Link mailen").click()
        self.page.get_by_text("De link is gemaild.").wait_for()
        visitor = self._as_accountant(before)
        look(visitor, "link")
        visitor.locator("input[name=agreed]").check()
        visitor.locator("form[target=_top] button").click()
        visitor.get_by_label("Gebruiker").select_option(label="Bert Boekhouder")
        visitor.get_by_role("button", name="Toestaan").click()
        visitor.get_by_text("De koppeling met Exact is gemaakt.").wait_for()
        visitor.context.close()

    def _as_accountant(self, known: int) -> Page:
        until = time.monotonic() + 30
        while len(letters := self.letters()) <= known:
            assert time.monotonic() < until, "no mail came"
            time.sleep(0.2)
        (address,) = set(re.findall(r'href="([^"]+)"', letters[-1]))
        browser = self.page.context.browser
        assert browser is not None
        page = browser.new_context(locale="nl-NL", viewport={"width": 1280, "height": 900}).new_page()
        page.goto(address)
        page.locator("html[data-ready]").wait_for(state="attached")
        return page

    def report(self) -> list[dict[str, object]]:
        """Return what was found, as JSON values."""
        return [asdict(each) for each in self.found]
