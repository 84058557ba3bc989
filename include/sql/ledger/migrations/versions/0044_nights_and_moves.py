"""Which runs are nights, in one place; sentences of moves that are true of every move."""

from exact_online.migrations import sql_beside

revision = "0044"
down_revision = "0043"
upgrade = sql_beside(__file__)
