"""The ledger of one session, by subject."""

from __future__ import annotations

from contextlib import AbstractContextManager, closing

from exact_online.ledger.activation import Activation
from exact_online.ledger.acts import Acts
from exact_online.ledger.auditfiles import Auditfiles
from exact_online.ledger.bookings import Bookings
from exact_online.ledger.call_windows import CallWindows
from exact_online.ledger.decisions import Decisions
from exact_online.ledger.differences import Differences
from exact_online.ledger.erasing import Erasing
from exact_online.ledger.events import Events
from exact_online.ledger.exports import Exports
from exact_online.ledger.fleet import Fleet
from exact_online.ledger.home import Home
from exact_online.ledger.james_debtors import JamesDebtors
from exact_online.ledger.james_months import JamesMonths
from exact_online.ledger.mails import Mails
from exact_online.ledger.matches import Matches
from exact_online.ledger.mirrors import Mirrors
from exact_online.ledger.open_items import OpenItems
from exact_online.ledger.opening import check_one_writer, connect_again
from exact_online.ledger.outages import Outages
from exact_online.ledger.past_years import PastYears
from exact_online.ledger.planning import Planning
from exact_online.ledger.practice_pages import PracticePages
from exact_online.ledger.practices import Practices
from exact_online.ledger.purging import Purging
from exact_online.ledger.reconciled import Reconciled
from exact_online.ledger.relations import Relations
from exact_online.ledger.requirements import Requirements
from exact_online.ledger.review import Review
from exact_online.ledger.runs import Run, Runs
from exact_online.ledger.session import Connection, Session
from exact_online.ledger.settings_history import SettingsHistory
from exact_online.ledger.staging import Staging
from exact_online.ledger.statements import Statements
from exact_online.ledger.to_judge import ToJudge
from exact_online.ledger.tokens import Tokens
from exact_online.ledger.told import Told
from exact_online.ledger.totals import Totals
from exact_online.ledger.uploads import Uploads
from exact_online.ledger.watch_reports import WatchReports
from exact_online.ledger.year_files import YearFiles


class Ledger:
    """Everything that the link keeps, over one session. Not for use by two threads.

    A worker holds the practice while it writes bookings (`holding`), and a dry run writes within
    `rolled_back` alone.
    """

    def __init__(self, conn: Connection) -> None:
        self.session = Session(conn)
        self.home = Home(self.session)
        self.practices = Practices(self.session)
        self.fleet = Fleet(self.session)
        self.practice_pages = PracticePages(self.session)
        self.events = Events(self.session)
        self.settings_history = SettingsHistory(self.session)
        self.activation = Activation(self.session)
        self.requirements = Requirements(self.session)
        self.runs = Runs(self.session)
        self.staging = Staging(self.session)
        self.james_months = JamesMonths(self.session)
        self.james_debtors = JamesDebtors(self.session)
        self.planning = Planning(self.session)
        self.bookings = Bookings(self.session)
        self.uploads = Uploads(self.session)
        self.relations = Relations(self.session)
        self.matches = Matches(self.session)
        self.mails = Mails(self.session)
        self.mirrors = Mirrors(self.session)
        self.review = Review(self.session)
        self.open_items = OpenItems(self.session)
        self.acts = Acts(self.session)
        self.decisions = Decisions(self.session)
        self.differences = Differences(self.session)
        self.to_judge = ToJudge(self.session)
        self.totals = Totals(self.session)
        self.reconciled = Reconciled(self.session)
        self.exports = Exports(self.session)
        self.auditfiles = Auditfiles(self.session)
        self.year_files = YearFiles(self.session)
        self.purging = Purging(self.session)
        self.past_years = PastYears(self.session)
        self.erasing = Erasing(self.session)
        self.tokens = Tokens(self.session)
        self.statements = Statements(self.session)
        self.told = Told(self.session)
        self.outages = Outages(self.session)
        self.watch_reports = WatchReports(self.session)
        self.call_windows = CallWindows(self.session)

    @property
    def conn(self) -> Connection:
        """The connection itself, for tests and tools that look at rows.

        The link runs no statement by it.
        """
        return self.session.conn

    @property
    def is_dry_run(self) -> bool:
        """True while what is written will be rolled back: then nothing may be sent to Exact."""
        return self.session.is_dry_run

    def be_patient(self, seconds: float) -> None:
        """Wait so long, from now on, for a practice that another session holds."""
        self.session.patience_seconds = seconds

    def holding(self, practice: str) -> AbstractContextManager[None]:
        """Hold the lock of a practice: one session at a time writes for it. Raises LockLost."""
        return self.session.holding(practice)

    def check_one_writer(self) -> None:
        """Raise NotReady when a pooler shares sessions, so that a lock holds nobody off."""
        with closing(connect_again(self.conn)) as second:
            check_one_writer(self.session, Session(second))

    def check_holds(self, practice: str) -> None:
        """Raise LockLost unless this very session still holds the practice."""
        self.session.check_holds(practice)

    def transaction(self, name: str) -> AbstractContextManager[None]:
        """Make what is written inside one transaction;
        `name` is how its crash points are called.
        """
        return self.session.transaction(name)

    def rolled_back(self, run: Run | None = None) -> AbstractContextManager[None]:
        """Make what is written inside visible inside, where `run` counts as a night,
        and roll it back.
        """
        return self.session.rolled_back(run.run_id if run else None)
