"""What our journals hold in Exact, as last read."""

from exact_online.migrations import sql_beside

revision = "0005"
down_revision = "0004"
upgrade = sql_beside(__file__)
