"""In which turn of a night a booking is sent."""

from exact_online.migrations import sql_beside

revision = "0016"
down_revision = "0015"
upgrade = sql_beside(__file__)
