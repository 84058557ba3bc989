"""What was handed over keeps its number and its file."""

from exact_online.migrations import sql_beside

revision = "0011"
down_revision = "0010"
upgrade = sql_beside(__file__)
