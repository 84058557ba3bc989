"""A night compares what is new, changed or open: what was compared and is equal is marked by nothing."""

from exact_online.migrations import sql_beside

revision = "0055"
down_revision = "0054"
upgrade = sql_beside(__file__)
