"""Erasing a debtor, where the ledger is at home, and the end of a financial year's term."""

from exact_online.migrations import sql_beside

revision = "0029"
down_revision = "0028"
upgrade = sql_beside(__file__)
