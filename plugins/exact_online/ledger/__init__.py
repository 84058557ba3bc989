"""The link's own schema `exact_sync`: all that is written down about practices, runs,
bookings and tokens.

Nothing outside of this package runs a statement on that schema, but for its migrations.
"""

from exact_online.ledger.bookings import (
    CLAIM_SECONDS,
    MAX_LOST_ANSWERS,
    NIGHTS_FOR_ORIGINAL,
    Booking,
    DoubtfulBooking,
    Move,
)
from exact_online.ledger.clock import LedgerClock
from exact_online.ledger.differences import (
    Difference,
    DifferenceCounts,
    Followed,
    JudgedBooking,
)
from exact_online.ledger.events import EventKind, PracticeEvent
from exact_online.ledger.exports import ExportFile, HandedOverEntry
from exact_online.ledger.fleet import FleetFigures, PracticeStatus
from exact_online.ledger.ledger import Ledger
from exact_online.ledger.night_numbers import Cell, JournalTotal, NightNumbers, OpenGroup, SuspenseTotal
from exact_online.ledger.open_items import OpenCause, OpenFilter, OpenRecord, Order
from exact_online.ledger.opening import SESSION_OPTIONS, connect, opened_ledger, worker_name
from exact_online.ledger.planning import Batch, BatchOutcome
from exact_online.ledger.practices import Practice, PracticeWithDag
from exact_online.ledger.relations import DebtorDocument, TakenRelation
from exact_online.ledger.review import (
    Adjustment,
    AttentionItem,
    DoubledDebtor,
    SentAgain,
)
from exact_online.ledger.runs import JamesAmount, JamesTotal, Run, RunOutcome
from exact_online.ledger.session import Connection
from exact_online.ledger.tokens import ChainStore, IdleChain
from exact_online.ledger.totals import Days, RunCounts, SettledCell, SettledLine, StateTotal

__all__ = [
    "CLAIM_SECONDS",
    "MAX_LOST_ANSWERS",
    "NIGHTS_FOR_ORIGINAL",
    "SESSION_OPTIONS",
    "Adjustment",
    "AttentionItem",
    "Batch",
    "BatchOutcome",
    "Booking",
    "Cell",
    "ChainStore",
    "Connection",
    "Days",
    "DebtorDocument",
    "Difference",
    "DifferenceCounts",
    "DoubledDebtor",
    "DoubtfulBooking",
    "EventKind",
    "ExportFile",
    "FleetFigures",
    "Followed",
    "HandedOverEntry",
    "IdleChain",
    "JamesAmount",
    "JamesTotal",
    "JournalTotal",
    "JudgedBooking",
    "Ledger",
    "LedgerClock",
    "Move",
    "NightNumbers",
    "OpenCause",
    "OpenFilter",
    "OpenGroup",
    "OpenRecord",
    "Order",
    "Practice",
    "PracticeEvent",
    "PracticeStatus",
    "PracticeWithDag",
    "Run",
    "RunCounts",
    "RunOutcome",
    "SentAgain",
    "SettledCell",
    "SettledLine",
    "StateTotal",
    "SuspenseTotal",
    "TakenRelation",
    "connect",
    "opened_ledger",
    "worker_name",
]
