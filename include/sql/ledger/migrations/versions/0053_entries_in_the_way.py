"""An entry that keeps an invoice from being booked is one item with it."""

from exact_online.migrations import sql_beside

revision = "0053"
down_revision = "0052"
upgrade = sql_beside(__file__)
