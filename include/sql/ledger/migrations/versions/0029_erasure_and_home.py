"""Erasing a debtor as an act; and in which database this ledger is at home."""

from exact_online.migrations import sql_beside

revision = "0029"
down_revision = "0028"
upgrade = sql_beside(__file__)
