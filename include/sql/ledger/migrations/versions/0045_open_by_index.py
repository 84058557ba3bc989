"""What is open is found by index, also in tables that PostgreSQL has not analysed yet."""

from exact_online.migrations import sql_beside

revision = "0045"
down_revision = "0044"
upgrade = sql_beside(__file__)
