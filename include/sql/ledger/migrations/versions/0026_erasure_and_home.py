"""Erasing a debtor, where the ledger is at home, and the end of a financial year's term."""

from exact_online.migrations import sql_beside

revision = "0026"
down_revision = "0025"
upgrade = sql_beside(__file__)
