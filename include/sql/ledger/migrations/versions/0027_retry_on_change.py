"""What a rejection by Exact depended on, so that it is tried again when that changes."""

from exact_online.migrations import sql_beside

revision = "0027"
down_revision = "0026"
upgrade = sql_beside(__file__)
