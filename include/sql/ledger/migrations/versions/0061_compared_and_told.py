"""A run says that it was compared, and that it was closed and told."""

from exact_online.migrations import sql_beside

revision = "0061"
down_revision = "0060"
upgrade = sql_beside(__file__)
