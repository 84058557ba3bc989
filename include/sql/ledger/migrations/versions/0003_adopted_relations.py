"""Who confirmed that a relation is ours."""

from exact_online.migrations import sql_beside

revision = "0003"
down_revision = "0002"
upgrade = sql_beside(__file__)
