"""What James said of each month, so that a night reads the months that are otherwise now."""

from exact_online.migrations import sql_beside

revision = "0057"
down_revision = "0054"
upgrade = sql_beside(__file__)
