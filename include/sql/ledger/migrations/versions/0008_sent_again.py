"""What was sent again lately."""

from exact_online.migrations import sql_beside

revision = "0008"
down_revision = "0007"
upgrade = sql_beside(__file__)
