"""Which moves of a booking are allowed, and the views and words of the ledger."""

from exact_online.migrations import sql_beside

revision = "0009"
down_revision = "0008"
upgrade = sql_beside(__file__)
