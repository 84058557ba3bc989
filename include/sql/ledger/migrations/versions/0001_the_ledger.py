"""The ledger itself."""

from exact_online.migrations import sql_beside

revision = "0001"
down_revision = None
upgrade = sql_beside(__file__)
