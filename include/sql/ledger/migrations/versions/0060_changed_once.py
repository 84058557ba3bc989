"""What counts as a changed record is said in one place."""

from exact_online.migrations import sql_beside

revision = "0060"
down_revision = "0059"
upgrade = sql_beside(__file__)
