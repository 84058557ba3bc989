"""Comparisons of the ledger with an auditfile that Exact exported."""

from exact_online.migrations import sql_beside

revision = "0048"
down_revision = "0047"
upgrade = sql_beside(__file__)
