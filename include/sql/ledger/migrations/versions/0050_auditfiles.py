"""Comparisons of the ledger with an auditfile that Exact exported."""

from exact_online.migrations import sql_beside

revision = "0050"
down_revision = "0043"
upgrade = sql_beside(__file__)
