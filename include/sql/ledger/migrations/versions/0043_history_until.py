"""The last day of history, and whether an import of it was planned to its end."""

from exact_online.migrations import sql_beside

revision = "0043"
down_revision = "0042"
upgrade = sql_beside(__file__)
