"""What Exact has of each workbook that was handed over, and when one that it lacks is open."""

from exact_online.migrations import sql_beside

revision = "0047"
down_revision = "0046"
upgrade = sql_beside(__file__)
