"""The due date of an entry, to see that it changed after booking."""

from exact_online.migrations import sql_beside

revision = "0019"
down_revision = "0018"
upgrade = sql_beside(__file__)
