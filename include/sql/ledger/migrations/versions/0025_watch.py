"""What the watch found and told, so that it tells what is new, and again at certain ages."""

from exact_online.migrations import sql_beside

revision = "0025"
down_revision = "0024"
upgrade = sql_beside(__file__)
