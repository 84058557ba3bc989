"""The call limits, shared by all processes that serve a division."""

from exact_online.migrations import sql_beside

revision = "0002"
down_revision = "0001"
upgrade = sql_beside(__file__)
