"""What James said of each month, so that a night reads the months that are otherwise now."""

from exact_online.migrations import sql_beside

revision = "0056"
down_revision = "0055"
upgrade = sql_beside(__file__)
