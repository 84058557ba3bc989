"""What was shortened or left out."""

from exact_online.migrations import sql_beside

revision = "0004"
down_revision = "0003"
upgrade = sql_beside(__file__)
